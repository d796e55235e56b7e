package target

import (
	"cmp"
	"go/types"
	"slices"

	"golang.org/x/tools/go/packages"

	"github.com/breakergen/breakergen/gen/internal/load"
	"github.com/breakergen/breakergen/gen/internal/typeutil"
	"github.com/breakergen/breakergen/templates"
)

// publicName returns the exported alias by which code of the output's package can name a type
// that it can't name itself, as azcore/policy names types of azcore's internal packages;
// nil if no listed package has one. The output keeps what was found.
func publicName(w *load.World, obj *types.TypeName, out *Destination) *types.TypeName {
	if known, ok := out.Public[obj]; ok {
		return known
	}
	var found []*types.TypeName
	for path, p := range w.Listed {
		if obj.Pkg() == nil || path != obj.Pkg().Path() && !imports(p, obj.Pkg().Path()) || w.LeadsBack(p, out.Path) {
			continue
		}
		if pkg, err := w.Package(path); err == nil {
			found = append(found, aliasesOf(pkg, obj, out.Path)...)
		}
	}
	out.Public[obj] = nil
	if len(found) > 0 {
		// The alias that is called the same, in the first package by its path.
		out.Public[obj] = slices.MinFunc(found, func(a, b *types.TypeName) int {
			return cmp.Or(renamed(a, obj)-renamed(b, obj), cmp.Compare(a.Pkg().Path(), b.Pkg().Path()),
				cmp.Compare(a.Name(), b.Name()))
		})
	}
	return out.Public[obj]
}

// aliasesOf returns the names that a package has for a type, of those that code of the
// package at path can write.
func aliasesOf(pkg *types.Package, obj *types.TypeName, path string) (list []*types.TypeName) {
	for _, name := range pkg.Scope().Names() {
		alias, ok := pkg.Scope().Lookup(name).(*types.TypeName)
		if ok && alias.IsAlias() && templates.Unnameable(alias, path) == "" && standsFor(alias, obj) {
			list = append(list, alias)
		}
	}
	return list
}

// standsFor says whether an alias is another name of a type: of a generic one, with the
// same parameters in the same order, and constraints no narrower.
func standsFor(alias, obj *types.TypeName) bool {
	named, ok := types.Unalias(alias.Type()).(*types.Named)
	if !ok || named.Obj() != obj {
		return false
	}
	params := typeutil.TypeParamsOf(alias.Type())
	if len(params) != named.TypeArgs().Len() {
		return false
	}
	for i, p := range params {
		own := named.Origin().TypeParams().At(i).Constraint()
		if named.TypeArgs().At(i) != p || !types.Identical(p.Constraint(), own) {
			return false
		}
	}
	return true
}

func imports(p *packages.Package, path string) bool {
	for _, imported := range p.Imports {
		if imported.PkgPath == path {
			return true
		}
	}
	return false
}

// renamed is 1 where an alias has another name than what it stands for.
func renamed(alias, obj *types.TypeName) int {
	if alias.Name() != obj.Name() {
		return 1
	}
	return 0
}
