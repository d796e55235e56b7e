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

// retryResult returns the function that says whether a request is worth sending again.
func (f *file) retryResult(w *wrapper, m *method) jen.Code {
	fn := jen.Qual(httpcallsPath, "Retry")
	if len(m.args) == 1 && len(m.values) == 1 {
		return fn
	}
	l := w.local
	return jen.Func().Params(
		jen.Id(l.args).Add(f.argsCode(w, m)), jen.Id(l.result).Add(f.valuesCode(w, m)),
		jen.Id(l.err).Add(f.predeclared("error")),
	).Add(f.predeclared("bool")).Block(jen.Return(
		fn.Call(f.argOf(w, m, m.Request), f.response(w, m), jen.Id(l.err))))
}

// retryAfter returns the function that says how long a response asks to be left alone.
func (f *file) retryAfter(w *wrapper, m *method) jen.Code {
	fn := jen.Qual(httpcallsPath, "RetryAfter")
	if len(m.values) == 1 {
		return fn
	}
	l := w.local
	return jen.Func().Params(
		jen.Id(l.result).Add(f.valuesCode(w, m)), jen.Id(l.err).Add(f.predeclared("error")),
	).Params(jen.Qual("time", "Duration"), f.predeclared("bool")).
		Block(jen.Return(fn.Call(f.response(w, m), jen.Id(l.err))))
}

// drop returns the function that closes results which nobody gets.
func (f *file) drop(w *wrapper, m *method) jen.Code {
	result := w.local.result
	var values []jen.Code
	for _, v := range m.values {
		values = append(values, jen.Id(result).Dot(v.name))
	}
	return jen.Func().Params(jen.Id(result).Add(f.valuesCode(w, m))).
		Add(f.predeclared("bool")).Block(jen.Return(jen.Qual(runtimePath, "Drop").Call(values...)))
}

// response returns the *http.Response among the results.
func (f *file) response(w *wrapper, m *method) jen.Code {
	if m.valuesType == "" {
		return jen.Id(w.local.result)
	}
	return jen.Id(w.local.result).Dot(m.values[m.Response].name)
}

// argOf returns parameter i in a closure whose parameter is called args.
func (f *file) argOf(w *wrapper, m *method, i int) jen.Code {
	if len(m.args) == 1 {
		return jen.Id(w.local.args)
	}
	return jen.Id(w.local.args).Dot(m.params[i].name)
}

// key returns the function that names the circuit of a call. Nil on the way is the empty key.
func (f *file) key(w *wrapper, m *method) jen.Code {
	decl := jen.Func().Params(jen.Id(f.argName(w, m)).Add(f.argsCode(w, m))).Add(f.predeclared("string"))
	if m.KeyFunc != nil {
		var args []jen.Code
		for _, i := range m.KeyArgs {
			args = append(args, f.arg(w, m, i))
		}
		return decl.Block(jen.Return(f.object(m.KeyFunc).Call(args...)))
	}
	value := f.arg(w, m, m.Key)
	missing := &jen.Statement{}
	for _, step := range m.KeyPath {
		if step.Nilable {
			if len(*missing) > 0 {
				missing.Op("||")
			}
			missing.Add(value.Clone()).Op("==").Add(f.null(f.typ(step.Type)))
		}
		if step.Name != "" {
			value = value.Clone().Dot(step.Name)
		}
		if step.Call {
			value = value.Clone().Call()
		}
	}
	var statements []jen.Code
	if len(*missing) > 0 {
		statements = append(statements, jen.If(missing).Block(jen.Return(jen.Lit(""))))
	}
	return decl.Block(append(statements, jen.Return(f.keyValue(m.KeyKind, value)))...)
}

// keyValue makes a key of a value.
func (f *file) keyValue(kind KeyKind, value *jen.Statement) jen.Code {
	convert := func(to string) jen.Code { return f.predeclared(to).Call(value) }
	switch kind {
	case KeyStrings:
		return f.predeclared("string").Call(value)
	case KeyInt:
		return jen.Qual("strconv", "FormatInt").Call(convert("int64"), jen.Lit(10))
	case KeyUint:
		return jen.Qual("strconv", "FormatUint").Call(convert("uint64"), jen.Lit(10))
	case KeyBool:
		return jen.Qual("strconv", "FormatBool").Call(convert("bool"))
	case KeyStringer:
		return value.Clone().Dot("String").Call()
	default:
		return value
	}
}
