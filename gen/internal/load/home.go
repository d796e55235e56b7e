package load

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"

	"golang.org/x/tools/go/packages"

	"github.com/breakergen/breakergen/gen/internal/request"
	"github.com/breakergen/breakergen/gen/internal/source"
)

// Home returns the import path of the package in the request's folder that
// declares a name, or else of the one that the directive stands in.
func (w *World) Home(r *request.Request, name string) string {
	var paths []string
	for path, s := range w.Parsed {
		if s.Dir == r.Dir && (r.Package == "" || s.Name == r.Package) {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths) // The package before its external tests.
	for _, path := range paths {
		if w.Parsed[path].Types.Scope().Lookup(name) != nil {
			return path
		}
	}
	if len(paths) > 0 {
		return paths[0]
	}
	return w.PathOf(r.Dir)
}

// PathOf returns the import path of a folder, be there a package in it or not.
func (w *World) PathOf(dir string) string {
	for path, p := range w.Listed {
		if p.Dir == dir && !isExternalTest(p) {
			return path
		}
	}
	return source.ImportPath(dir)
}

// isExternalTest says whether p holds the tests that see another package from outside.
func isExternalTest(p *packages.Package) bool {
	return p.ForTest != "" && p.PkgPath == p.ForTest+"_test"
}

// PositionOf is where a request stands or, if it came from the command line, the
// package clause of its folder's package.
func (w *World) PositionOf(r *request.Request) token.Position {
	if r.File != "" {
		return r.Position()
	}
	if s := w.Parsed[w.Home(r, "")]; s != nil && len(s.Files) > 0 {
		return w.Fset.Position(s.Files[0].Name.Pos())
	}
	return token.Position{Filename: r.Dir, Line: 1, Column: 1}
}

// Lookup returns the name of a package's type, past aliases; nil if there is none.
func (w *World) Lookup(path, name string) *types.TypeName {
	pkg, err := w.Package(path)
	if err != nil || pkg == nil {
		return nil
	}
	obj, ok := pkg.Scope().Lookup(name).(*types.TypeName)
	if !ok {
		return nil
	}
	if named, ok := types.Unalias(obj.Type()).(*types.Named); ok {
		return named.Obj()
	}
	return nil
}

// Means returns the type that a file of the package at path names, past aliases.
func (w *World) Means(path string, file *ast.File, expr ast.Expr) *types.TypeName {
	switch e := expr.(type) {
	case *ast.ParenExpr:
		return w.Means(path, file, e.X)
	case *ast.IndexExpr:
		return w.Means(path, file, e.X)
	case *ast.IndexListExpr:
		return w.Means(path, file, e.X)
	case *ast.Ident:
		return w.Lookup(path, e.Name)
	case *ast.SelectorExpr:
		id, ok := e.X.(*ast.Ident)
		if !ok {
			return nil
		}
		for _, spec := range file.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			if spec.Name != nil && spec.Name.Name != id.Name {
				continue
			}
			if p, err := w.Package(imported); err == nil && p != nil && (spec.Name != nil || p.Name() == id.Name) {
				return w.Lookup(imported, e.Sel.Name)
			}
		}
	}
	return nil
}

// ImportOf returns the blank import that makes a package known by its name: of the path
// that is listed under it, where that is one alone, or else of no path in particular.
func (w *World) ImportOf(name string) string {
	path := ""
	for _, p := range w.Listed {
		switch {
		case p.Name != name:
		case p.PkgPath == name:
			return fmt.Sprintf("import _ %q", name) // The standard library's goes before others.
		case path != "":
			return "a blank import of it"
		default:
			path = p.PkgPath
		}
	}
	if path == "" {
		return "a blank import of it"
	}
	return fmt.Sprintf("import _ %q", path)
}
