package templates

import (
	"strings"

	"github.com/dave/jennifer/jen"
)

// wrapper writes the wrapper's type, what configures it, and the assertion that
// it implements the interface.
func (f *file) wrapper(w *wrapper) {
	doc := []string{w.Name + " is " + article(w.Interface) + " whose calls run behind circuits.", ""}
	for _, line := range Table(w.Wrapper) {
		doc = append(doc, "\t"+line)
	}
	f.comment(append(doc, w.deprecation()...)...)
	var fields []jen.Code
	if w.Embedded {
		fields = append(fields, f.typ(w.Type)) // for its unexported methods
	} else {
		fields = append(fields, jen.Id(w.next).Add(f.typ(w.Type)))
	}
	for _, m := range w.methods {
		if m.Through == "" {
			fields = append(fields, jen.Id(m.field).Add(f.callType(w, m)))
		}
	}
	for _, inner := range w.Inners {
		fields = append(fields, jen.Id(w.inners[inner].field).Add(f.wrapType(inner.Type)))
	}
	f.jen.Type().Id(w.Name).Add(f.typeParamList(w)).Struct(fields...)
	if !w.Concrete {
		f.assertion(w)
	}
	f.config(w)
	f.policies(w)
}

// deprecation ends the documentation of what serves what is deprecated.
func (w *wrapper) deprecation() []string {
	if w.Deprecated == nil {
		return nil
	}
	return append([]string{""}, w.Deprecated...)
}

func (f *file) assertion(w *wrapper) {
	f.jen.Line()
	assert := jen.Var().Id("_").Add(f.typ(w.Type)).Op("=").
		Add(f.nilPointer(jen.Op("*").Id(w.Name).Add(f.typeArgs(w))))
	if len(w.TypeParams) == 0 {
		f.jen.Add(assert)
		return
	}
	f.jen.Func().Id("_").Add(f.typeParamList(w)).Params().Block(assert)
}

func (f *file) config(w *wrapper) {
	f.jen.Line()
	f.comment(w.Config + " configures " + article(w.Name) + ". Its zero value is ready to use.")
	field := func(comment, name string, typ ...jen.Code) jen.Code {
		return jen.Comment("// " + comment).Line().Id(name).Add(typ...)
	}
	fields := []jen.Code{
		field("Name begins the circuits' names; \"\" is \""+w.Prefix+"\".", "Name", f.predeclared("string")),
		field("Registry holds the circuits; nil is "+f.imports.chosen[runtimePath]+".Default.",
			"Registry", jen.Op("*").Qual(runtimePath, "Registry")),
		field("Fallback answers when the chain fails; nil: the error goes to the caller.",
			"Fallback", f.typ(w.Type)),
		field("Policies go over what the directives ask for, field by field.",
			"Policies", jen.Id(w.Policies)),
		field("Engine makes the breakers; nil is the built-in one.",
			"Engine", jen.Qual(runtimePath, "Engine")),
		field("Outer are links around the chain, Inner links right around the call.",
			"Outer, Inner", jen.Index().Qual(runtimePath, "Middleware")),
	}
	for _, inner := range w.Inners {
		if !inner.Self {
			fields = append(fields, field(w.inners[inner].config+" configures the "+inner.Base+" that methods return. Engine, Outer and Inner are as here where it has none.",
				w.inners[inner].config, jen.Id(inner.Config).Add(f.innerArgs(inner))))
		}
	}
	f.jen.Type().Id(w.Config).Add(f.typeParamList(w)).Struct(fields...)
}

func (f *file) policies(w *wrapper) {
	f.jen.Line()
	f.comment(w.Policies + " holds a policy for each method that runs behind a circuit.")
	var fields []jen.Code
	for _, m := range w.methods {
		if m.Through == "" {
			fields = append(fields, jen.Id(m.Name).Qual(runtimePath, "Policy"))
		}
	}
	f.jen.Type().Id(w.Policies).Struct(fields...)
}

// comment writes lines as a comment.
func (f *file) comment(lines ...string) {
	for _, line := range lines {
		switch {
		case line == "":
			line = "//"
		case strings.HasPrefix(line, "\t"):
			line = "//" + line
		default:
			line = "// " + line
		}
		f.jen.Comment(line)
	}
}

// article puts "a" or "an" before a name: a UserClient, an Index.
func article(name string) string {
	if strings.ContainsAny(name[:1], "AEIOaeio") {
		return "an " + name
	}
	return "a " + name
}

// typeParamList returns the type parameters with their constraints.
func (f *file) typeParamList(w *wrapper) *jen.Statement {
	if len(w.TypeParams) == 0 {
		return &jen.Statement{}
	}
	var list []jen.Code
	for _, p := range w.TypeParams {
		list = append(list, jen.Id(f.typeParams[p]).Add(f.typ(p.Constraint())))
	}
	return jen.Types(list...)
}

// typeArgs returns the type parameters' names alone.
func (f *file) typeArgs(w *wrapper) *jen.Statement {
	if len(w.TypeParams) == 0 {
		return &jen.Statement{}
	}
	var list []jen.Code
	for _, p := range w.TypeParams {
		list = append(list, jen.Id(f.typeParams[p]))
	}
	return jen.Types(list...)
}
