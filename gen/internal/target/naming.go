package target

import (
	"fmt"
	"go/types"

	"github.com/breakergen/breakergen/gen/internal/typeutil"
	"github.com/breakergen/breakergen/templates"
)

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
				typeutil.EachType(types.Unalias(t), seen, visit) // It is written as what it stands for.
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
	typeutil.EachType(t, seen, visit)
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
