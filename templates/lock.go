package templates

import (
	"slices"

	"github.com/dave/jennifer/jen"
)

// keepsLock says whether one of several results holds a lock, so that a variable or a struct
// has to keep it until it is returned.
func (m *method) keepsLock() bool {
	return len(m.Locked) > 0 && (m.valuesType != "" || m.Inner != nil)
}

// value returns a result that is kept: what holds a lock by way of a function, as vet has
// nobody else copy that.
func (f *file) value(w *wrapper, m *method, result int, pointer, plain jen.Code) jen.Code {
	if slices.Contains(m.Locked, result) {
		return jen.Id(w.value).Call(pointer)
	}
	return plain
}

// kept returns a result that the struct of several keeps.
func (f *file) kept(w *wrapper, m *method, result int, values string) jen.Code {
	code := jen.Id(values).Dot(m.values[result].name)
	return f.value(w, m, result, code, code)
}

// keep returns what the struct of several results keeps of one.
func (m *method) keep(result int) jen.Code {
	code := jen.Id(m.values[result].name)
	if slices.Contains(m.Locked, result) {
		return jen.Op("&").Add(code)
	}
	return code
}

// valueFunction writes the function that takes what holds a lock from where it is kept.
func (f *file) valueFunction(w *wrapper) {
	if w.value == "" {
		return
	}
	taken := newScope(f.globals)
	typ, pointer, value := taken.unique("T"), taken.unique("p"), taken.unique("value")
	f.jen.Line()
	f.comment(w.value+" returns what "+pointer+" points to, if anything. That holds a lock, which nobody has used yet:",
		"vet would complain of its copy in a function without type parameters.")
	f.jen.Func().Id(w.value).Types(jen.Id(typ).Add(f.predeclared("any"))).
		Params(jen.Id(pointer).Op("*").Id(typ)).Params(jen.Id(value).Id(typ)).Block(
		jen.If(jen.Id(pointer).Op("!=").Add(f.null(jen.Op("*").Id(typ)))).Block(
			jen.Id(value).Op("=").Op("*").Id(pointer)),
		jen.Return(jen.Id(value)),
	)
}
