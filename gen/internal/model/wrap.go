package model

import (
	"go/types"
	"path/filepath"
	"slices"

	"github.com/breakergen/breakergen/gen/internal/directive"
	"github.com/breakergen/breakergen/gen/internal/request"
	"github.com/breakergen/breakergen/gen/internal/target"
	"github.com/breakergen/breakergen/gen/internal/typeutil"
	"github.com/breakergen/breakergen/templates"
)

// wraps decides what wraps the method's result, where its directive asks for that.
func wraps(t *target.Target, m *method, model *templates.Wrapper, r *request.Request, out *target.Destination) {
	s := m.settings.Wrap.Default.Mark
	switch {
	case !s.Set:
		return
	case !s.Own:
		m.fault(s, "wrap is a method's: put it over one that returns an interface")
		return
	}
	index, named, problem := returned(m.fn.Signature())
	if problem != "" {
		m.fault(s, "wrap %s", problem)
		return
	}
	inner := &templates.Inner{Type: m.fn.Signature().Results().At(index).Type(), Base: named.Obj().Name(), Method: m.fn.Name()}
	if own := types.Unalias(t.Type); types.Identical(named, own) {
		inner.Self, inner.Name, inner.Config, inner.Maker = true, model.Name, model.Config, NamesOf(t.Name, r.Name).maker
		model.Maker = inner.Maker
	} else if problem = innerOf(t, inner, named, s, r, out); problem != "" {
		m.fault(s, "%s", problem)
		return
	}
	known := slices.IndexFunc(model.Inners, func(i *templates.Inner) bool { return types.Identical(i.Type, inner.Type) })
	if known >= 0 {
		inner = model.Inners[known]
	} else {
		model.Inners = append(model.Inners, inner)
	}
	m.model.Inner, m.model.InnerResult, m.model.Row.Wraps = inner, index, inner.Name
}

// innerOf finds the wrapper of another interface, or says why there is none.
func innerOf(t *target.Target, inner *templates.Inner, named *types.Named, s directive.Mark, r *request.Request, out *target.Destination) string {
	path := named.Obj().Pkg().Path()
	line := named.Obj().Name()
	if path != t.World.Home(r, line) {
		line = path + "." + line
	}
	other, name := wrapperOf(t.World, named, r, out)
	switch {
	case other == nil:
		return "there is no wrapper for " + typeutil.Describe(named) + " in package " + out.Name +
			": add //go:generate go tool breakergen -iface=" + line
	case leadsBack(t, named, map[*types.TypeName]bool{}):
		return "wraps " + typeutil.Describe(named) + ", which leads back to " + t.Name + ": leave one wrap of the circle out"
	}
	file := t.World.PathAt(s.Pos)
	if !slices.Contains(wrapFolders(t.World, other, named.Obj().Pkg(), out), filepath.Dir(file)) {
		return "wrap isn't seen from the wrapper of " + typeutil.Describe(named) + ": it can stand in that one's package, " +
			"or where its directive stands"
	}
	_, base := request.SplitName(name)
	n := NamesOf(base, other.Name)
	inner.Name, inner.Config, inner.Maker = n.Wrapper, n.Config, n.maker
	return ""
}

// returned finds the one result that is a named interface, or says why there is none.
func returned(sig *types.Signature) (index int, named *types.Named, problem string) {
	index = -1
	for i := range sig.Results().Len() {
		n, ok := types.Unalias(sig.Results().At(i).Type()).(*types.Named)
		if !ok || n.Obj().Pkg() == nil || !types.IsInterface(n) {
			continue
		}
		if index >= 0 {
			return -1, nil, "can't tell which result is meant: both " + typeutil.Describe(named) + " and " + typeutil.Describe(n) + " are interfaces"
		}
		index, named = i, n
	}
	if index < 0 {
		problem = "has nothing to act on: no result is of an interface's type that has a name"
	}
	return index, named, problem
}

// leadsBack says whether what wraps a type has the target's own wrapper within it: each
// would have the other's configuration in its own, without an end.
func leadsBack(t *target.Target, named *types.Named, seen map[*types.TypeName]bool) bool {
	own, ok := types.Unalias(t.Type).(*types.Named)
	if !ok || seen[named.Obj()] {
		return false
	}
	if named.Obj() == own.Obj() {
		return true
	}
	seen[named.Obj()] = true
	iface, _ := named.Underlying().(*types.Interface)
	for m := range iface.Methods() {
		site := t.World.Site(m)
		if site == nil || !directive.IsWrap(site.Doc) {
			continue
		}
		if _, next, problem := returned(m.Signature()); problem == "" && next.Obj() != named.Obj() && leadsBack(t, next, seen) {
			return true
		}
	}
	return false
}
