package gen

import (
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
)

// site is where an interface or a method is declared: what names mean there, and
// the comments that directives stand in.
type site struct {
	path  string // the package's import path
	file  *ast.File
	node  ast.Node   // the declaration
	name  *ast.Ident // in it
	doc   *ast.CommentGroup
	owner *site // of a method in an interface: the interface
}

// encloses says whether pos is in the declaration.
func (s *site) encloses(pos token.Pos) bool {
	return s != nil && s.node != nil && s.node.Pos() <= pos && pos <= s.node.End()
}

// siteOf finds the declaration of a type or a method; nil if there is none to read. It goes
// by names: export data has other positions than the source has, below a //line comment or
// in a package that uses cgo. Only a method of an interface without a name is found by its line.
func (w *world) siteOf(obj types.Object) *site {
	if obj.Pkg() == nil || obj.Pkg() == types.Unsafe {
		return nil
	}
	p := w.list[obj.Pkg().Path()]
	if p == nil {
		return nil
	}
	at, paths := w.place(obj), p.GoFiles
	if own := w.pathOfFile(p.PkgPath, at.Filename); own != "" {
		paths = append([]string{own}, paths...) // Nearly always it is there.
	}
	for _, path := range paths {
		if file := w.parse(path); file != nil {
			if found := w.siteIn(file, obj, at); found != nil {
				return found
			}
		}
	}
	return nil
}

// siteIn finds the declaration of a type or a method in one file.
func (w *world) siteIn(file *ast.File, obj types.Object, at token.Position) *site {
	path, owner := obj.Pkg().Path(), ownerOf(obj)
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Recv != nil && f.Name.Name == obj.Name() &&
			owner != "" && len(f.Recv.List) > 0 && baseName(f.Recv.List[0].Type) == owner {
			return &site{path: path, file: file, node: f, name: f.Name, doc: f.Doc}
		}
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.TYPE {
			continue
		}
		for _, spec := range gen.Specs {
			spec := spec.(*ast.TypeSpec)
			declared := &site{path: path, file: file, node: spec, name: spec.Name, doc: typeDoc(gen, spec)}
			if _, isType := obj.(*types.TypeName); isType {
				if spec.Name.Name == obj.Name() {
					return declared
				}
				continue
			}
			here := func(id *ast.Ident) bool {
				return id.Name == obj.Name() && (owner == spec.Name.Name ||
					owner == "" && w.fset.PositionFor(id.Pos(), false).Line == at.Line)
			}
			if field := methodIn(spec, here); field != nil {
				return &site{
					path: path, file: file, node: field, name: field.Names[0], doc: field.Doc, owner: declared,
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
func (w *world) pathOfFile(pkg, name string) string {
	p := w.list[pkg]
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

// methodIn finds a method in the interfaces that a type is written with.
func methodIn(spec *ast.TypeSpec, here func(*ast.Ident) bool) (found *ast.Field) {
	ast.Inspect(spec.Type, func(n ast.Node) bool {
		if iface, ok := n.(*ast.InterfaceType); ok {
			for _, field := range iface.Methods.List {
				if found == nil && len(field.Names) == 1 && here(field.Names[0]) {
					found = field
				}
			}
		}
		return found == nil
	})
	return found
}

// typeDoc returns the documentation of a type. Alone in its declaration, it has
// that of the declaration.
func typeDoc(decl *ast.GenDecl, spec *ast.TypeSpec) *ast.CommentGroup {
	if spec.Doc == nil && !decl.Lparen.IsValid() {
		return decl.Doc
	}
	return spec.Doc
}

// declaration finds a type by its name.
func declaration(file *ast.File, name string) *ast.TypeSpec {
	for _, decl := range file.Decls {
		if gen, ok := decl.(*ast.GenDecl); ok && gen.Tok == token.TYPE {
			for _, spec := range gen.Specs {
				if spec := spec.(*ast.TypeSpec); spec.Name.Name == name {
					return spec
				}
			}
		}
	}
	return nil
}

// docLines returns a comment's text without its marks and directives.
func docLines(doc *ast.CommentGroup) []string {
	text := strings.TrimRight(doc.Text(), "\n") // It leaves directives out.
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}
