// Package target finds what a name of -iface stands for, and the package that its wrapper goes
// to, and refuses what can't be wrapped there.
//
// It knows types and names, and no method's treatment: what is done with each of
// [Target.Methods] is package model's.
package target

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

// Target is what one name of -iface stands for.
type Target struct {
	World      *load.World
	Name       string // as the user calls it: UserClient
	obj        *types.TypeName
	Type       types.Type // as the wrapper holds it
	TypeParams []*types.TypeParam
	Concrete   bool
	Methods    []*types.Func
	Site       *source.Site   // where it is declared
	asked      token.Position // where it is asked for
}

// Find finds what a name of -iface stands for, or says why it can't be wrapped.
func Find(w *load.World, r *request.Request, name string, out *Destination, problems *problem.List) *Target {
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
			problems.Add(r.Position(), name, "%s", notFound(w, r, out, path, base, err))
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
		hint := problem.Suggest(base, typeNames(pkg, from == out.Path))
		if path == "" && hint == "" {
			hint = "; for another package's, write its import path, as in -iface=import/path." + base
		}
		problems.Add(r.Position(), base, "no such name in package %s%s", from, hint)
		return nil
	}
	t := &Target{World: w, Name: base, Site: w.Site(obj), asked: w.PositionOf(r)}
	var ok bool
	if t.obj, ok = obj.(*types.TypeName); !ok {
		problems.Add(t.positionOf(obj), base, "is a %s, not an interface", typeutil.Kind(obj))
		return nil
	}
	if t.Site == nil && obj.Pkg() != types.Unsafe {
		problems.Add(r.Position(), base, "%s", Unread(obj.Pkg()))
		return nil
	}
	if problem := t.resolve(); problem != "" {
		problems.Add(t.Position(), base, "%s", problem)
		return nil
	}
	if !t.whole(problems) || !t.nameable(out, problems) {
		return nil
	}
	return t
}

// resolve finds the methods and type parameters, or says what is wrong.
func (t *Target) resolve() string {
	t.Type = t.obj.Type()
	t.TypeParams = typeutil.TypeParamsOf(t.Type)
	if len(t.TypeParams) > 0 {
		args := make([]types.Type, len(t.TypeParams))
		for i, p := range t.TypeParams {
			args[i] = p
		}
		t.Type, _ = types.Instantiate(nil, t.Type, args, false)
	}
	iface, isInterface := t.Type.Underlying().(*types.Interface)
	if isInterface {
		if !iface.IsMethodSet() {
			return "is a type constraint: there are no values of it to wrap"
		}
		t.Methods = interfaceMethods(t.World, iface)
		return ""
	}
	if t.Type.Underlying() == types.Typ[types.Invalid] {
		return "" // whole says why
	}
	t.Concrete = true
	if _, pointer := t.Type.Underlying().(*types.Pointer); !pointer {
		t.Type = types.NewPointer(t.Type)
	}
	t.Methods = concreteMethods(t.World, t.Type)
	if len(t.Methods) == 0 {
		return "is not an interface, and has no exported methods"
	}
	return ""
}

// IsTransport says whether the target is an interface that http.Client takes for its
// Transport, and asks for more than that has: to close idle connections.
func (t *Target) IsTransport() bool {
	has := func(name string) *types.Func {
		for _, m := range t.Methods {
			if m.Name() == name {
				return m
			}
		}
		return nil
	}
	m := has("RoundTrip")
	if t.Concrete || m == nil || has("CloseIdleConnections") != nil {
		return false
	}
	sig := m.Signature()
	return sig.Params().Len() == 1 && typeutil.IsRequest(sig.Params().At(0).Type()) &&
		sig.Results().Len() == 2 && typeutil.IsResponse(sig.Results().At(0).Type())
}

// Sealed says whether only what embeds a value of the interface can implement it in the
// output's package: another one's unexported methods are in it, as in the interfaces of gRPC's
// servers.
func (t *Target) Sealed(out *Destination) bool {
	if t.Concrete {
		return false
	}
	named, ok := types.Unalias(t.Type).(*types.Named)
	open := func(m *types.Func) bool { return templates.CanSelect(m, out.Path) }
	shut := func(m *types.Func) bool { return !open(m) }
	isSealed := slices.ContainsFunc(t.Methods, shut) && slices.ContainsFunc(t.Methods, open)
	// The embedded field has the interface's name, which no method may have then.
	return ok && isSealed && !slices.ContainsFunc(t.Methods, func(m *types.Func) bool { return m.Name() == named.Obj().Name() })
}

// Position is where the target is declared or, where that is in no file, asked for.
func (t *Target) Position() token.Position {
	if t.Site != nil && t.Site.Name != nil {
		return t.World.Fset.Position(t.Site.Name.Pos())
	}
	return t.positionOf(t.obj)
}

// positionOf returns where obj is declared: what is in package unsafe is in no file.
func (t *Target) positionOf(obj types.Object) token.Position {
	if at := t.World.Position(obj); at.IsValid() {
		return at
	}
	return t.asked
}

func (t *Target) methodPosition(m *types.Func) token.Position {
	if s := t.World.Site(m); s != nil && s.Name != nil {
		return t.World.Fset.Position(s.Name.Pos())
	}
	return t.World.Position(m)
}

// Unread is the problem of what is declared in no file that can be read: what its directives
// ask for is unknown then.
func Unread(pkg *types.Package) string {
	return "its declaration can't be found in the files of package " + pkg.Path() + ", nor its directives"
}

// Subject names a method as problems do.
func (t *Target) Subject(m *types.Func) string { return t.Name + "." + m.Name() }

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

// Doc returns the documentation of the target.
func (t *Target) Doc() *ast.CommentGroup {
	if t.Site == nil {
		return nil
	}
	return t.Site.Doc
}

// SiteName identifies the target's declaration.
func (t *Target) SiteName() *ast.Ident {
	if t.Site == nil {
		return nil
	}
	return t.Site.Name
}

// Prefix begins the names of the target's circuits: a type of another package's is called
// by that too, as s3.Client and dynamodb.Client are two.
func (t *Target) Prefix(out *Destination) string {
	if t.obj.Pkg() == nil || t.obj.Pkg().Path() == out.Path {
		return t.Name
	}
	return t.obj.Pkg().Name() + "." + t.Name
}

// MethodPrefix names a method as documentation links do.
func (t *Target) MethodPrefix(m *types.Func) string {
	if t.obj.Pkg() == nil {
		return t.Subject(m)
	}
	return t.obj.Pkg().Name() + "." + t.Subject(m)
}

// SubjectAt names the method that stands at pos.
func (t *Target) SubjectAt(pos token.Pos) string {
	for _, m := range t.Methods {
		if s := t.World.Site(m); s != nil && s.Node != nil && s.Node.Pos() <= pos && pos < s.Node.End() {
			return t.Subject(m)
		}
	}
	return t.Name
}
