package suggest

import (
	"go/types"
	"iter"
	"slices"

	"github.com/breakergen/breakergen/gen/internal/decide"
	"github.com/breakergen/breakergen/gen/internal/protocol"
	"github.com/breakergen/breakergen/gen/internal/typeutil"
)

// client is a type, seen as something that calls go through.
type client struct {
	obj      *types.TypeName
	methods  []*types.Func
	concrete bool
	// calls says that a method has a context and an error; tellingCalls is how many have more
	// than these two, which Start and Stop have as well.
	calls        bool
	tellingCalls int
	// protocol is the one that the signatures alone show; "" for none.
	protocol string
	// shared says that a transaction is one too, so that what holds it may be in one.
	shared bool
}

// clientOf looks at a type.
func (s *search) clientOf(obj *types.TypeName) *client {
	if known := s.clients[obj]; known != nil {
		return known
	}
	c := &client{obj: obj, concrete: !types.IsInterface(obj.Type())}
	s.clients[obj] = c
	t := obj.Type()
	if c.concrete {
		t = types.NewPointer(t)
	}
	for selection := range types.NewMethodSet(t).Methods() {
		if m := selection.Obj().(*types.Func); m.Exported() || !c.concrete {
			c.methods = append(c.methods, m)
			s.call(c, m)
		}
	}
	if iface, ok := obj.Type().Underlying().(*types.Interface); ok && c.calls {
		c.shared = slices.ContainsFunc(transactions, func(t [2]string) bool {
			tx := s.world.Lookup(t[0], t[1])
			return tx != nil && (types.Implements(tx.Type(), iface) || types.Implements(types.NewPointer(tx.Type()), iface))
		})
	}
	return c
}

// transactions are the types that calls within a transaction are made through.
var transactions = [][2]string{
	{"database/sql", "Tx"}, {"github.com/jackc/pgx/v5", "Tx"}, {"github.com/jackc/pgx/v4", "Tx"},
}

// call notes what a method says of its type.
func (s *search) call(c *client, m *types.Func) {
	shape := s.decider.Shape(m, nil)
	if shape.Through != "" || shape.Direct != "" || shape.Context < 0 && shape.Carrier < 0 {
		return
	}
	if !typeutil.Whole(m.Type()) || s.takesClient(m) {
		return
	}
	c.calls = true
	results := m.Signature().Results().Len()
	if m.Signature().Params().Len() > 1 || results > 1 || shape.InResult || shape.Sequence {
		c.tellingCalls++
	}
	if c.protocol == "" {
		c.protocol = protocol.Of(m, func(string) iter.Seq[string] { return func(func(string) bool) {} })
	}
}

// takesClient says whether a method is given the client that its call goes through.
func (s *search) takesClient(m *types.Func) bool {
	for v := range m.Signature().Params().Variables() {
		if obj := baseOf(v.Type()); obj != nil && obj.Pkg() != nil && obj.Pkg().Path() != "context" && s.isRemote(obj) {
			return true
		}
	}
	return false
}

// isRemote says whether what goes through a type leaves the process, by its signatures: it is
// a client of a protocol.
func (s *search) isRemote(obj *types.TypeName) bool {
	c := s.clientOf(obj)
	return c.calls && c.protocol != "" && !decide.IsTransaction(c.methods)
}

// isPart says whether a type of another module is a part of a client, and no client: a
// connection that clients share, what a client's method gives out for a while, such as a
// statement, or what a function makes of a client, such as a paginator.
func (s *search) isPart(c *client) bool {
	pkg := c.obj.Pkg()
	if s.makers[pkg] == nil {
		s.makers[pkg] = s.makersOf(pkg)
	}
	m := s.makers[pkg]
	return pkg.Path() == "google.golang.org/grpc" || m.parts[c.obj] && !m.wholes[c.obj]
}

// makers are the types that a package's functions make, and those that come of a client.
type makers struct{ wholes, parts map[*types.TypeName]bool }

func (s *search) makersOf(pkg *types.Package) *makers {
	m := &makers{map[*types.TypeName]bool{}, map[*types.TypeName]bool{}}
	isOf := func(v *types.Var) bool { obj := baseOf(v.Type()); return obj != nil && obj.Pkg() == pkg }
	note := func(made map[*types.TypeName]bool, fn *types.Func) {
		for v := range fn.Signature().Results().Variables() {
			if isOf(v) {
				made[baseOf(v.Type())] = true
			}
		}
	}
	for _, name := range pkg.Scope().Names() {
		switch obj := pkg.Scope().Lookup(name).(type) {
		case *types.Func:
			made := m.wholes
			for v := range obj.Signature().Params().Variables() {
				if isOf(v) && s.isRemote(baseOf(v.Type())) {
					made = m.parts
				}
			}
			note(made, obj)
		case *types.TypeName:
			for _, t := range []types.Type{obj.Type(), types.NewPointer(obj.Type())} {
				for selection := range types.NewMethodSet(t).Methods() {
					if fn, ok := selection.Obj().(*types.Func); ok && fn.Exported() {
						note(m.parts, fn)
					}
				}
			}
		}
	}
	return m
}
