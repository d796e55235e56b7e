package load

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"slices"

	"github.com/breakergen/breakergen/gen/internal/source"
)

// IsDeprecated says whether the documentation of a type or a method says so.
func (w *World) IsDeprecated(obj types.Object) bool {
	if path := w.pathOfFile(obj.Pkg().Path(), w.Place(obj).Filename); path != "" && !w.speaksOf(path) {
		return false // Nearly no file has to be parsed.
	}
	s := w.Site(obj)
	return s != nil && source.Deprecation(source.DocLines(s.Doc)) != nil
}

// IsDeprecatedPackage says whether a package's own documentation says so.
func (w *World) IsDeprecatedPackage(path string) bool {
	known, ok := w.deprecatedPackages[path]
	if p := w.Listed[path]; !ok && p != nil {
		known = slices.ContainsFunc(p.GoFiles, func(path string) bool {
			doc := w.packageDoc(path)
			return doc != nil && source.Deprecation(source.DocLines(doc)) != nil
		})
		w.deprecatedPackages[path] = known
	}
	return known
}

// packageDoc returns the documentation over a file's package clause, if it may say that
// something is deprecated.
func (w *World) packageDoc(path string) *ast.CommentGroup {
	if !w.speaksOf(path) {
		return nil
	}
	file, _ := parser.ParseFile(token.NewFileSet(), path, nil, parser.PackageClauseOnly|parser.ParseComments)
	if file == nil {
		return nil
	}
	return file.Doc
}

// speaksOf says whether a file speaks of anything deprecated.
func (w *World) speaksOf(path string) bool {
	known, ok := w.speaking[path]
	if !ok {
		source, err := os.ReadFile(path)
		known = err == nil && bytes.Contains(source, []byte("Deprecated: "))
		w.speaking[path] = known
	}
	return known
}
