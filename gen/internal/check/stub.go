package check

import (
	"go/token"
	"go/types"

	"github.com/breakergen/breakergen/gen/internal/importpath"
	"github.com/breakergen/breakergen/gen/internal/load"
	"github.com/breakergen/breakergen/gen/internal/model"
)

// stub gives a file's check what it mentions of other wrappers whose files aren't in sight:
// they are made by the same run, or by a later one, or were made before a method asked for
// them. Own holds what the file declares itself.
func stub(w *load.World, f *model.File, pkg *types.Package, own map[string]bool) {
	runtime, err := w.Package(importpath.Runtime)
	if err != nil || runtime.Scope().Lookup("Parent") == nil {
		return
	}
	parent := types.NewPointer(runtime.Scope().Lookup("Parent").Type())
	for _, wrapper := range f.Model.Wrappers {
		for _, inner := range wrapper.Inners {
			iface := types.Unalias(inner.Type).(*types.Named).Origin()
			if !own[inner.Config] && pkg.Scope().Lookup(inner.Config) == nil {
				name := types.NewTypeName(token.NoPos, pkg, inner.Config, nil)
				types.NewNamed(name, types.NewStruct(nil, nil), nil).SetTypeParams(sameParams(iface))
				pkg.Scope().Insert(name)
			}
			config, isType := pkg.Scope().Lookup(inner.Config).(*types.TypeName)
			if own[inner.Maker] || pkg.Scope().Lookup(inner.Maker) != nil || !isType {
				continue
			}
			params := sameParams(iface)
			of := instance(iface, params)
			wrap := types.NewSignatureType(nil, nil, nil, tuple(of), tuple(of), false)
			sig := types.NewSignatureType(nil, nil, params, tuple(instance(config.Type(), params), parent), tuple(wrap), false)
			pkg.Scope().Insert(types.NewFunc(token.NoPos, pkg, inner.Maker, sig))
		}
	}
}

// sameParams returns type parameters as many as a type has. What they may be is checked in
// the other wrapper's file.
func sameParams(t *types.Named) []*types.TypeParam {
	var list []*types.TypeParam
	for p := range t.TypeParams().TypeParams() {
		name := types.NewTypeName(token.NoPos, p.Obj().Pkg(), p.Obj().Name(), nil)
		list = append(list, types.NewTypeParam(name, types.Universe.Lookup("any").Type()))
	}
	return list
}

// instance returns the instance of a type with these arguments.
func instance(t types.Type, params []*types.TypeParam) types.Type {
	if len(params) == 0 {
		return t
	}
	args := make([]types.Type, len(params))
	for i, p := range params {
		args[i] = p
	}
	of, err := types.Instantiate(nil, t, args, false)
	if err != nil {
		return t
	}
	return of
}

func tuple(list ...types.Type) *types.Tuple {
	vars := make([]*types.Var, len(list))
	for i, t := range list {
		vars[i] = types.NewParam(token.NoPos, nil, "", t)
	}
	return types.NewTuple(vars...)
}
