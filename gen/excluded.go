package gen

import (
	"go/ast"
	"go/build/constraint"
	"path/filepath"
	"slices"
	"strings"

	"github.com/breakergen/breakergen/gen/internal/request"
)

// architectures are those by which Go tells a file's GOARCH from its GOOS (go tool dist list).
var architectures = []string{
	"386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle",
	"ppc64", "ppc64le", "riscv64", "s390x", "wasm",
}

// excluded says which file of the request's folder, or of the package at a path, declares a
// name, and what leaves that out of the build; "" where none does.
func (w *world) excluded(r *request.Request, path, name string) string {
	files := w.folder(r.Dir).files
	if path != "" {
		files = w.ignored(path)
	}
	for _, file := range files {
		if file.ours || file.syntax == nil || declaration(file.syntax, name) == nil {
			continue
		}
		if why := leftOutBy(file); why != "" {
			return "is in " + filepath.Base(file.path) + ", which this build leaves out" + why
		}
	}
	return ""
}

// ignored returns the files of a package that the build leaves out.
func (w *world) ignored(path string) (files []*goFile) {
	if p := w.list[path]; p != nil {
		for _, path := range p.IgnoredFiles {
			files = append(files, &goFile{path: path, syntax: w.parse(path)})
		}
	}
	return files
}

// leftOutBy says what leaves a file out of a build: its constraint, its name or cgo.
func leftOutBy(file *goFile) string {
	if text, expr := buildLine(file.syntax); expr != nil {
		why := " (" + text + ")"
		if tag, ok := expr.(*constraint.TagExpr); ok {
			return why + ": " + settingOf(tag.Tag)
		}
		return why
	}
	var settings []string
	for _, tag := range tagsOfName(filepath.Base(file.path)) {
		settings = append(settings, settingOf(tag))
	}
	switch {
	case len(settings) > 0:
		return ": " + strings.Join(settings, " ")
	case importsC(file.syntax):
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
