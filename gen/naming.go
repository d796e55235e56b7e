package gen

import (
	"fmt"
	"go/types"

	"github.com/breakergen/breakergen/templates"
)

// whole says whether t, as it is written, holds no type that the checker failed on.
func whole(t types.Type) bool {
	ok := true
	eachType(t, map[types.Type]bool{}, func(t types.Type) {
		if t == types.Typ[types.Invalid] {
			ok = false
		}
	})
	return ok
}

// eachType visits t and the types that it is written with: those of literals and
// type arguments, but not what is behind a name.
func eachType(t types.Type, seen map[types.Type]bool, visit func(types.Type)) {
	if t == nil || seen[t] {
		return
	}
	seen[t] = true
	visit(t)
	each := func(t types.Type) { eachType(t, seen, visit) }
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

// naming answers whether code of one package can write a type.
type naming struct {
	path   string // of the package
	public func(*types.TypeName) *types.TypeName
}

// why says why t can't be written; "" if it can.
func (n naming) why(t types.Type) string {
	why := ""
	seen := map[types.Type]bool{}
	var visit func(types.Type)
	visit = func(t types.Type) {
		if why != "" {
			return
		}
		switch t := t.(type) {
		case *types.Alias:
			if templates.Unnameable(t.Obj(), n.path) != "" {
				eachType(types.Unalias(t), seen, visit) // It is written as what it stands for.
			}
		case *types.Named:
			if why = templates.Unnameable(t.Obj(), n.path); why != "" && n.public(t.Obj()) != nil {
				why = "" // It is written as the alias.
			}
		case *types.Struct:
			for f := range t.Fields() {
				switch {
				case !templates.CanSelect(f, n.path):
					why = fmt.Sprintf("field %s of a struct literal is not exported", f.Name())
				case f.Embedded():
					why = n.embedded(f.Type())
				}
				if why != "" {
					return
				}
			}
		case *types.Interface:
			for m := range t.ExplicitMethods() {
				if !templates.CanSelect(m, n.path) {
					why = fmt.Sprintf("method %s of an interface literal is not exported", m.Name())
				}
			}
		}
	}
	eachType(t, seen, visit)
	return why
}

// embedded says why the alias that gives an embedded field its name can't be written.
func (n naming) embedded(t types.Type) string {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	if alias, ok := t.(*types.Alias); ok {
		return templates.Unnameable(alias.Obj(), n.path)
	}
	return ""
}
