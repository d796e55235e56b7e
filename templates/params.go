package templates

import (
	"go/types"

	"github.com/dave/jennifer/jen"
)

// param is a parameter or a result as it is written.
type param struct {
	name     string // "" is unnamed
	typ      types.Type
	variadic bool
}

// paramType returns the parameter's type as a parameter list has it.
func (f *file) paramType(p param) *jen.Statement {
	if p.variadic {
		// The one variadic type that is no slice is append's string.
		return jen.Op("...").Add(f.typ(p.typ.Underlying().(*types.Slice).Elem()))
	}
	return f.typ(p.typ)
}

// paramList returns the parameters of a list, neighbours of one type together.
func (f *file) paramList(params []param) []jen.Code {
	var list []jen.Code
	for i, p := range params {
		switch {
		case p.name == "":
			list = append(list, f.paramType(p))
		case i+1 < len(params) && sameType(p, params[i+1]):
			list = append(list, jen.Id(p.name))
		default:
			list = append(list, jen.Id(p.name).Add(f.paramType(p)))
		}
	}
	return list
}

func sameType(a, b param) bool {
	return a.name != "" && b.name != "" && !a.variadic && !b.variadic &&
		types.Identical(a.typ, b.typ) && a.typ.String() == b.typ.String()
}

// resultList returns the results of a function.
func (f *file) resultList(results []param) *jen.Statement {
	switch {
	case len(results) == 0:
		return &jen.Statement{}
	case len(results) == 1 && results[0].name == "":
		return f.typ(results[0].typ)
	default:
		return jen.Params(f.paramList(results)...)
	}
}
