package target

import (
	"cmp"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"

	"github.com/breakergen/breakergen/gen/internal/load"
)

// interfaceMethods returns the methods of an interface in the order of the
// source: its own, then those of the interfaces that it embeds.
func interfaceMethods(w *load.World, iface *types.Interface) []*types.Func {
	var list []*types.Func
	seen := map[string]bool{}
	var visit func(*types.Interface)
	visit = func(iface *types.Interface) {
		own := slices.Collect(iface.ExplicitMethods())
		sortBySource(w, own)
		for _, m := range own {
			if !seen[m.Id()] {
				seen[m.Id()] = true
				list = append(list, m)
			}
		}
		for embedded := range iface.EmbeddedTypes() {
			if e, ok := embedded.Underlying().(*types.Interface); ok {
				visit(e)
			}
		}
	}
	visit(iface)
	return list
}

// concreteMethods returns the exported methods of a type in the order of the source.
func concreteMethods(w *load.World, t types.Type) []*types.Func {
	var list []*types.Func
	for selection := range types.NewMethodSet(t).Methods() {
		if m := selection.Obj().(*types.Func); m.Exported() {
			list = append(list, m)
		}
	}
	sortBySource(w, list)
	return list
}

// sortBySource sorts methods by file, line and name: export data knows no more of one whose
// source isn't found.
func sortBySource(w *load.World, list []*types.Func) {
	places := map[*types.Func]token.Position{}
	for _, m := range list {
		if places[m] = w.Place(m); w.Site(m) != nil {
			places[m] = w.Fset.PositionFor(w.Site(m).Name.Pos(), false)
		}
	}
	slices.SortFunc(list, func(a, b *types.Func) int {
		pa, pb := places[a], places[b]
		return cmp.Or(
			cmp.Compare(filepath.Base(pa.Filename), filepath.Base(pb.Filename)),
			cmp.Compare(pa.Line, pb.Line),
			cmp.Compare(a.Name(), b.Name()),
		)
	})
}
