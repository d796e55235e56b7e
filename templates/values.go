package templates

import (
	"go/types"

	"github.com/dave/jennifer/jen"
)

// structs writes the structs that hold several arguments or results.
func (f *file) structs(w *wrapper, m *method) {
	if m.argsType != "" {
		var args []param
		for _, i := range m.args {
			args = append(args, m.params[i])
		}
		f.structType(w, m.argsType, "the arguments of "+m.Name, args)
	}
	if m.valuesType != "" {
		f.structType(w, m.valuesType, "the results of "+m.Name, m.values)
	}
}

func (f *file) structType(w *wrapper, name, what string, fields []param) {
	f.jen.Line()
	f.comment(name + " holds " + what + ".")
	var list []jen.Code
	for i := 0; i < len(fields); {
		// Neighbours of one type share a line, as they would by hand.
		names := []jen.Code{jen.Id(fields[i].name)}
		for i++; i < len(fields) && sameType(fields[i-1], fields[i]); i++ {
			names = append(names, jen.Id(fields[i].name))
		}
		list = append(list, jen.List(names...).Add(f.typ(fields[i-1].typ)))
	}
	f.jen.Type().Id(name).Add(f.typeParamList(w)).Struct(list...)
}

// callType is the type of what makes a method's calls. It names no instantiation of the
// runtime's types: every package that names the wrapper would have that compiled anew.
func (f *file) callType(w *wrapper, m *method) *jen.Statement {
	return jen.Func().Params(jen.Qual("context", "Context"), f.argsCode(w, m)).
		Params(f.valuesCode(w, m), f.predeclared("error"))
}

// argsCode is the type of the arguments that the chain passes on.
func (f *file) argsCode(w *wrapper, m *method) *jen.Statement {
	switch len(m.args) {
	case 0:
		return jen.Struct()
	case 1:
		return f.typ(m.params[m.args[0]].typ)
	default:
		return jen.Id(m.argsType).Add(f.typeArgs(w))
	}
}

// valuesCode is the type of the results that the chain passes back.
func (f *file) valuesCode(w *wrapper, m *method) *jen.Statement {
	switch len(m.values) {
	case 0:
		return jen.Struct()
	case 1:
		return f.typ(m.values[0].typ)
	default:
		return jen.Id(m.valuesType).Add(f.typeArgs(w))
	}
}

// nilable says whether t is a pointer or an interface, so that a method call on
// its zero value may panic.
func nilable(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer:
		return true
	case *types.Interface:
		_, param := types.Unalias(t).(*types.TypeParam)
		return !param
	default:
		return false
	}
}
