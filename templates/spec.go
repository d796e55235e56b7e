package templates

import (
	"slices"

	"github.com/dave/jennifer/jen"
)

// describe returns the method's description to the runtime. What no directive says anything
// about is described in the constructor itself, else by a function beside the method.
func (f *file) describe(w *wrapper, m *method) jen.Code {
	config := jen.Op("&").Id(w.local.config).Dot("Policies").Dot(m.Name)
	if m.spec != "" {
		return jen.Id(m.spec).Add(f.typeArgs(w)).Call(config)
	}
	return jen.Qual(runtimePath, "Spec").Values(f.specFields(w, m, config)...)
}

// longestSpec is how many fields a description in the constructor has at most.
const longestSpec = 3

// needsSpec says whether the method is described by a function of its own.
func (f *file) needsSpec(w *wrapper, m *method) bool {
	return !m.Policy.empty() || m.hasHooks() || len(f.specFields(w, m, jen.Null())) > longestSpec
}

// spec writes that function.
func (f *file) spec(w *wrapper, m *method) {
	if m.spec == "" {
		return
	}
	f.jen.Line()
	typ := jen.Qual(runtimePath, "Spec")
	f.jen.Func().Id(m.spec).Add(f.typeParamList(w)).
		Params(jen.Id(w.local.config).Op("*").Qual(runtimePath, "Policy")).Add(typ).
		Block(jen.Return(typ.Clone().Add(block(f.specFields(w, m, jen.Id(w.local.config))...))))
}

func (f *file) specFields(w *wrapper, m *method, config jen.Code) []jen.Code {
	var fields literal
	add := fields.add
	add(true, "Name", func() jen.Code { return jen.Lit(m.Name) })
	yes := func() jen.Code { return f.predeclared("true") }
	add(m.Circuit != "", "Circuit", func() jen.Code { return jen.Lit(m.Circuit) })
	add(!m.Policy.empty(), "Directive", func() jen.Code { return jen.Op("&").Add(f.policy(m.Policy)) })
	add(true, "Config", func() jen.Code { return config })
	add(m.NotRepeated != "", "NotRepeated", func() jen.Code { return jen.Lit(m.NotRepeated) })
	add(m.ReadOnce, "ReadOnce", yes)
	add(m.AsksForRetry, "AsksForRetry", yes)
	add(m.Pair != nil, "Sequence", yes)
	add(m.Context < 0 && m.Carrier < 0, "NoContext", yes)
	add(m.LivesOn, "LivesOn", yes)
	add(m.Protocol != "" && m.Protocol != "http", "Protocol", func() jen.Code {
		return jen.Qual(protocolPath(m.Protocol), "Protocol")
	})
	add(m.hasHooks(), "Hooks", func() jen.Code {
		return jen.Qual(runtimePath, "Hooks").Types(f.argsCode(w, m), f.valuesCode(w, m)).Add(block(f.hooks(w, m)...))
	})
	add(m.MaxKeys > 0, "MaxKeys", func() jen.Code { return jen.Lit(m.MaxKeys) })
	return fields
}

// literal is the fields of a composite literal.
type literal []jen.Code

// add adds a field where there is something to say.
func (l *literal) add(when bool, name string, value func() jen.Code) {
	if when {
		*l = append(*l, keyed(name, value()))
	}
}

// hasHooks says whether the runtime has to ask about the method's arguments or results.
func (m *method) hasHooks() bool {
	return m.Request >= 0 || m.Protocol == "http" || m.dropsEach() || m.classifiesResult() || m.HasKey()
}

// dropsEach says whether the method returns several results that may have to be closed.
func (m *method) dropsEach() bool { return m.LivesOn && len(m.values) > 1 }

func (f *file) hooks(w *wrapper, m *method) []jen.Code {
	var fields literal
	add := fields.add
	add(m.Request >= 0, "Repeatable", func() jen.Code { return f.request(w, m, "Repeatable") })
	add(m.Request >= 0, "Renew", func() jen.Code { return f.renew(w, m) })
	add(m.Request >= 0, "Discard", func() jen.Code { return f.request(w, m, "Discard") })
	add(m.Protocol == "http" && m.Request >= 0, "RetryResult", func() jen.Code { return f.retryResult(w, m) })
	add(m.Protocol == "http", "RetryAfter", func() jen.Code { return f.retryAfter(w, m) })
	add(m.dropsEach(), "Drop", func() jen.Code { return f.drop(w, m) })
	add(m.classifiesResult(), "ClassifyResult", func() jen.Code { return f.classifyResult(w, m) })
	add(m.HasKey(), "Key", func() jen.Code { return f.key(w, m) })
	return fields
}

// isExpression says whether a method expression is all that calling the method takes.
func (m *method) isExpression() bool {
	return m.Context == 0 && len(m.args) == 1 && m.Request < 0 && !m.ErrorInResult && m.Pair == nil &&
		!m.params[1].variadic && len(m.values) == 1
}

// callee returns what calls the method.
func (f *file) callee(w *wrapper, m *method) jen.Code {
	if m.call == "" {
		return f.operand(w.Type).Dot(m.Name)
	}
	return jen.Id(m.call).Add(f.typeArgs(w))
}

// call writes the function that calls the method, where a method expression isn't enough.
func (f *file) call(w *wrapper, m *method) {
	if m.call == "" {
		return
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
	f.jen.Line()
	f.jen.Func().Id(m.call).Add(f.typeParamList(w)).Params(
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
