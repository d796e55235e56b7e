package gen

import (
	"go/token"
	"go/types"
	"slices"

	"github.com/breakergen/breakergen/gen/internal/problem"
	"github.com/breakergen/breakergen/gen/internal/request"
	"github.com/breakergen/breakergen/gen/internal/source"
	"github.com/breakergen/breakergen/templates"
)

// target is what one name of -iface stands for.
type target struct {
	world      *world
	name       string // as the user calls it: UserClient
	obj        *types.TypeName
	typ        types.Type // as the wrapper holds it
	typeParams []*types.TypeParam
	concrete   bool
	methods    []*types.Func
	begun      bool           // it is a transaction
	site       *source.Site   // where it is declared
	asked      token.Position // where it is asked for
}

// target finds what a name of -iface stands for, or says why it can't be wrapped.
func (w *world) target(r *request.Request, name string, out *destination, problems *problem.List) *target {
	path, base := request.SplitName(name)
	from := w.home(r, base)
	if path != "" {
		from = path
	}
	pkg, err := w.pkg(from)
	if err != nil {
		if excluded := w.excluded(r, path, base); excluded != "" {
			problems.Add(r.Position(), base, "%s", excluded)
		} else {
			problems.Add(r.Position(), name, "can't load its package: %v", err)
		}
		return nil
	}
	if s := w.sources[from]; s != nil && s.failure != "" {
		problems.Add(w.positionOf(r), base, "Go's own type checker fails on package %s: %s", from, s.failure)
		return nil
	}
	obj := pkg.Scope().Lookup(base)
	if excluded := w.excluded(r, path, base); obj == nil && excluded != "" {
		problems.Add(r.Position(), base, "%s", excluded)
		return nil
	}
	if obj == nil {
		problems.Add(r.Position(), base, "no such name in package %s%s",
			from, problem.Suggest(base, typeNames(pkg, from == out.path)))
		return nil
	}
	t := &target{world: w, name: base, site: w.siteOf(obj), asked: w.positionOf(r)}
	var ok bool
	if t.obj, ok = obj.(*types.TypeName); !ok {
		problems.Add(t.positionOf(obj), base, "is a %s, not an interface", kind(obj))
		return nil
	}
	if t.site == nil && obj.Pkg() != types.Unsafe {
		problems.Add(r.Position(), base, "%s", unread(obj.Pkg()))
		return nil
	}
	if problem := t.resolve(); problem != "" {
		problems.Add(t.position(), base, "%s", problem)
		return nil
	}
	t.begun = isTransaction(t.methods)
	if !t.whole(problems) || !t.nameable(out, problems) {
		return nil
	}
	return t
}

// resolve finds the methods and type parameters, or says what is wrong.
func (t *target) resolve() string {
	t.typ = t.obj.Type()
	t.typeParams = typeParamsOf(t.typ)
	if len(t.typeParams) > 0 {
		args := make([]types.Type, len(t.typeParams))
		for i, p := range t.typeParams {
			args[i] = p
		}
		t.typ, _ = types.Instantiate(nil, t.typ, args, false)
	}
	iface, isInterface := t.typ.Underlying().(*types.Interface)
	if isInterface {
		if !iface.IsMethodSet() {
			return "is a type constraint: there are no values of it to wrap"
		}
		t.methods = interfaceMethods(t.world, iface)
		return ""
	}
	if t.typ.Underlying() == types.Typ[types.Invalid] {
		return "" // whole says why
	}
	t.concrete = true
	if _, pointer := t.typ.Underlying().(*types.Pointer); !pointer {
		t.typ = types.NewPointer(t.typ)
	}
	t.methods = concreteMethods(t.world, t.typ)
	if len(t.methods) == 0 {
		return "is not an interface, and has no exported methods"
	}
	return ""
}

// isTransport says whether the target is an interface that http.Client takes for its
// Transport, and asks for more than that has: to close idle connections.
func (t *target) isTransport() bool {
	has := func(name string) *types.Func {
		for _, m := range t.methods {
			if m.Name() == name {
				return m
			}
		}
		return nil
	}
	m := has("RoundTrip")
	if t.concrete || m == nil || has("CloseIdleConnections") != nil {
		return false
	}
	sig := m.Signature()
	return sig.Params().Len() == 1 && isRequest(sig.Params().At(0).Type()) &&
		sig.Results().Len() == 2 && isResponse(sig.Results().At(0).Type())
}

// sealed says whether only what embeds a value of the interface can implement it in the
// output's package: another one's unexported methods are in it, as in the interfaces of gRPC's
// servers.
func (t *target) sealed(out *destination) bool {
	if t.concrete {
		return false
	}
	named, ok := types.Unalias(t.typ).(*types.Named)
	open := func(m *types.Func) bool { return templates.CanSelect(m, out.path) }
	shut := func(m *types.Func) bool { return !open(m) }
	isSealed := slices.ContainsFunc(t.methods, shut) && slices.ContainsFunc(t.methods, open)
	// The embedded field has the interface's name, which no method may have then.
	return ok && isSealed && !slices.ContainsFunc(t.methods, func(m *types.Func) bool { return m.Name() == named.Obj().Name() })
}

func (t *target) position() token.Position {
	if t.site != nil && t.site.Name != nil {
		return t.world.Fset.Position(t.site.Name.Pos())
	}
	return t.positionOf(t.obj)
}

// positionOf returns where obj is declared: what is in package unsafe is in no file.
func (t *target) positionOf(obj types.Object) token.Position {
	if at := t.world.position(obj); at.IsValid() {
		return at
	}
	return t.asked
}

func (t *target) methodPosition(m *types.Func) token.Position {
	if s := t.world.siteOf(m); s != nil && s.Name != nil {
		return t.world.Fset.Position(s.Name.Pos())
	}
	return t.world.position(m)
}

// unread is the problem of what is declared in no file that can be read: what its directives
// ask for is unknown then.
func unread(pkg *types.Package) string {
	return "its declaration can't be found in the files of package " + pkg.Path() + ", nor its directives"
}

func (t *target) subject(m *types.Func) string { return t.name + "." + m.Name() }

// typeNames lists the types of a package, for a suggestion.
func typeNames(pkg *types.Package, all bool) []string {
	var names []string
	for _, name := range pkg.Scope().Names() {
		obj, ok := pkg.Scope().Lookup(name).(*types.TypeName)
		if ok && (all || obj.Exported()) {
			names = append(names, name)
		}
	}
	return names
}

func kind(obj types.Object) string {
	switch obj.(type) {
	case *types.Func:
		return "function"
	case *types.Var:
		return "variable"
	case *types.Const:
		return "constant"
	case *types.TypeName:
		return "type"
	case *types.Builtin:
		return "built-in"
	default:
		return "predeclared name"
	}
}
