package gen

import (
	"go/types"
	"slices"

	"github.com/breakergen/breakergen/gen/internal/typeutil"
)

// deprecated returns what is deprecated of what a wrapper's code mentions of other packages,
// which linters would complain of there.
func (t *target) deprecated(out *destination) (names []string) {
	note := func(name string) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	seen := map[types.Type]bool{}
	mention := func(typ types.Type) {
		typeutil.EachType(typ, seen, func(typ types.Type) {
			named, ok := typ.(interface{ Obj() *types.TypeName })
			if !ok || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() == out.path {
				return
			}
			obj := named.Obj()
			if t.world.IsDeprecatedPackage(obj.Pkg().Path()) {
				note("package " + obj.Pkg().Path())
			}
			if t.world.IsDeprecated(obj) {
				note(obj.Pkg().Name() + "." + obj.Name())
			}
		})
	}
	mention(t.typ)
	for _, p := range t.typeParams {
		mention(p.Constraint())
	}
	for _, m := range t.methods {
		mention(m.Type())
		if m.Pkg() != nil && m.Pkg().Path() != out.path && t.world.IsDeprecated(m) {
			note(t.prefixOf(m))
		}
	}
	return names
}
