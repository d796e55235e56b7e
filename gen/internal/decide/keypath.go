package decide

import (
	"fmt"
	"go/token"
	"go/types"
	"strings"

	"github.com/breakergen/breakergen/gen/internal/typeutil"
	"github.com/breakergen/breakergen/templates"
)

// keyWalk follows a path to a key.
type keyWalk struct {
	from        *types.Package // whose code the method is
	home        string         // the import path of the package that follows it
	at          types.Type
	walked      string // so far, as the directive has it
	addressable bool   // what it has come to: pointer methods of it can be called
	steps       []templates.KeyStep
}

// KeyPath follows exported fields and methods without arguments, for code of the package at
// path home: from a parameter of a method of the package from, called first.
func KeyPath(from *types.Package, home string, t types.Type, first, path string) (types.Type, []templates.KeyStep, error) {
	w := &keyWalk{from: from, home: home, at: t, walked: first, addressable: true}
	for _, name := range strings.Split(path, ".") {
		if err := w.step(name); err != nil {
			return nil, nil, err
		}
	}
	return w.at, w.steps, nil
}

// step goes on to a field, or a method's result.
func (w *keyWalk) step(text string) error {
	name, call := strings.CutSuffix(text, "()")
	if !token.IsIdentifier(name) {
		return fmt.Errorf("%s.%s is no path: write fields and methods without arguments, as in r.URL.Host", w.walked, text)
	}
	obj, index, needsAddress := types.LookupFieldOrMethod(w.at, w.addressable, w.from, name)
	next, err := w.checked(obj, name, call, needsAddress)
	if err != nil {
		return err
	}
	if !obj.Exported() && obj.Pkg().Path() != w.home {
		return fmt.Errorf("%s.%s isn't exported", w.walked, name)
	}
	if err := w.embedded(index[:len(index)-1], name); err != nil {
		return err
	}
	w.add(templates.KeyStep{Name: name, Call: call}, next)
	w.walked += "." + text
	return nil
}

// checked returns the type of a field, or of a method's result.
func (w *keyWalk) checked(obj types.Object, name string, call, needsAddress bool) (types.Type, error) {
	switch obj := obj.(type) {
	case *types.Var:
		if call {
			return nil, fmt.Errorf("%s.%s is a field: leave the () out", w.walked, name)
		}
		return obj.Type(), nil
	case *types.Func:
		sig := obj.Signature()
		switch {
		case sig.Params().Len() > 0 || sig.Results().Len() != 1:
			return nil, fmt.Errorf("%s.%s has arguments, or not one result", w.walked, name)
		case !call:
			return nil, fmt.Errorf("%s.%s is a method: write %s()", w.walked, name, name)
		}
		return sig.Results().At(0).Type(), nil
	case nil:
		if needsAddress {
			return nil, fmt.Errorf("%s is a %s: only a pointer to one has the method %s", w.walked, typeutil.Describe(w.at), name)
		}
	}
	return nil, fmt.Errorf("%s, a %s, has no field or method %s", w.walked, typeutil.Describe(w.at), name)
}

// embedded goes through the embedded fields that a name is promoted from. They are spelt
// out where one may be nil, which the key looks for.
func (w *keyWalk) embedded(index []int, name string) error {
	var fields []*types.Var
	nilable, shut := false, false
	t := w.at
	for _, i := range index {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		field := t.Underlying().(*types.Struct).Field(i)
		fields, t = append(fields, field), field.Type()
		nilable = nilable || IsNilable(t)
		shut = shut || !templates.CanSelect(field, w.home)
	}
	switch {
	case !nilable:
		return nil
	case shut:
		return fmt.Errorf("%s.%s is behind an embedded %s that isn't exported, and may be nil", w.walked, name, typeutil.Describe(t))
	}
	for _, field := range fields {
		w.add(templates.KeyStep{Name: field.Name()}, field.Type())
	}
	return nil
}

// add takes a step, from where the walk is.
func (w *keyWalk) add(step templates.KeyStep, next types.Type) {
	_, pointer := w.at.Underlying().(*types.Pointer)
	w.addressable = !step.Call && (w.addressable || pointer)
	step.Type, step.Nilable = w.at, IsNilable(w.at)
	w.steps, w.at = append(w.steps, step), next
}
