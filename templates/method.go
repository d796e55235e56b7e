package templates

import (
	"strings"

	"github.com/dave/jennifer/jen"
)

// method writes a method, and before it what it needs: the structs of its
// arguments and results; after it what calls it and describes it.
func (f *file) method(w *wrapper, m *method) {
	if m.Through == "" {
		f.structs(w, m)
	}
	f.jen.Line()
	f.comment(m.doc()...)
	decl := f.jen.Func().Params(jen.Id(w.receiver).Op("*").Id(w.Name).Add(f.typeArgs(w))).
		Id(m.Name).Params(f.paramList(m.params)...).Add(f.resultList(m.results))
	if m.Through != "" {
		decl.Block(f.through(w, m)...)
		return
	}
	decl.Block(f.body(w, m)...)
	f.call(w, m)
	f.spec(w, m)
}

// doc returns the method's own documentation, and what it doesn't say.
func (m *method) doc() []string {
	through := ""
	if m.Through != "" {
		through = m.Name + " is called straight through (" + m.Through + ")."
	}
	if m.Inner != nil && through != "" {
		through = strings.TrimSuffix(through, ".") + ", and returns " + article(m.Inner.Name) + "."
	}
	switch {
	case len(m.Doc) > 0 && through != "":
		return append(append([]string{}, m.Doc...), "", through)
	case len(m.Doc) > 0:
		return m.Doc
	case through != "":
		return []string{through}
	default:
		return []string{m.Name + " runs behind the circuit " + m.Row.Circuit + "."}
	}
}

// through is the body of a method that is called straight through.
func (f *file) through(w *wrapper, m *method) []jen.Code {
	call := jen.Id(w.receiver).Dot(w.next).Dot(m.Name).Call(m.pass("")...)
	switch {
	case len(m.results) == 0:
		return []jen.Code{call}
	case m.Inner == nil:
		return []jen.Code{jen.Return(call)}
	case len(m.results) == 1:
		return []jen.Code{jen.Return(f.wrapped(w, m, 0, call))}
	}
	return f.each(w, m, f.taken(w, m), call)
}

// pass returns the arguments of a call: the parameters, or the fields of args.
func (m *method) pass(args string) []jen.Code {
	var list []jen.Code
	for _, p := range m.params {
		code := jen.Id(p.name)
		if args != "" {
			code = jen.Id(args).Dot(p.name)
		}
		if p.variadic {
			code.Op("...")
		}
		list = append(list, code)
	}
	return list
}

// body is the statements of a wrapped method: the call through the chain, its
// arguments and results packed and unpacked.
func (f *file) body(w *wrapper, m *method) []jen.Code {
	taken := f.taken(w, m)
	var statements []jen.Code
	ctx := f.context(m, taken, &statements)
	call := jen.Id(w.receiver).Dot(m.field).Call(ctx, f.pack(w, m))
	if m.Pair != nil {
		return append(statements, f.sequence(w, m, taken, ctx))
	}
	if m.ErrorInResult {
		return append(statements, jen.Return(jen.Qual(runtimePath, "Carry").Call(call)))
	}
	if len(m.values) == 1 && m.Inner != nil {
		return append(statements, f.each(w, m, taken, call)...)
	}
	if len(m.values) == 1 {
		return append(statements, jen.Return(call))
	}
	errName, define := m.results[len(m.results)-1].name, "="
	if errName == "" {
		errName, define = taken.unique("err"), ":="
	}
	if len(m.values) == 0 {
		return append(statements,
			jen.List(jen.Id("_"), jen.Id(errName)).Op(define).Add(call),
			jen.Return(jen.Id(errName)))
	}
	values := taken.unique("values", "all")
	var list []jen.Code
	for i := range m.values {
		list = append(list, f.wrapped(w, m, i, f.kept(w, m, i, values)))
	}
	return append(statements,
		jen.List(jen.Id(values), jen.Id(errName)).Op(":=").Add(call),
		jen.Return(append(list, jen.Id(errName))...))
}

// taken returns the names that a method's body can't use for variables.
func (f *file) taken(w *wrapper, m *method) scope {
	taken := newScope(w.typeParams)
	taken[w.receiver], taken[m.argsType] = true, true
	for _, p := range append(append([]param{}, m.params...), m.results...) {
		taken[p.name] = true
	}
	return taken
}

// sequence is the one statement of a body whose call is the ranging over its result.
func (f *file) sequence(w *wrapper, m *method, taken scope, ctx jen.Code) jen.Code {
	inner, err := taken.unique("ctx"), taken.unique("err")
	if m.Context >= 0 {
		inner = m.params[m.Context].name // the caller's serves for nothing else there
	}
	return jen.Return(jen.Qual(runtimePath, "Sequence").Types(f.typ(m.Pair)).Call(ctx,
		jen.Func().Params(jen.Id(inner).Qual("context", "Context")).Add(f.predeclared("error")).Block(
			jen.List(jen.Id("_"), jen.Id(err)).Op(":=").
				Id(w.receiver).Dot(m.field).Call(jen.Id(inner), f.pack(w, m)),
			jen.Return(jen.Id(err)),
		)))
}

// context returns the caller's context. A carrier that is nil has none: what is
// wrapped may know what to do with it.
func (f *file) context(m *method, taken scope, statements *[]jen.Code) jen.Code {
	background := jen.Qual("context", "Background").Call()
	switch {
	case m.Context >= 0:
		return jen.Id(m.params[m.Context].name)
	case m.Carrier < 0:
		return background
	case !nilable(m.params[m.Carrier].typ):
		return jen.Id(m.params[m.Carrier].name).Dot("Context").Call()
	default:
		ctx, carrier := taken.unique("ctx"), m.params[m.Carrier].name
		*statements = append(*statements,
			jen.Id(ctx).Op(":=").Add(background),
			jen.If(jen.Id(carrier).Op("!=").Add(f.null(f.typ(m.params[m.Carrier].typ)))).Block(
				jen.Id(ctx).Op("=").Id(carrier).Dot("Context").Call()))
		return jen.Id(ctx)
	}
}

// pack returns the arguments as the one value that the chain passes on.
func (f *file) pack(w *wrapper, m *method) jen.Code {
	switch len(m.args) {
	case 0:
		return jen.Struct().Values()
	case 1:
		return jen.Id(m.params[m.args[0]].name)
	}
	var list []jen.Code
	for _, i := range m.args {
		list = append(list, jen.Id(m.params[i].name))
	}
	return jen.Id(m.argsType).Add(f.typeArgs(w)).Values(list...)
}
