package load

import (
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"

	"github.com/breakergen/breakergen/gen/internal/source"
)

// Site finds the declaration of a type or a method; nil if there is none to read. It goes
// by names: export data has other positions than the source has, below a //line comment or
// in a package that uses cgo. Only a method of an interface without a name is found by its line.
func (w *World) Site(obj types.Object) *source.Site {
	if obj.Pkg() == nil || obj.Pkg() == types.Unsafe {
		return nil
	}
	p := w.Listed[obj.Pkg().Path()]
	if p == nil {
		return nil
	}
	at, paths := w.Place(obj), p.GoFiles
	if own := w.pathOfFile(p.PkgPath, at.Filename); own != "" {
		paths = append([]string{own}, paths...) // Nearly always it is there.
	}
	for _, path := range paths {
		if file := w.Parse(path); file != nil {
			if found := w.siteIn(file, obj, at); found != nil {
				return found
			}
		}
	}
	return nil
}

// siteIn finds the declaration of a type or a method in one file.
func (w *World) siteIn(file *ast.File, obj types.Object, at token.Position) *source.Site {
	path, owner := obj.Pkg().Path(), ownerOf(obj)
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Recv != nil && f.Name.Name == obj.Name() &&
			owner != "" && len(f.Recv.List) > 0 && source.BaseName(f.Recv.List[0].Type) == owner {
			return &source.Site{Path: path, File: file, Node: f, Name: f.Name, Doc: f.Doc}
		}
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.TYPE {
			continue
		}
		for _, spec := range gen.Specs {
			spec := spec.(*ast.TypeSpec)
			declared := &source.Site{Path: path, File: file, Node: spec, Name: spec.Name, Doc: source.TypeDoc(gen, spec)}
			if _, isType := obj.(*types.TypeName); isType {
				if spec.Name.Name == obj.Name() {
					return declared
				}
				continue
			}
			here := func(id *ast.Ident) bool {
				return id.Name == obj.Name() && (owner == spec.Name.Name ||
					owner == "" && w.Fset.PositionFor(id.Pos(), false).Line == at.Line)
			}
			if field := source.MethodIn(spec, here); field != nil {
				return &source.Site{
					Path: path, File: file, Node: field, Name: field.Names[0], Doc: field.Doc, Owner: declared,
				}
			}
		}
	}
	return nil
}

// ownerOf returns the name of the type whose method obj is; "" where that has none.
func ownerOf(obj types.Object) string {
	m, ok := obj.(*types.Func)
	if !ok || m.Signature().Recv() == nil {
		return ""
	}
	t := m.Signature().Recv().Type()
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	if named, ok := types.Unalias(t).(*types.Named); ok {
		return named.Obj().Name()
	}
	return ""
}

// pathOfFile returns the path of a package's file, known by the base of its name; "" if
// there is none.
func (w *World) pathOfFile(pkg, name string) string {
	p := w.Listed[pkg]
	if p == nil {
		return ""
	}
	for _, path := range p.GoFiles {
		if filepath.Base(path) == filepath.Base(name) {
			return path
		}
	}
	return ""
}
