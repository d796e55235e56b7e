package templates

import (
	"go/token"
	"go/types"
	"slices"
)

// wrapper is a wrapper with all its names chosen.
type wrapper struct {
	*Wrapper
	methods    []*method
	typeParams scope
	receiver   string
	// next is the field that holds what is wrapped.
	next string
	// value is the function that takes what holds a lock from where it is kept; "" for none.
	value string
	// inners are the names for the wrappers of what methods return.
	inners map[*Inner]innerNames
	// local are the names of variables and parameters of helper functions.
	local locals
}

// locals are the names of variables in generated functions.
type locals struct {
	next, config, build, wrapper, ctx, args, result, err string

	parent, wrap string // in the maker alone
}

// method is a method with all its names chosen.
type method struct {
	*Method
	field   string  // the wrapper's field
	params  []param // all named
	results []param // named where the source names them
	args    []int   // which parameters are arguments: all but the context
	// argsType and valuesType are the generated structs that hold the arguments
	// and the results; "" where one value or none needs no struct.
	argsType, valuesType string
	values               []param // the results but for the error, all named
	spec, call           string  // the functions that describe and call the method; "" for none
	unbound              string  // the maker's variable
}

// plan chooses the names of a wrapper's helpers, fields, parameters and variables.
func (f *file) plan(model *Wrapper) *wrapper {
	w := &wrapper{Wrapper: model, typeParams: f.planTypeParams(model)}
	w.local = f.planLocals(w)
	fields := scope{} // A field hides nothing.
	for _, m := range model.Methods {
		fields[m.Name] = true
	}
	fields[unwrap] = true
	w.next = fields.unique("next", "wrapped")
	if model.Embedded {
		w.next = types.Unalias(model.Type).(*types.Named).Obj().Name()
	}
	params := newScope(w.typeParams)
	for _, m := range model.Methods {
		planned := f.planMethod(w, m)
		if m.Through == "" {
			planned.field = fields.unique(lowerFirst(m.Name), lowerFirst(m.Name)+"Method")
		}
		for _, p := range append(planned.params, planned.results...) {
			params[p.name] = true
		}
		params[planned.argsType] = true
		w.methods = append(w.methods, planned)
	}
	if slices.ContainsFunc(w.methods, (*method).keepsLock) {
		w.value = f.declare(f.helper(w, "Value"))
		params[w.value] = true
	}
	params[f.imports.chosen["context"]] = true
	w.receiver = params.unique("b", "w", "wrapper")
	f.planInners(w, fields)
	for _, fn := range model.Functions {
		if !fn.Direct() {
			f.functions[fn] = f.declare(fn.Name)
		}
	}
	return w
}

// planTypeParams renames the type parameters that would hide something.
func (f *file) planTypeParams(w *Wrapper) scope {
	taken, names := newScope(f.globals), scope{}
	for _, name := range localNames {
		taken[name] = true
	}
	for _, blank := range []bool{false, true} {
		for _, p := range w.TypeParams {
			wanted := p.Obj().Name()
			if (wanted == "_") != blank {
				continue
			}
			if blank {
				wanted = "T" // A blank one must have a name to be passed on.
			}
			name := taken.unique(wanted, "T")
			f.typeParams[p], names[name] = name, true
			f.variables[name] = true
		}
	}
	return names
}

var localNames = []string{"next", "config", "build", "b", "ctx", "args", "result", "err"}

// names returns those that the functions which call a method may mention.
func (l locals) names() []string {
	return []string{l.next, l.config, l.ctx, l.args, l.err}
}

func (f *file) planLocals(w *wrapper) locals {
	taken := newScope(w.typeParams, f.mentioned)
	for _, name := range []string{w.Name, w.Config, w.Policies, w.Constructor} {
		taken[name] = true
	}
	pick := func(name string) string {
		name = taken.unique(name)
		f.variables[name] = true
		return name
	}
	return locals{
		next: pick("next"), config: pick("config"), build: pick("build"), wrapper: pick("b"),
		ctx: pick("ctx"), args: pick("args"), result: pick("result"), err: pick("err"),
	}
}

// planMethod chooses a method's names. A parameter keeps the name it has in the
// source unless that would hide what the method's body needs.
func (f *file) planMethod(w *wrapper, model *Method) *method {
	m := &method{Method: model}
	sig := model.Signature
	for i := range sig.Params().Len() {
		if i != model.Context || model.Through != "" {
			m.args = append(m.args, i)
		}
	}
	helper := f.helper(w, UpperFirst(model.Name))
	if model.Through == "" {
		if len(m.args) > 1 {
			m.argsType = f.declare(helper + "Args")
		}
		if sig.Results().Len() > 2 {
			m.valuesType = f.declare(helper + "Results")
		}
	}
	taken := newScope(w.typeParams)
	taken[m.argsType], taken[m.valuesType], taken["nil"] = true, true, true
	if f.model.Reserved["nil"] {
		taken[f.imports.chosen[predeclaredPath]] = true
	}
	taken[f.imports.chosen["context"]] = true
	m.params = nameAll(sig.Params(), taken, model.Context)
	if sig.Variadic() {
		m.params[len(m.params)-1].variadic = true
	}
	m.results = keepNames(sig.Results(), newScope(taken))
	if model.Through == "" {
		values := newScope(w.typeParams)
		values[m.valuesType] = true
		for _, name := range w.local.names() {
			values[name] = true
		}
		m.values = nameAll(sig.Results(), values, -1)
		switch {
		case model.Pair != nil:
			m.values = nil
		case !model.ErrorInResult:
			m.values = m.values[:len(m.values)-1]
		}
		for _, i := range model.Locked {
			if m.valuesType != "" {
				m.values[i].typ = types.NewPointer(m.values[i].typ)
			}
		}
	}
	if model.Through == "" {
		if !m.isExpression() {
			m.call = f.declare(helper + "Call")
		}
		if f.needsSpec(w, m) {
			m.spec = f.declare(helper + "Spec")
		}
	}
	return m
}

// nameAll names every variable, after its type where the source doesn't.
func nameAll(vars *types.Tuple, taken scope, context int) []param {
	list := make([]param, vars.Len())
	for i := range list {
		v := vars.At(i)
		list[i] = param{typ: v.Type()}
		if named(v) {
			list[i].name = taken.unique(v.Name())
		}
	}
	for i := range list {
		switch {
		case list[i].name != "":
		case i == context:
			list[i].name = taken.unique("ctx")
		default:
			list[i].name = taken.unique(nameOf(list[i].typ))
		}
	}
	return list
}

// keepNames keeps the names of results where all have one.
func keepNames(vars *types.Tuple, taken scope) []param {
	list := make([]param, vars.Len())
	all := true
	for i := range list {
		list[i] = param{typ: vars.At(i).Type()}
		all = all && named(vars.At(i))
	}
	for i := range list {
		if all {
			list[i].name = taken.unique(vars.At(i).Name())
		}
	}
	return list
}

// named says whether a variable has a name that code can use: one from export
// data may have the compiler's own, such as ~r0.
func named(v *types.Var) bool { return token.IsIdentifier(v.Name()) && v.Name() != "_" }
