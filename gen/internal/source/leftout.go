package source

import (
	"go/ast"
	"go/build/constraint"
	"path/filepath"
	"slices"
	"strings"
)

// architectures are those by which Go tells a file's GOARCH from its GOOS (go tool dist list).
var architectures = []string{
	"386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle",
	"ppc64", "ppc64le", "riscv64", "s390x", "wasm",
}

// LeftOutBy says what leaves a file out of a build: its constraint, its name or cgo.
func LeftOutBy(file *File) string {
	if text, expr := buildLine(file.Syntax); expr != nil {
		why := " (" + text + ")"
		if tag, ok := expr.(*constraint.TagExpr); ok {
			return why + ": " + settingOf(tag.Tag)
		}
		return why
	}
	var settings []string
	for _, tag := range tagsOfName(filepath.Base(file.Path)) {
		settings = append(settings, settingOf(tag))
	}
	switch {
	case len(settings) > 0:
		return ": " + strings.Join(settings, " ")
	case ImportsC(file.Syntax):
		return ": CGO_ENABLED=1"
	default:
		return ""
	}
}

// buildLine returns a file's //go:build line, and what it asks for; nil where there is none.
func buildLine(file *ast.File) (string, constraint.Expr) {
	for _, group := range file.Comments {
		for _, c := range group.List {
			if c.Pos() < file.Package && constraint.IsGoBuild(c.Text) {
				expr, _ := constraint.Parse(c.Text)
				return c.Text, expr
			}
		}
	}
	return "", nil
}

// settingOf says how a tag is set: by the environment for a system, else by a flag.
func settingOf(tag string) string {
	switch {
	case tag == "cgo":
		return "CGO_ENABLED=1"
	case slices.Contains(architectures, tag):
		return "GOARCH=" + tag
	case len(tagsOfName("x_"+tag+".go")) > 0:
		return "GOOS=" + tag
	default:
		return "-tags=" + tag
	}
}
