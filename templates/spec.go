package templates

import (
	"slices"

	"github.com/dave/jennifer/jen"
)

// spec writes the function that describes a method to the runtime.
func (f *file) spec(w *wrapper, m *method) {
	typ := jen.Qual(runtimePath, "Spec").Types(f.typ(w.Type), f.argsCode(w, m), f.valuesCode(w, m))
	fields := []jen.Code{keyed("Name", jen.Lit(m.Name))}
	add := func(when bool, name string, value func() jen.Code) {
		if when {
			fields = append(fields, keyed(name, value()))
		}
	}
	add(m.Circuit != "", "Circuit", func() jen.Code { return jen.Lit(m.Circuit) })
	add(true, "Call", func() jen.Code { return f.call(w, m) })
	add(!m.Policy.empty(), "Directive", func() jen.Code { return f.policy(m.Policy) })
	add(true, "Config", func() jen.Code { return jen.Id(w.local.config) })
	add(m.NotRepeated != "", "NotRepeated", func() jen.Code { return jen.Lit(m.NotRepeated) })
	add(m.AsksForRetry, "AsksForRetry", func() jen.Code { return f.predeclared("true") })
	add(m.Pair != nil, "Sequence", func() jen.Code { return f.predeclared("true") })
	add(m.Context < 0 && m.Carrier < 0, "NoContext", func() jen.Code { return f.predeclared("true") })
	add(m.LivesOn, "LivesOn", func() jen.Code { return f.predeclared("true") })
	add(m.Request >= 0, "Repeatable", func() jen.Code { return f.request(w, m, "Repeatable") })
	add(m.Request >= 0, "Renew", func() jen.Code { return f.renew(w, m) })
	add(m.Request >= 0, "Discard", func() jen.Code { return f.request(w, m, "Discard") })
	add(m.Protocol != "" && m.Protocol != "http", "Protocol", func() jen.Code {
		return jen.Qual(protocolPath(m.Protocol), "Protocol")
	})
	add(m.Protocol == "http" && m.Request >= 0, "RetryResult", func() jen.Code { return f.retryResult(w, m) })
	add(m.Protocol == "http", "RetryAfter", func() jen.Code { return f.retryAfter(w, m) })
	add(m.LivesOn && len(m.values) > 1, "Drop", func() jen.Code { return f.drop(w, m) })
	add(m.classifiesResult(), "ClassifyResult", func() jen.Code { return f.classifyResult(w, m) })
	add(m.HasKey(), "Key", func() jen.Code { return f.key(w, m) })
	add(m.MaxKeys > 0, "MaxKeys", func() jen.Code { return jen.Lit(m.MaxKeys) })

	f.jen.Line()
	f.jen.Func().Id(m.spec).Add(f.typeParamList(w)).
		Params(jen.Id(w.local.config).Qual(runtimePath, "Policy")).Add(typ).
		Block(jen.Return(typ.Clone().Add(block(fields...))))
}

// call returns what calls the method: a method expression where the shape
// allows it, else a closure.
func (f *file) call(w *wrapper, m *method) jen.Code {
	if m.Context == 0 && len(m.args) == 1 && m.Request < 0 && !m.ErrorInResult && m.Pair == nil && !m.params[1].variadic && len(m.values) == 1 {
		return f.operand(w.Type).Dot(m.Name)
	}
	l := w.local
	ctx, args := l.ctx, l.args
	if m.Context < 0 && m.Carrier < 0 && m.Pair == nil {
		ctx = "_"
	}
	var statements, list []jen.Code
	switch len(m.args) {
	case 0:
		args = "_"
	case 1:
		args = f.argName(w, m)
	}
	for i, p := range m.params {
		code := f.arg(w, m, i)
		switch {
		case i == m.Context:
			code = jen.Id(ctx)
		case i == m.Request && i == m.Carrier:
			code = jen.Qual(httpcallsPath, "Clone").Call(jen.Id(ctx), code)
		case i == m.Request:
			code = jen.Qual(httpcallsPath, "Copy").Call(code)
		}
		if p.variadic {
			code.Op("...")
		}
		list = append(list, code)
	}
	if m.Carrier >= 0 && m.Carrier != m.Request {
		statements = append(statements, f.carry(w, m))
	}
	call := jen.Id(l.next).Dot(m.Name).Call(list...)
	return jen.Func().Params(
		jen.Id(l.next).Add(f.typ(w.Type)),
		jen.Id(ctx).Qual("context", "Context"),
		jen.Id(args).Add(f.argsCode(w, m)),
	).Params(f.valuesCode(w, m), f.predeclared("error")).Block(append(statements, f.results(w, m, call)...)...)
}

// argName names the arguments in a closure: a single one as itself.
func (f *file) argName(w *wrapper, m *method) string {
	if len(m.args) != 1 {
		return w.local.args
	}
	name := m.params[m.args[0]].name
	isName := func(p param) bool { return p.name == name }
	switch {
	case slices.Contains(w.local.names(), name), predeclared[name], f.imports.named(name),
		len(m.values) > 1 && slices.ContainsFunc(m.values, isName):
		return w.local.args // The closure may need what the name would hide.
	}
	return name
}

// arg returns parameter i in a closure.
func (f *file) arg(w *wrapper, m *method, i int) *jen.Statement {
	if len(m.args) == 1 {
		return jen.Id(f.argName(w, m))
	}
	return jen.Id(w.local.args).Dot(m.params[i].name)
}

// carry puts the attempt's context into its carrier.
func (f *file) carry(w *wrapper, m *method) jen.Code {
	carrier := func() *jen.Statement { return f.arg(w, m, m.Carrier) }
	set := carrier().Op("=").Add(carrier()).Dot("WithContext").Call(jen.Id(w.local.ctx))
	typ := m.params[m.Carrier].typ
	if !nilable(typ) {
		return set
	}
	return jen.If(carrier().Op("!=").Add(f.null(f.typ(typ)))).Block(set)
}

// results returns what the call did as one value and an error.
func (f *file) results(w *wrapper, m *method, call *jen.Statement) []jen.Code {
	if m.Pair != nil {
		ranged := jen.Qual(runtimePath, "Range").Call(jen.Id(w.local.ctx), call)
		return []jen.Code{jen.Return(jen.Struct().Values(), ranged)}
	}
	if m.ErrorInResult {
		result, none := jen.Id(w.local.result), f.null(f.typ(m.values[0].typ))
		return []jen.Code{
			jen.If(result.Clone().Op(":=").Add(call), result.Clone().Op("!=").Add(none)).Block(
				jen.Return(result.Clone(), result.Clone().Dot("Err").Call())),
			jen.Return(none.Clone(), f.null(f.predeclared("error"))),
		}
	}
	switch len(m.values) {
	case 0:
		return []jen.Code{jen.Return(jen.Struct().Values(), call)}
	case 1:
		return []jen.Code{jen.Return(call)}
	}
	var names, kept []jen.Code
	for i, v := range m.values {
		names, kept = append(names, jen.Id(v.name)), append(kept, m.keep(i))
	}
	err := jen.Id(w.local.err)
	return []jen.Code{
		jen.List(append(names, err)...).Op(":=").Add(call),
		jen.Return(jen.Id(m.valuesType).Add(f.typeArgs(w)).Values(kept...), err),
	}
}
