package source

import (
	"go/ast"
	"go/build"
	"go/build/constraint"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// ConstraintOf returns the build constraint of a file, by its //go:build line, by its
// name, and by its use of cgo. It is "" without one.
func ConstraintOf(file *ast.File, path string) string { return ConstraintFor(file, path, "") }

// ConstraintFor returns what the //go:build line of a wrapper's file has to say where a file
// declares the interface: that one's constraint, but for what the wrapper's name says itself.
func ConstraintFor(file *ast.File, path, out string) string {
	var expr constraint.Expr
	for _, group := range file.Comments {
		if group.Pos() > file.Package {
			break
		}
		for _, c := range group.List {
			if written, err := constraint.Parse(c.Text); err == nil && constraint.IsGoBuild(c.Text) {
				expr = written
			}
		}
	}
	tags := tagsOfName(filepath.Base(path))
	tags = slices.DeleteFunc(slices.Clone(tags), func(tag string) bool {
		return slices.Contains(tagsOfName(filepath.Base(out)), tag)
	})
	if ImportsC(file) {
		tags = append(tags, "cgo")
	}
	return allOf(expr, tags)
}

// ConstraintAt returns the constraint of a file with that //go:build line, "" for none, and
// with that name.
func ConstraintAt(line, path string) string {
	expr, _ := constraint.Parse("//go:build " + line)
	return allOf(expr, tagsOfName(filepath.Base(path)))
}

// allOf returns a constraint that asks for an expression, nil for none, and for tags.
func allOf(expr constraint.Expr, tags []string) string {
	for _, tag := range tags {
		if t := (&constraint.TagExpr{Tag: tag}); expr == nil {
			expr = t
		} else {
			expr = &constraint.AndExpr{X: expr, Y: t}
		}
	}
	if expr == nil {
		return ""
	}
	return expr.String()
}

// ImportsC says whether a file uses cgo.
func ImportsC(file *ast.File) bool {
	return slices.ContainsFunc(file.Imports, func(spec *ast.ImportSpec) bool {
		return spec.Path.Value == `"C"`
	})
}

// tagsOfName returns the operating system and the architecture that a file's name
// asks for, as client_linux_arm64.go does. Package build knows the rule.
func tagsOfName(name string) []string {
	matches := func(goos, goarch string) bool {
		context := build.Context{GOOS: goos, GOARCH: goarch, Compiler: "gc",
			OpenFile: func(string) (io.ReadCloser, error) {
				return io.NopCloser(strings.NewReader("package x\n")), nil
			}}
		ok, err := context.MatchFile("", name)
		return ok || err != nil
	}
	if !strings.HasSuffix(name, ".go") || matches("none", "none") {
		return nil
	}
	stem := strings.TrimSuffix(strings.TrimSuffix(name, ".go"), "_test")
	parts := strings.Split(stem, "_")
	last := parts[len(parts)-1:]
	if matches(last[0], last[0]) {
		return last
	}
	return parts[len(parts)-2:]
}

// ConstraintIn returns the build constraint of a folder's file.
func ConstraintIn(dir *folder, name string) string {
	if file := dir.File(filepath.Join(dir.dir, name)); file != nil && file.Syntax != nil {
		return ConstraintOf(file.Syntax, file.Path)
	}
	return ""
}
