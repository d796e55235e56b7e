package plain_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"testing"

	"github.com/breakergen/breakergen/gen/internal/plain"
)

const unions = `package p

type (
	Shape  interface{ isShape() }
	Circle struct{ radius float64 }

	Filter interface{ isFilter() }
	ByFunc struct{ f func() }

	Nobody interface{ isNobody() }
)

func (*Circle) isShape() {}
func (ByFunc) isFilter() {}
`

// sources say what they are told of the one package, and count how often they are asked.
type sources struct {
	partial bool
	hidden  string
	asked   int
}

func (s *sources) Complete(*types.Package) bool {
	s.asked++
	return !s.partial
}

func (s *sources) Hides(_ *types.Package, method string) bool { return method == s.hidden }

// A union is closed only where all of its package is known.
func TestUnions(t *testing.T) {
	for name, c := range map[string]struct {
		text    string // besides
		sources plain.Sources
		want    bool // Shape is plain
	}{
		"a whole package":             {"", nil, true},
		"sources know all":            {"", &sources{}, true},
		"sources can't":               {"", &sources{partial: true}, false},
		"one is hidden":               {"", &sources{hidden: "isShape"}, false},
		"one of another is hidden":    {"", &sources{hidden: "isFilter"}, true},
		"an interface among them":     {"type Round interface{ Shape; Radius() float64 }", nil, true},
		"another name for one":        {"type Ring = Circle", nil, true},
		"an unknown interface in one": {"type Box struct{ Shape; r interface{ Do() } }", nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			scope := check(t, unions+c.text).Scope()
			checker := plain.Checker{Sources: c.sources}
			for union, want := range map[string]bool{"Shape": c.want, "Filter": false, "Nobody": false} {
				if got := checker.Culprit(scope.Lookup(union).Type(), plain.Param); (got == nil) != want {
					t.Errorf("the culprit in %s is %v", union, got)
				}
			}
		})
	}
}

// One that was imported by the way has only what others mention: without sources there may be
// more.
func TestIncomplete(t *testing.T) {
	pkg := types.NewPackage("example.com/p", "p")
	named := func(name string, is types.Type) *types.Named {
		obj := types.NewTypeName(token.NoPos, pkg, name, nil)
		pkg.Scope().Insert(obj)
		return types.NewNamed(obj, is, nil)
	}
	is := func(recv *types.Var) *types.Func {
		return types.NewFunc(token.NoPos, pkg, "isShape", types.NewSignatureType(recv, nil, nil, nil, nil, false))
	}
	shape := named("Shape", types.NewInterfaceType([]*types.Func{is(nil)}, nil).Complete())
	circle := named("Circle", types.Typ[types.Int])
	circle.AddMethod(is(types.NewParam(token.NoPos, pkg, "", circle)))
	for _, c := range []struct {
		complete bool
		sources  plain.Sources
		want     bool
	}{{false, nil, false}, {false, &sources{}, true}, {true, nil, true}, {true, &sources{partial: true}, false}} {
		if c.complete {
			pkg.MarkComplete()
		}
		checker := plain.Checker{Sources: c.sources}
		if got := checker.Culprit(shape, plain.Param); (got == nil) != c.want {
			t.Errorf("complete %v, sources %v: the culprit is %v", c.complete, c.sources, got)
		}
	}
}

// What was decided is remembered: of what is plain, and of what isn't.
func TestMemory(t *testing.T) {
	scope := check(t, unions+`type Both struct{ s Shape; f Filter }`).Scope()
	var asked sources
	checker := plain.Checker{Sources: &asked}
	for range 3 {
		for _, name := range []string{"Shape", "Filter"} {
			checker.Culprit(scope.Lookup(name).Type(), plain.Result)
		}
	}
	if asked.asked != 2 {
		t.Errorf("two types were looked at %d times", asked.asked)
	}
	checker.Culprit(scope.Lookup("Both").Type(), plain.Result)
	if asked.asked != 2 {
		t.Errorf("what is known was looked at again within another type")
	}
}

// check returns the package that text is.
func check(t *testing.T, text string) *types.Package {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", text, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := new(types.Config).Check("example.com/p", fset, []*ast.File{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return pkg
}
