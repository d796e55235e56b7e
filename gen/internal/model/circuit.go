package model

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"github.com/breakergen/breakergen/gen/internal/decide"
	"github.com/breakergen/breakergen/gen/internal/directive"
	"github.com/breakergen/breakergen/gen/internal/problem"
	"github.com/breakergen/breakergen/gen/internal/target"
	"github.com/breakergen/breakergen/gen/internal/typeutil"
	"github.com/breakergen/breakergen/templates"
)

// circuit decides which circuit the method has.
func (m *method) circuit(out *target.Destination) {
	circuit := &m.settings.Circuit
	m.model.Circuit = circuit.Name.Value
	key := circuit.Key
	if !key.Set {
		return
	}
	found, err := m.key(key, out)
	switch {
	case err == nil && found:
		m.model.MaxKeys = circuit.Max.Value
		return
	case err != nil && (found || key.Own):
		m.fault(key.Mark, "%v", err)
	}
	// An interface's key is for the methods that have such a parameter.
	circuit.Key, circuit.Max = directive.Setting[string]{}, directive.Setting[int]{}
}

// key finds the way to the key: a parameter, or a path from one, or a function of the
// package's. It reports whether the method has the parameters for it.
func (m *method) key(s directive.Setting[string], out *target.Destination) (found bool, err error) {
	text, params := s.Value, m.fn.Signature().Params()
	first, path, _ := strings.Cut(text, ".")
	index := slices.IndexFunc(slices.Collect(params.Variables()), func(v *types.Var) bool { return v.Name() == first })
	if index < 0 {
		if fn := m.keyFunc(s); fn != nil {
			return m.keyArgs(fn)
		}
		return false, fmt.Errorf("no parameter %s%s", first, problem.Suggest(first, paramNames(params)))
	}
	t := params.At(index).Type()
	if path != "" {
		if t, m.model.KeyPath, err = decide.KeyPath(m.fn.Pkg(), out.Path, t, first, path); err != nil {
			return true, err
		}
	}
	kind, err := decide.KeyKind(t)
	if err != nil {
		return true, fmt.Errorf("%s can't be a key: %v%s", text, err, decide.KeyHint(t, text))
	}
	if decide.IsURL(t) {
		return true, fmt.Errorf("%s can't be a key: a URL may hold secrets, and the key is shown%s", text, decide.KeyHint(t, text))
	}
	if kind == templates.KeyStringer && decide.IsNilable(t) {
		m.model.KeyPath = append(m.model.KeyPath, templates.KeyStep{Type: t, Nilable: true})
	}
	m.model.Key, m.model.KeyKind = index, kind
	return true, nil
}

// keyFunc returns the function of the directive's package that text names, or nil.
func (m *method) keyFunc(s directive.Setting[string]) *types.Func {
	if s.Site == nil {
		return nil
	}
	pkg := m.target.World.Types[s.Site.Path]
	if pkg == nil {
		return nil
	}
	fn, _ := pkg.Scope().Lookup(s.Value).(*types.Func)
	return fn
}

// keyArgs gives the function the method's parameters of the same names and types, or of
// the types alone where only one parameter has each.
func (m *method) keyArgs(fn *types.Func) (found bool, err error) {
	sig := fn.Signature()
	if sig.Results().Len() != 1 || !types.Identical(sig.Results().At(0).Type(), types.Typ[types.String]) ||
		sig.Variadic() || sig.TypeParams().Len() > 0 || sig.Params().Len() == 0 {
		return true, fmt.Errorf("%s is a %s, not a func from parameters of the method to a string", fn.Name(), typeutil.Describe(sig))
	}
	var args []int
	for of := range sig.Params().Variables() {
		switch fitting := m.fitting(of); {
		case len(fitting) == 0:
			return false, fmt.Errorf("%s takes %s, which is no parameter of the method", fn.Name(), typeutil.ParamText(of))
		case len(fitting) > 1:
			return true, fmt.Errorf("%s takes %s, and several parameters are of that type: name it as the one that is meant",
				fn.Name(), typeutil.ParamText(of))
		default:
			args = append(args, fitting[0])
		}
	}
	m.model.KeyFunc, m.model.KeyArgs = fn, args
	return true, nil
}

// fitting returns the one parameter of the same name and type or, if there is none, all
// those of the type.
func (m *method) fitting(of *types.Var) (list []int) {
	params := m.fn.Signature().Params()
	for i := range params.Len() {
		v := params.At(i)
		switch {
		case i == m.shape.Context || !types.Identical(v.Type(), of.Type()):
		case v.Name() == of.Name():
			return []int{i}
		default:
			list = append(list, i)
		}
	}
	return list
}
