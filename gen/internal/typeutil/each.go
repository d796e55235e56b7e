package typeutil

import "go/types"

// Whole says whether t, as it is written, holds no type that the checker failed on.
func Whole(t types.Type) bool {
	ok := true
	EachType(t, map[types.Type]bool{}, func(t types.Type) {
		if t == types.Typ[types.Invalid] {
			ok = false
		}
	})
	return ok
}

// EachType visits t and the types that it is written with: those of literals and
// type arguments, but not what is behind a name.
func EachType(t types.Type, seen map[types.Type]bool, visit func(types.Type)) {
	if t == nil || seen[t] {
		return
	}
	seen[t] = true
	visit(t)
	each := func(t types.Type) { EachType(t, seen, visit) }
	switch t := t.(type) {
	case *types.Alias:
		if t.TypeArgs().Len() == 0 {
			if types.Unalias(t) == types.Typ[types.Invalid] {
				visit(types.Typ[types.Invalid])
			}
			return
		}
		for arg := range t.TypeArgs().Types() {
			each(arg)
		}
	case *types.Named:
		if t.Underlying() == types.Typ[types.Invalid] {
			visit(types.Typ[types.Invalid])
		}
		for arg := range t.TypeArgs().Types() {
			each(arg)
		}
	case interface{ Elem() types.Type }:
		if m, ok := t.(*types.Map); ok {
			each(m.Key())
		}
		each(t.Elem())
	case *types.Tuple:
		for v := range t.Variables() {
			each(v.Type())
		}
	case *types.Signature:
		each(t.Params())
		each(t.Results())
	case *types.Struct:
		for field := range t.Fields() {
			each(field.Type())
		}
	case *types.Interface:
		for m := range t.ExplicitMethods() {
			each(m.Type())
		}
		for e := range t.EmbeddedTypes() {
			each(e)
		}
	case *types.Union:
		for term := range t.Terms() {
			each(term.Type())
		}
	}
}
