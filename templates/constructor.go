package templates

import (
	"slices"

	"github.com/dave/jennifer/jen"
)

// constructor writes the function that makes a wrapper: a line a method.
func (f *file) constructor(w *wrapper) {
	l := w.local
	f.jen.Line()
	f.comment(append([]string{
		w.Constructor + " returns " + article(w.Name) + " around " + l.next + ". It fails where " + l.next + " is nil,",
		"a policy is impossible, or a circuit is already used with another one.",
	}, w.deprecation()...)...)
	wrapped := []jen.Code{keyed(w.next, jen.Id(l.next))}
	for _, m := range w.methods {
		if m.Through == "" {
			wrapped = append(wrapped, keyed(m.field, jen.Qual(runtimePath, "NewMethod").Call(
				jen.Op("&").Id(l.build), f.describe(w, m), f.callee(w, m),
			).Call(jen.Id(l.next))))
		}
	}
	for _, inner := range w.Inners {
		wrapped = append(wrapped, keyed(w.inners[inner].field, f.innerMaker(w, inner)))
	}
	result := jen.Op("*").Id(w.Name).Add(f.typeArgs(w))
	f.jen.Func().Id(w.Constructor).Add(f.typeParamList(w)).Params(
		jen.Id(l.next).Add(f.typ(w.Type)),
		jen.Id(l.config).Id(w.Config).Add(f.typeArgs(w)),
	).Params(result.Clone(), f.predeclared("error")).Block(
		jen.Id(l.build).Op(":=").Add(f.builder(w, false)),
		jen.Id(l.wrapper).Op(":=").Op("&").Id(w.Name).Add(f.typeArgs(w)).Add(block(wrapped...)),
		jen.If(
			jen.Id(l.err).Op(":=").Id(l.build).Dot("Build").Call(),
			jen.Id(l.err).Op("!=").Add(f.null(f.predeclared("error"))),
		).Block(jen.Return(f.null(result), jen.Id(l.err))),
		jen.Return(jen.Id(l.wrapper), f.null(f.predeclared("error"))),
	)
}

// unwrap is the method that the runtime's Unwrap calls.
const unwrap = "BreakerUnwrap"

// unwrap writes that method, unless the interface has one of its name.
func (f *file) unwrap(w *wrapper) {
	if slices.ContainsFunc(w.methods, func(m *method) bool { return m.Name == unwrap }) {
		return
	}
	f.jen.Line()
	f.comment(unwrap + " returns what " + w.receiver + " wraps, for " + f.imports.chosen[runtimePath] + ".Unwrap.")
	f.jen.Func().Params(jen.Id(w.receiver).Op("*").Id(w.Name).Add(f.typeArgs(w))).Id(unwrap).Params().
		Add(f.predeclared("any")).Block(jen.Return(jen.Id(w.receiver).Dot(w.next)))
}

// closeIdle writes what http.Client asks of its transport beyond the interface.
func (f *file) closeIdle(w *wrapper) {
	if !w.Transport {
		return
	}
	const name = "CloseIdleConnections"
	able := jen.Interface(jen.Id(name).Params())
	closer, ok := "closer", "ok"
	f.jen.Line()
	f.comment(name + " passes on what http.Client." + name + " asks of its transport.")
	f.jen.Func().Params(jen.Id(w.receiver).Op("*").Id(w.Name).Add(f.typeArgs(w))).Id(name).Params().Block(
		jen.If(
			jen.List(jen.Id(closer), jen.Id(ok)).Op(":=").Id(w.receiver).Dot(w.next).Assert(able),
			jen.Id(ok),
		).Block(jen.Id(closer).Dot(name).Call()),
	)
}

// builder returns what binds the methods of one wrapper, or of those that come later.
func (f *file) builder(w *wrapper, later bool) *jen.Statement {
	config := func(field string) jen.Code {
		return keyed(field, jen.Id(w.local.config).Dot(field))
	}
	fields := []jen.Code{
		keyed("Constructor", jen.Lit(w.Constructor)),
		keyed("Interface", jen.Lit(w.Prefix)),
		keyed("Next", jen.Id(w.local.next)),
		config("Fallback"), config("Name"), config("Registry"), config("Engine"),
		config("Outer"), config("Inner"),
	}
	if later {
		fields = append(fields[1:2:2], fields[3:]...)
	}
	if w.RetryFirst {
		fields = append(fields, keyed("Order", jen.Qual(runtimePath, "RetryFirst")))
	}
	return jen.Qual(runtimePath, "Builder").Types(f.typ(w.Type)).Add(block(fields...))
}

// keyed is a field of a composite literal.
func keyed(name string, value jen.Code) jen.Code { return jen.Id(name).Op(":").Add(value) }

// block is the braces of a composite literal, a line each field.
func block(fields ...jen.Code) *jen.Statement {
	if len(fields) == 0 {
		return jen.Values()
	}
	return jen.Custom(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, fields...)
}
