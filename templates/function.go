package templates

import (
	"strings"

	"github.com/dave/jennifer/jen"
)

// functionName names a function of a policy: the user's own where it is all
// that is needed.
func (f *file) functionName(fn *Function) jen.Code {
	if fn.Direct() {
		return f.object(fn.Classify)
	}
	return jen.Id(f.functions[fn])
}

// function writes a function that judges errors alone. One that judges results
// too belongs to its method, whose results it must name.
func (f *file) function(fn *Function) {
	if fn.Direct() || fn.Results != nil {
		return
	}
	name := f.functions[fn]
	err := newScope(f.mentioned).unique("err")
	f.variables[err] = true
	param := jen.Id(err).Add(f.predeclared("error"))
	f.jen.Line()
	if len(fn.Retry) > 0 {
		f.comment(name + " says which errors of " + Enumerate(fn.Methods) + " are worth a retry.")
		f.jen.Func().Id(name).Params(param).Add(f.predeclared("bool")).
			Block(jen.Return(f.matches(fn.Retry, err)))
		return
	}
	f.comment(name + " judges the errors of " + Enumerate(fn.Methods) + ".")
	f.jen.Func().Id(name).Params(param).Qual(runtimePath, "Outcome").
		Block(f.judge(fn, err)...)
}

// judge returns the statements that ask ignore, success and classify in turn.
func (f *file) judge(fn *Function, err string, results ...jen.Code) []jen.Code {
	outcome := func(name string) jen.Code { return jen.Return(jen.Qual(runtimePath, name)) }
	rest := outcome("Failure")
	switch {
	case fn.Protocol != "":
		rest = jen.Return(jen.Qual(protocolPath(fn.Protocol), "Judge").Call(append(results, jen.Id(err))...))
	case fn.Classify != nil:
		rest = jen.Return(f.object(fn.Classify).Call(append(results, jen.Id(err))...))
	}
	var statements []jen.Code
	given := func(list []Match, name string) {
		if len(list) > 0 {
			statements = append(statements, jen.If(f.matches(list, err)).Block(outcome(name)))
		}
	}
	given(fn.Ignore, "Ignored")
	given(fn.Success, "Success")
	return append(statements, rest)
}

// matches returns the condition that err is one of a list's.
func (f *file) matches(list []Match, err string) jen.Code {
	code := &jen.Statement{}
	for i, m := range list {
		if i > 0 {
			code.Op("||").Line()
		}
		switch {
		case m.Type != nil:
			code.Qual("errors", "As").Call(jen.Id(err), f.pointerTo(f.typ(m.Type)))
		case m.Itself:
			code.Id(err).Op("==").Add(f.object(m.Value))
		default:
			code.Qual("errors", "Is").Call(jen.Id(err), f.object(m.Value))
		}
	}
	return code
}

// classifiesResult says whether a function of the user's judges results too.
func (m *method) classifiesResult() bool {
	return m.Policy.Classify != nil && m.Policy.Classify.Results != nil
}

// classifyResult returns the function that judges the method's results.
func (f *file) classifyResult(w *wrapper, m *method) jen.Code {
	fn := m.Policy.Classify
	if len(m.values) == 1 {
		switch {
		case fn.Direct():
			return f.object(fn.Classify)
		case fn.Protocol != "" && len(fn.Ignore)+len(fn.Success) == 0:
			return jen.Qual(protocolPath(fn.Protocol), "Judge")
		}
	}
	result, err := w.local.result, w.local.err
	var results []jen.Code
	for i := range m.values {
		if m.valuesType == "" {
			results = append(results, jen.Id(result))
		} else {
			results = append(results, f.kept(w, m, i, result))
		}
	}
	if fn.Protocol != "" {
		results = results[m.Response : m.Response+1]
	}
	return jen.Func().Params(
		jen.Id(result).Add(f.valuesCode(w, m)), jen.Id(err).Add(f.predeclared("error")),
	).Qual(runtimePath, "Outcome").Block(f.judge(fn, err, results...)...)
}

// Enumerate joins names as prose does: a, b and c.
func Enumerate(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
