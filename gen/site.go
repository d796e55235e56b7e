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

// siteOf finds the declaration of a type or a method; nil if there is none to read.
func (w *world) siteOf(obj types.Object) *site {
	if obj.Pkg() == nil {
		return nil
	}
	at := w.position(obj)
	file := w.fileOf(obj.Pkg().Path(), at.Filename)
	if file == nil {
		return nil
	}
	here := func(id *ast.Ident) bool {
		return id.Name == obj.Name() && w.fset.Position(id.Pos()).Line == at.Line
	}
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && here(f.Name) {
			return &site{path: obj.Pkg().Path(), file: file, node: f, name: f.Name, doc: f.Doc}
		}
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.TYPE {
			continue
		}
		for _, spec := range gen.Specs {
			spec := spec.(*ast.TypeSpec)
			owner := &site{
				path: obj.Pkg().Path(), file: file, node: spec, name: spec.Name, doc: typeDoc(gen, spec),
			}
			if here(spec.Name) {
				return owner
			}
			if field := methodIn(spec, here); field != nil {
				return &site{
					path: owner.path, file: file, node: field, name: field.Names[0], doc: field.Doc,
					owner: owner,
				}
			}
		}
	}
	return nil
}

// fileOf returns the syntax of a package's file, known by the base of its name.
func (w *world) fileOf(pkg, name string) *ast.File {
	if path := w.pathOfFile(pkg, name); path != "" {
		return w.parse(path)
	}
	return nil
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
				if len(field.Names) == 1 && here(field.Names[0]) {
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
