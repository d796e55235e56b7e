package templates

import (
	"go/types"
	"slices"

	"github.com/dave/jennifer/jen"
)

// What a method returns may come wrapped itself. The wrapper of that is generated for itself;
// beside its constructor it then has a maker, which binds its methods once for all that is
// returned later.

// innerNames are those of a wrapper of what methods return: of the field that wraps, and of
// the configuration's.
type innerNames struct {
	field, config string
	distinct      bool // there are several of its name, which go by their methods'
}

// configFields are the other fields of a configuration.
var configFields = []string{"Name", "Registry", "Fallback", "Policies", "Engine", "Outer", "Inner"}

// planInners names what wraps what methods return, and the maker's variables.
func (f *file) planInners(w *wrapper, fields scope) {
	w.inners = map[*Inner]innerNames{}
	taken := scope{}
	for _, name := range configFields {
		taken[name] = true
	}
	for _, inner := range w.Inners {
		same := func(other *Inner) bool { return other != inner && other.Base == inner.Base && !other.Self }
		names := innerNames{distinct: !inner.Self && slices.ContainsFunc(w.Inners, same)}
		base := UpperFirst(inner.Base)
		if names.distinct {
			base = inner.Method
		}
		names.field = fields.unique("wrap" + base)
		if !inner.Self {
			names.config = taken.unique(base, base+"Config")
		}
		w.inners[inner] = names
		f.seen[inner.Maker] = true
	}
	if w.Maker == "" {
		return
	}
	variables := newScope(w.typeParams, f.mentioned)
	for _, name := range append(w.local.names(), w.Name, w.Config, w.Policies, w.local.build) {
		variables[name] = true
	}
	pick := func(wanted string) string {
		name := variables.unique(wanted)
		f.variables[name] = true
		return name
	}
	w.local.parent, w.local.wrap = pick("parent"), pick("wrap")
	for _, m := range w.methods {
		if m.Through == "" {
			m.unbound = pick(lowerFirst(m.Name) + "Of")
		}
	}
	for _, inner := range w.Inners {
		if !inner.Self {
			pick(w.inners[inner].field)
		}
	}
}

// wrapType is the type of what wraps values of an interface.
func (f *file) wrapType(t types.Type) *jen.Statement {
	return jen.Func().Params(f.typ(t)).Add(f.typ(t))
}

// innerArgs returns the type arguments of what methods return.
func (f *file) innerArgs(inner *Inner) *jen.Statement {
	named, ok := types.Unalias(inner.Type).(*types.Named)
	if !ok || named.TypeArgs().Len() == 0 {
		return &jen.Statement{}
	}
	var list []jen.Code
	for arg := range named.TypeArgs().Types() {
		list = append(list, f.typ(arg))
	}
	return jen.Types(list...)
}

// innerMaker calls the maker of what methods return.
func (f *file) innerMaker(w *wrapper, inner *Inner) jen.Code {
	config, field := jen.Id(w.local.config), w.inners[inner].config
	if !inner.Self {
		config.Dot(field)
	}
	parent := jen.Id(w.local.build).Dot("Parent").Call(jen.Lit(field))
	if w.inners[inner].distinct {
		parent.Dot("As").Call(jen.Lit(inner.Method))
	}
	return jen.Id(inner.Maker).Call(config, parent)
}

// wrapped returns a result's code: in its wrapper, if it is to have one.
func (f *file) wrapped(w *wrapper, m *method, result int, code jen.Code) jen.Code {
	if m.Inner == nil || result != m.InnerResult {
		return code
	}
	return jen.Id(w.receiver).Dot(w.inners[m.Inner].field).Call(code)
}

// each returns all results of a call, one of them in its wrapper.
func (f *file) each(w *wrapper, m *method, taken scope, call jen.Code) []jen.Code {
	results, define := m.results, "="
	if results[0].name == "" {
		results, define = nameAll(m.Signature.Results(), taken, -1), ":="
	}
	var names, list []jen.Code
	for i, r := range results {
		names = append(names, jen.Id(r.name))
		result := jen.Id(r.name)
		list = append(list, f.wrapped(w, m, i, f.value(w, m, i, jen.Op("&").Add(result), result)))
	}
	return []jen.Code{jen.List(names...).Op(define).Add(call), jen.Return(list...)}
}

// maker writes the function by which other wrappers wrap what their methods return.
func (f *file) maker(w *wrapper) {
	if w.Maker == "" {
		return
	}
	l := w.local
	isSelf := func(inner *Inner) bool { return inner.Self }
	f.jen.Line()
	f.comment(
		w.Maker+" returns what wraps each "+w.Interface+" that a method of another wrapper's",
		"returns. All of these share their circuits, which are bound along with the parent's.",
	)
	statements := []jen.Code{
		jen.Id(l.build).Op(":=").Add(f.builder(w, true)),
		jen.Id(l.build).Dot("Within").Call(jen.Id(l.parent)),
	}
	for _, m := range w.methods {
		if m.Through == "" {
			statements = append(statements, jen.Id(m.unbound).Op(":=").Qual(runtimePath, "NewMethod").Call(
				jen.Op("&").Id(l.build), f.describe(w, m), f.callee(w, m),
			))
		}
	}
	for _, inner := range w.Inners {
		if !inner.Self {
			statements = append(statements, jen.Id(w.inners[inner].field).Op(":=").Add(f.innerMaker(w, inner)))
		}
	}
	wrap := jen.Func().Params(jen.Id(l.next).Add(f.typ(w.Type))).Add(f.typ(w.Type)).Block(
		jen.If(jen.Id(l.next).Op("==").Add(f.null(f.typ(w.Type)))).Block(jen.Return(f.null(f.typ(w.Type)))),
		jen.Return(jen.Op("&").Id(w.Name).Add(f.typeArgs(w)).Add(block(f.unboundFields(w)...))),
	)
	if slices.ContainsFunc(w.Inners, isSelf) {
		statements = append(statements,
			jen.Var().Id(l.wrap).Add(f.wrapType(w.Type)), jen.Id(l.wrap).Op("=").Add(wrap), jen.Return(jen.Id(l.wrap)))
	} else {
		statements = append(statements, jen.Return(wrap))
	}
	f.jen.Func().Id(w.Maker).Add(f.typeParamList(w)).Params(
		jen.Id(l.config).Id(w.Config).Add(f.typeArgs(w)), jen.Id(l.parent).Op("*").Qual(runtimePath, "Parent"),
	).Add(f.wrapType(w.Type)).Block(statements...)
}

// unboundFields are those of a wrapper that the maker's function makes.
func (f *file) unboundFields(w *wrapper) []jen.Code {
	next := jen.Id(w.local.next)
	fields := []jen.Code{keyed(w.next, next)}
	for _, m := range w.methods {
		if m.Through == "" {
			fields = append(fields, keyed(m.field, jen.Id(m.unbound).Call(next)))
		}
	}
	for _, inner := range w.Inners {
		name := w.inners[inner].field
		value := jen.Id(name)
		if inner.Self {
			value = jen.Id(w.local.wrap)
		}
		fields = append(fields, keyed(name, value))
	}
	return fields
}
