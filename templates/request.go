package templates

import "github.com/dave/jennifer/jen"

// request returns a function of the package httpcalls, for these arguments.
func (f *file) request(w *wrapper, m *method, name string) jen.Code {
	fn := jen.Qual(httpcallsPath, name)
	if len(m.args) == 1 {
		return fn
	}
	call := fn.Call(f.arg(w, m, m.Request))
	decl := jen.Func().Params(jen.Id(w.local.args).Add(f.argsCode(w, m)))
	if name == "Discard" {
		return decl.Block(call)
	}
	return decl.Add(f.predeclared("bool")).Block(jen.Return(call))
}

// renew returns the function that makes the arguments of the next attempt.
func (f *file) renew(w *wrapper, m *method) jen.Code {
	fn := jen.Qual(httpcallsPath, "Renew")
	if len(m.args) == 1 {
		return fn
	}
	l := w.local
	return jen.Func().Params(jen.Id(l.args).Add(f.argsCode(w, m))).
		Params(f.argsCode(w, m), f.predeclared("error")).Block(
		jen.List(jen.Id(l.result), jen.Id(l.err)).Op(":=").Add(fn).Call(f.arg(w, m, m.Request)),
		f.arg(w, m, m.Request).Op("=").Id(l.result),
		jen.Return(jen.Id(l.args), jen.Id(l.err)),
	)
}

// key returns the function that names the circuit of a call.
func (f *file) key(w *wrapper, m *method) jen.Code {
	value := f.arg(w, m, m.Key)
	convert := func(to string) jen.Code { return f.predeclared(to).Call(value) }
	switch m.KeyKind {
	case KeyStrings:
		value = f.predeclared("string").Call(value)
	case KeyInt:
		value = jen.Qual("strconv", "FormatInt").Call(convert("int64"), jen.Lit(10))
	case KeyUint:
		value = jen.Qual("strconv", "FormatUint").Call(convert("uint64"), jen.Lit(10))
	case KeyBool:
		value = jen.Qual("strconv", "FormatBool").Call(convert("bool"))
	case KeyStringer:
		value = value.Dot("String").Call()
	}
	return jen.Func().Params(jen.Id(f.argName(w, m)).Add(f.argsCode(w, m))).
		Add(f.predeclared("string")).
		Block(jen.Return(value))
}
