package source

import (
	"go/ast"
	"go/token"
)

// Site is where an interface or a method is declared: what names mean there, and
// the comments that directives stand in.
type Site struct {
	Path  string // the package's import path
	File  *ast.File
	Node  ast.Node   // the declaration
	Name  *ast.Ident // in it
	Doc   *ast.CommentGroup
	Owner *Site // of a method in an interface: the interface
}

// Encloses says whether pos is in the declaration.
func (s *Site) Encloses(pos token.Pos) bool {
	return s != nil && s.Node != nil && s.Node.Pos() <= pos && pos <= s.Node.End()
}

// MethodIn finds a method in the interfaces that a type is written with.
func MethodIn(spec *ast.TypeSpec, here func(*ast.Ident) bool) (found *ast.Field) {
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

// TypeDoc returns the documentation of a type. Alone in its declaration, it has
// that of the declaration.
func TypeDoc(decl *ast.GenDecl, spec *ast.TypeSpec) *ast.CommentGroup {
	if spec.Doc == nil && !decl.Lparen.IsValid() {
		return decl.Doc
	}
	return spec.Doc
}

// BaseName returns the name of a type of the same package, without pointer and type
// arguments; "" of all others.
func BaseName(expr ast.Expr) string {
	switch e := ast.Unparen(expr).(type) {
	case *ast.Ident:
		return e.Name
	case *ast.StarExpr:
		return BaseName(e.X)
	case *ast.IndexExpr:
		return BaseName(e.X)
	case *ast.IndexListExpr:
		return BaseName(e.X)
	default:
		return ""
	}
}
