package templates

import "github.com/dave/jennifer/jen"

// predeclared returns the code of one of Go's predeclared names. A package that
// declares the name itself, as in type string int, gets Go's own meaning of it
// from the runtime's package predeclared.
func (f *file) predeclared(name string) *jen.Statement {
	if f.model.Reserved[name] {
		return jen.Qual(predeclaredPath, UpperFirst(name))
	}
	return jen.Id(name)
}

// null returns the nil of a type.
func (f *file) null(typ jen.Code) *jen.Statement {
	if f.model.Reserved["nil"] {
		return f.predeclared("nil").Types(typ).Call()
	}
	return jen.Nil()
}

// nilPointer returns a nil that says its type.
func (f *file) nilPointer(typ jen.Code) *jen.Statement {
	if f.model.Reserved["nil"] {
		return f.null(typ)
	}
	return jen.Parens(typ).Parens(jen.Nil())
}

// pointerTo returns a new pointer to a type.
func (f *file) pointerTo(typ jen.Code) *jen.Statement {
	if f.model.Reserved["new"] {
		return f.predeclared("new").Types(typ).Call()
	}
	return jen.New(typ)
}
