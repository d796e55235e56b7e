// Package typeutil holds questions that one asks of a type, and the words for one: it knows
// go/types alone.
package typeutil

import (
	"go/types"
	"slices"
)

// ErrorType is the interface of the type error.
var ErrorType = types.Universe.Lookup("error").Type().Underlying().(*types.Interface)

// Describe writes a type with its packages' names.
func Describe(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string { return p.Name() })
}

// ParamText writes a parameter as its source has it: "picture io.Reader".
func ParamText(v *types.Var) string {
	if v.Name() == "" || v.Name() == "_" {
		return Describe(v.Type())
	}
	return v.Name() + " " + Describe(v.Type())
}

// Method returns the type of a method that values of t have, or nil.
func Method(t types.Type, name string) types.Type {
	obj, _, _ := types.LookupFieldOrMethod(t, false, nil, name)
	if m, ok := obj.(*types.Func); ok {
		return types.NewSignatureType(nil, nil, nil, m.Signature().Params(), m.Signature().Results(),
			m.Signature().Variadic())
	}
	return nil
}

// IsRequest says whether t is *http.Request.
func IsRequest(t types.Type) bool { return IsPointerTo(t, "net/http", "Request") }

// IsResponse says whether t is *http.Response.
func IsResponse(t types.Type) bool { return IsPointerTo(t, "net/http", "Response") }

// IsPointerTo says whether t points to the named type of the package at path.
func IsPointerTo(t types.Type, path, name string) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	return ok && IsNamed(p.Elem(), path, name)
}

// IsNamed says whether t is the named type of the package at path.
func IsNamed(t types.Type, path, name string) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == path &&
		named.Obj().Name() == name
}

// PackageOf returns the import path of a named type, or of what it points to or is a
// slice of; "" for all others.
func PackageOf(t types.Type) string {
	for {
		switch u := types.Unalias(t).(type) {
		case *types.Pointer:
			t = u.Elem()
		case *types.Slice:
			t = u.Elem()
		case *types.Named:
			if u.Obj().Pkg() == nil {
				return ""
			}
			return u.Obj().Pkg().Path()
		default:
			return ""
		}
	}
}

// TypeParamsOf returns the type parameters of a generic type.
func TypeParamsOf(t types.Type) []*types.TypeParam {
	switch t := t.(type) {
	case *types.Alias:
		return slices.Collect(t.TypeParams().TypeParams())
	case *types.Named:
		return slices.Collect(t.TypeParams().TypeParams())
	}
	return nil
}

// Kind says in a word what a name stands for.
func Kind(obj types.Object) string {
	switch obj.(type) {
	case *types.Func:
		return "function"
	case *types.Var:
		return "variable"
	case *types.Const:
		return "constant"
	case *types.TypeName:
		return "type"
	case *types.Builtin:
		return "built-in"
	default:
		return "predeclared name"
	}
}
