package templates

import (
	"go/token"
	"go/types"
	"strconv"

	"github.com/dave/jennifer/jen"
)

// typ returns t as code of this file. An alias is kept where it can be named.
func (f *file) typ(t types.Type) *jen.Statement {
	switch t := t.(type) {
	case *types.Basic:
		if t.Kind() == types.UnsafePointer {
			return jen.Qual("unsafe", "Pointer")
		}
		return f.predeclared(t.Name())
	case *types.Alias:
		if Unnameable(t.Obj(), f.model.Path) != "" {
			return f.typ(types.Unalias(t))
		}
		return f.instance(t.Obj(), t.TypeArgs())
	case *types.Named:
		if alias := f.model.Public[t.Obj()]; alias != nil {
			return f.instance(alias, t.TypeArgs())
		}
		return f.instance(t.Obj(), t.TypeArgs())
	case *types.TypeParam:
		return jen.Id(f.typeParams[t])
	case *types.Pointer:
		return jen.Op("*").Add(f.typ(t.Elem()))
	case *types.Slice:
		return jen.Index().Add(f.typ(t.Elem()))
	case *types.Array:
		return jen.Index(jen.Lit(int(t.Len()))).Add(f.typ(t.Elem()))
	case *types.Map:
		return jen.Map(f.typ(t.Key())).Add(f.typ(t.Elem()))
	case *types.Chan:
		return f.channel(t)
	case *types.Signature:
		return jen.Func().Add(f.signature(t))
	case *types.Struct:
		return f.structure(t)
	case *types.Interface:
		return f.iface(t)
	case *types.Union:
		return f.union(t)
	default:
		panic("templates: no code for type " + t.String())
	}
}

// object returns the name of a package-level object.
func (f *file) object(obj types.Object) *jen.Statement {
	if obj.Pkg() == nil {
		return f.predeclared(obj.Name())
	}
	if obj.Pkg().Path() == f.model.Path {
		f.seen[obj.Name()] = true
		return jen.Id(obj.Name())
	}
	f.imports.use(obj.Pkg().Path(), obj.Pkg().Name())
	return jen.Qual(obj.Pkg().Path(), obj.Name())
}

// operand returns t as code that a selector may follow.
func (f *file) operand(t types.Type) *jen.Statement {
	switch t := t.(type) {
	case *types.Named:
		return f.typ(t)
	case *types.Alias:
		if Unnameable(t.Obj(), f.model.Path) == "" {
			return f.typ(t)
		}
	}
	return jen.Parens(f.typ(t))
}

func (f *file) instance(obj types.Object, args *types.TypeList) *jen.Statement {
	code := f.object(obj)
	if args.Len() == 0 {
		return code
	}
	var list []jen.Code
	for arg := range args.Types() {
		list = append(list, f.typ(arg))
	}
	return code.Types(list...)
}

func (f *file) channel(t *types.Chan) *jen.Statement {
	switch elem := f.typ(t.Elem()); t.Dir() {
	case types.RecvOnly:
		return jen.Op("<-").Chan().Add(elem)
	case types.SendOnly:
		return jen.Chan().Op("<-").Add(elem)
	default:
		// chan (<-chan T) isn't chan<- (chan T).
		if inner, ok := t.Elem().(*types.Chan); ok && inner.Dir() == types.RecvOnly {
			return jen.Chan().Parens(elem)
		}
		return jen.Chan().Add(elem)
	}
}

// signature returns the parameters and results of a function type.
func (f *file) signature(t *types.Signature) *jen.Statement {
	var params []param
	for i := range t.Params().Len() {
		v := t.Params().At(i)
		params = append(params, param{
			name: written(v), typ: v.Type(), variadic: t.Variadic() && i == t.Params().Len()-1,
		})
	}
	var results []param
	for v := range t.Results().Variables() {
		results = append(results, param{name: written(v), typ: v.Type()})
	}
	return jen.Params(f.paramList(params)...).Add(f.resultList(results))
}

// written returns the name of a parameter in a function type; "" if it has none.
func written(v *types.Var) string {
	if token.IsIdentifier(v.Name()) {
		return v.Name()
	}
	return ""
}

func (f *file) structure(t *types.Struct) *jen.Statement {
	var fields []jen.Code
	for i := range t.NumFields() {
		field := t.Field(i)
		code := &jen.Statement{}
		if !field.Embedded() {
			code.Id(field.Name())
		}
		code.Add(f.typ(field.Type()))
		if tag := t.Tag(i); tag != "" {
			if strconv.CanBackquote(tag) {
				code.Op("`" + tag + "`")
			} else {
				code.Lit(tag)
			}
		}
		fields = append(fields, code)
	}
	return jen.Struct(fields...)
}

func (f *file) iface(t *types.Interface) *jen.Statement {
	var list []jen.Code
	for m := range t.ExplicitMethods() {
		list = append(list, jen.Id(m.Name()).Add(f.signature(m.Signature())))
	}
	for e := range t.EmbeddedTypes() {
		list = append(list, f.typ(e))
	}
	if t.IsImplicit() && len(list) == 1 && !pointerFirst(t) {
		return &jen.Statement{list[0]}
	}
	return jen.Interface(list...)
}

// pointerFirst says whether a constraint begins with a star, which T[P *C] would
// read as a product.
func pointerFirst(t *types.Interface) bool {
	first := t.EmbeddedType(0)
	if u, ok := first.(*types.Union); ok {
		if u.Term(0).Tilde() {
			return false
		}
		first = u.Term(0).Type()
	}
	_, pointer := first.(*types.Pointer)
	return pointer
}

func (f *file) union(t *types.Union) *jen.Statement {
	code := &jen.Statement{}
	for i := range t.Len() {
		if i > 0 {
			code.Op("|")
		}
		if t.Term(i).Tilde() {
			code.Op("~")
		}
		code.Add(f.typ(t.Term(i).Type()))
	}
	return code
}
