package suggest

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/breakergen/breakergen/gen/internal/load"
	"github.com/breakergen/breakergen/gen/internal/typeutil"
)

// use is a place that holds values of a type, in a file that was written by hand.
type use struct {
	kind kind
	what string          // what holds it, as a reader calls it: api.Server
	in   *types.TypeName // the struct, of a field
	pkg  *load.Parsed
	at   token.Position // the first line of the declaration
}

// kind is how a value is held, the most telling first.
type kind int

const (
	field kind = iota
	variable
	parameter
)

// read finds the packages in the folders, what they declare, and the uses of types in them.
func (s *search) read(folders []string) {
	s.generated, s.uses = map[string]bool{}, map[*types.TypeName][]use{}
	for _, p := range s.world.Parsed {
		// What imports testing helps tests, whatever its files are called.
		if slices.Contains(folders, p.Dir) && p.Failure == "" && p.Imports["testing"] == nil {
			s.own = append(s.own, p)
		}
	}
	slices.SortFunc(s.own, func(a, b *load.Parsed) int { return cmp.Compare(a.PkgPath, b.PkgPath) })
	for _, p := range s.own {
		for _, file := range p.Files {
			if ast.IsGenerated(file) {
				s.generated[s.world.PathAt(file.Package)] = true
			}
		}
		for _, name := range p.Types.Scope().Names() {
			s.readObject(p, p.Types.Scope().Lookup(name))
		}
	}
	for _, list := range s.uses {
		slices.SortStableFunc(list, func(a, b use) int {
			return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.at.Filename, b.at.Filename), cmp.Compare(a.at.Line, b.at.Line))
		})
	}
}

// readObject notes what one declaration of a package holds.
func (s *search) readObject(p *load.Parsed, obj types.Object) {
	name := p.Name + "." + obj.Name()
	switch obj := obj.(type) {
	case *types.Var:
		s.use(p, obj, use{kind: variable, what: name})
	case *types.Func:
		s.params(p, obj, name)
	case *types.TypeName:
		named, ok := obj.Type().(*types.Named)
		if !ok || obj.IsAlias() {
			return
		}
		if t, ok := named.Underlying().(*types.Struct); ok {
			if typeutil.Whole(t) { // A broken one would seem to implement all interfaces.
				s.structs = append(s.structs, obj)
			}
			for f := range t.Fields() {
				s.use(p, f, use{kind: field, what: name, in: obj})
			}
		}
		for m := range named.Methods() {
			s.params(p, m, name+"."+m.Name())
		}
	}
}

// params notes what a function takes.
func (s *search) params(p *load.Parsed, fn *types.Func, name string) {
	for v := range fn.Signature().Params().Variables() {
		s.use(p, v, use{kind: parameter, what: name})
	}
}

// use notes that a variable holds values of a type.
func (s *search) use(p *load.Parsed, v *types.Var, u use) {
	obj := baseOf(v.Type())
	if obj == nil || obj.Pkg() == nil || !v.Pos().IsValid() || s.generated[s.world.PathAt(v.Pos())] {
		return
	}
	u.pkg, u.at = p, s.firstLine(p, v.Pos())
	same := func(other use) bool { return other.at == u.at && other.what == u.what }
	if !slices.ContainsFunc(s.uses[obj], same) {
		s.uses[obj] = append(s.uses[obj], u)
	}
}

// firstLine returns where the package-level declaration around a position begins, its
// documentation included.
func (s *search) firstLine(p *load.Parsed, pos token.Pos) token.Position {
	for _, file := range p.Files {
		for _, decl := range file.Decls {
			if pos < decl.Pos() || pos > decl.End() {
				continue
			}
			first := decl.Pos()
			if doc := docOf(decl); doc != nil {
				first = doc.Pos()
			}
			return s.world.Fset.PositionFor(first, false)
		}
	}
	return s.world.Fset.PositionFor(pos, false)
}

func docOf(decl ast.Decl) *ast.CommentGroup {
	switch decl := decl.(type) {
	case *ast.GenDecl:
		return decl.Doc
	case *ast.FuncDecl:
		return decl.Doc
	}
	return nil
}

// baseOf returns the name of a type, or of what it points to; nil for one without.
func baseOf(t types.Type) *types.TypeName {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	if named, ok := types.Unalias(t).(*types.Named); ok {
		return named.Origin().Obj()
	}
	return nil
}
