package model

import (
	"fmt"
	"go/ast"
	"go/types"

	"github.com/breakergen/breakergen/gen/internal/typeutil"
)

// typ resolves the type of an error, or a type argument: a name, an instance, or what
// points to one.
func (r resolver) typ(expr ast.Expr, text string) (types.Type, error) {
	switch e := expr.(type) {
	case *ast.StarExpr:
		elem, err := r.typ(e.X, text)
		if err != nil {
			return nil, err
		}
		return types.NewPointer(elem), nil
	case *ast.ArrayType:
		if e.Len != nil {
			break
		}
		elem, err := r.typ(e.Elt, text)
		if err != nil {
			return nil, err
		}
		return types.NewSlice(elem), nil
	case *ast.IndexExpr:
		return r.instance(e.X, []ast.Expr{e.Index}, text)
	case *ast.IndexListExpr:
		return r.instance(e.X, e.Indices, text)
	case *ast.Ident, *ast.SelectorExpr:
		obj, err := r.typeName(expr, text)
		if err != nil {
			return nil, err
		}
		if len(typeutil.TypeParamsOf(obj.Type())) > 0 {
			return nil, fmt.Errorf("%s is generic: write its type arguments, as in %s[int]",
				obj.Name(), obj.Name())
		}
		return obj.Type(), nil
	}
	return nil, fmt.Errorf("%q is not a name", text)
}

// instance resolves a generic type with its arguments.
func (r resolver) instance(generic ast.Expr, arguments []ast.Expr, text string) (types.Type, error) {
	obj, err := r.typeName(generic, text)
	if err != nil {
		return nil, err
	}
	if len(typeutil.TypeParamsOf(obj.Type())) != len(arguments) {
		return nil, fmt.Errorf("%s has %d type parameters, not %d",
			obj.Name(), len(typeutil.TypeParamsOf(obj.Type())), len(arguments))
	}
	var args []types.Type
	for _, a := range arguments {
		arg, err := r.typ(a, text)
		if err != nil {
			return nil, err
		}
		args = append(args, arg)
	}
	return types.Instantiate(nil, obj.Type(), args, true)
}

func (r resolver) typeName(expr ast.Expr, text string) (*types.TypeName, error) {
	obj, err := r.object(expr, text)
	if err != nil {
		return nil, err
	}
	name, ok := obj.(*types.TypeName)
	if !ok {
		return nil, fmt.Errorf("%s is a %s, not a type", obj.Name(), typeutil.Kind(obj))
	}
	return name, nil
}
