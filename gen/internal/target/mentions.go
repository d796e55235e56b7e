package target

import (
	"go/types"
	"slices"

	"github.com/breakergen/breakergen/gen/internal/typeutil"
)

// Deprecated returns what is deprecated of what a wrapper's code mentions of other packages,
// which linters would complain of there.
func (t *Target) Deprecated(out *Destination) (names []string) {
	note := func(name string) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	seen := map[types.Type]bool{}
	mention := func(typ types.Type) {
		typeutil.EachType(typ, seen, func(typ types.Type) {
			named, ok := typ.(interface{ Obj() *types.TypeName })
			if !ok || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() == out.Path {
				return
			}
			obj := named.Obj()
			if t.World.IsDeprecatedPackage(obj.Pkg().Path()) {
				note("package " + obj.Pkg().Path())
			}
			if t.World.IsDeprecated(obj) {
				note(obj.Pkg().Name() + "." + obj.Name())
			}
		})
	}
	mention(t.Type)
	for _, p := range t.TypeParams {
		mention(p.Constraint())
	}
	for _, m := range t.Methods {
		mention(m.Type())
		if m.Pkg() != nil && m.Pkg().Path() != out.Path && t.World.IsDeprecated(m) {
			note(t.MethodPrefix(m))
		}
	}
	return names
}
