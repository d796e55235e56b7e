package gen

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/breakergen/breakergen/gen/internal/load"
	"github.com/breakergen/breakergen/gen/internal/problem"
	"github.com/breakergen/breakergen/gen/internal/request"
	"github.com/breakergen/breakergen/gen/internal/source"
	"github.com/breakergen/breakergen/gen/internal/typeutil"
	"github.com/breakergen/breakergen/templates"
)

// target is what one name of -iface stands for.
type target struct {
	world      *load.World
	name       string // as the user calls it: UserClient
	obj        *types.TypeName
	typ        types.Type // as the wrapper holds it
	typeParams []*types.TypeParam
	concrete   bool
	methods    []*types.Func
	site       *source.Site   // where it is declared
	asked      token.Position // where it is asked for
}

// findTarget finds what a name of -iface stands for, or says why it can't be wrapped.
func findTarget(w *load.World, r *request.Request, name string, out *destination, problems *problem.List) *target {
	path, base := request.SplitName(name)
	from := w.Home(r, base)
	if path != "" {
		from = path
	}
	pkg, err := w.Package(from)
	if err != nil {
		if excluded := w.Excluded(r, path, base); excluded != "" {
			problems.Add(r.Position(), base, "%s", excluded)
		} else {
			problems.Add(r.Position(), name, "can't load its package: %v", err)
		}
		return nil
	}
	if s := w.Parsed[from]; s != nil && s.Failure != "" {
		problems.Add(w.PositionOf(r), base, "Go's own type checker fails on package %s: %s", from, s.Failure)
		return nil
	}
	obj := pkg.Scope().Lookup(base)
	if excluded := w.Excluded(r, path, base); obj == nil && excluded != "" {
		problems.Add(r.Position(), base, "%s", excluded)
		return nil
	}
	if obj == nil {
		problems.Add(r.Position(), base, "no such name in package %s%s",
			from, problem.Suggest(base, typeNames(pkg, from == out.path)))
		return nil
	}
	t := &target{world: w, name: base, site: w.Site(obj), asked: w.PositionOf(r)}
	var ok bool
	if t.obj, ok = obj.(*types.TypeName); !ok {
		problems.Add(t.positionOf(obj), base, "is a %s, not an interface", typeutil.Kind(obj))
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
	if !t.whole(problems) || !t.nameable(out, problems) {
		return nil
	}
	return t
}

// resolve finds the methods and type parameters, or says what is wrong.
func (t *target) resolve() string {
	t.typ = t.obj.Type()
	t.typeParams = typeutil.TypeParamsOf(t.typ)
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
	return sig.Params().Len() == 1 && typeutil.IsRequest(sig.Params().At(0).Type()) &&
		sig.Results().Len() == 2 && typeutil.IsResponse(sig.Results().At(0).Type())
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
	if at := t.world.Position(obj); at.IsValid() {
		return at
	}
	return t.asked
}

func (t *target) methodPosition(m *types.Func) token.Position {
	if s := t.world.Site(m); s != nil && s.Name != nil {
		return t.world.Fset.Position(s.Name.Pos())
	}
	return t.world.Position(m)
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

// doc returns the documentation of the target.
func (t *target) doc() *ast.CommentGroup {
	if t.site == nil {
		return nil
	}
	return t.site.Doc
}

// siteName identifies the target's declaration.
func (t *target) siteName() *ast.Ident {
	if t.site == nil {
		return nil
	}
	return t.site.Name
}

// prefix begins the names of the target's circuits: a type of another package's is called
// by that too, as s3.Client and dynamodb.Client are two.
func (t *target) prefix(out *destination) string {
	if t.obj.Pkg() == nil || t.obj.Pkg().Path() == out.path {
		return t.name
	}
	return t.obj.Pkg().Name() + "." + t.name
}

// prefixOf names a method as documentation links do.
func (t *target) prefixOf(m *types.Func) string {
	if t.obj.Pkg() == nil {
		return t.subject(m)
	}
	return t.obj.Pkg().Name() + "." + t.subject(m)
}

// subjectAt names the method that stands at pos.
func (t *target) subjectAt(pos token.Pos) string {
	for _, m := range t.methods {
		if s := t.world.Site(m); s != nil && s.Node != nil && s.Node.Pos() <= pos && pos < s.Node.End() {
			return t.subject(m)
		}
	}
	return t.name
}
