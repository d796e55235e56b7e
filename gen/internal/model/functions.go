package model

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"github.com/breakergen/breakergen/gen/internal/decide"
	"github.com/breakergen/breakergen/gen/internal/directive"
	"github.com/breakergen/breakergen/gen/internal/importpath"
	"github.com/breakergen/breakergen/gen/internal/protocol"
	"github.com/breakergen/breakergen/gen/internal/target"
	"github.com/breakergen/breakergen/gen/internal/typeutil"
	"github.com/breakergen/breakergen/templates"
)

// functions are the functions that a wrapper's directives ask for: methods with
// the same lists share one.
type functions struct {
	base string // in their names
	list []*templates.Function
	keys []string
}

// share returns the function with this key, or keeps fn under it.
func (f *functions) share(key string, fn *templates.Function, method string) *templates.Function {
	for i, k := range f.keys {
		if k == key {
			f.list[i].Methods = append(f.list[i].Methods, method)
			return f.list[i]
		}
	}
	fn.Methods = []string{method}
	f.list, f.keys = append(f.list, fn), append(f.keys, key)
	return fn
}

// functions resolves the names in a method's directives.
func (m *method) functions(fns *functions, d *decide.Decider, out *target.Destination) {
	if on := m.settings.Retry.On; on.Set && m.model.NotRepeated == "" {
		fn := &templates.Function{Name: "retry" + fns.name(m, on.Mark), Retry: m.matches(on, out)}
		m.model.Policy.On = fns.share("retry "+keyOf(fn.Retry), fn, m.fn.Name())
	}
	ignore, success := m.settings.Ignore.Names, m.settings.Success.Names
	classify := m.settings.Classify.Func
	atEnd := m.shape.Ends && !classify.Set // its io.EOF is an answer
	judgesResponse := m.model.Protocol == protocol.HTTP && !classify.Set
	if !ignore.Set && !success.Set && !classify.Set && !atEnd && !judgesResponse {
		return
	}
	name := "classify" + fns.name(m, ignore.Mark, success.Mark, classify.Mark)
	fn := &templates.Function{Name: name, Ignore: m.matches(ignore, out), Success: m.matches(success, out)}
	if end := (templates.Match{Value: d.EOF}); atEnd && !slices.ContainsFunc(fn.Success, end.Same) {
		end.Itself = true // package io has ends told so; one that is wrapped is a connection's that broke
		fn.Success = append(fn.Success, end)
	}
	if done := (templates.Match{Value: m.done()}); atEnd && done.Value != nil && !slices.ContainsFunc(fn.Success, done.Same) {
		fn.Success = append(fn.Success, done)
	}
	if !classify.Set {
		fn.Protocol = m.model.Protocol
	}
	key := "classify " + keyOf(fn.Ignore) + " " + keyOf(fn.Success) + " " + fn.Protocol
	if judgesResponse {
		fn.Results = m.fn.Signature().Results()
		key += " " + m.fn.Name()
	}
	if classify.Set {
		m.classifier(fn, classify, out)
		if fn.Classify == nil {
			return
		}
		key += " " + fn.Classify.Pkg().Path() + "." + fn.Classify.Name()
		if fn.Results != nil {
			key += " " + m.fn.Name() // It names the method's results.
		}
	}
	m.model.Policy.Classify = fns.share(key, fn, m.fn.Name())
}

// name ends the name of a function: with the method's where one of its settings is
// the method's own.
func (f *functions) name(m *method, settings ...directive.Mark) string {
	for _, s := range settings {
		if s.Own {
			return templates.UpperFirst(f.base) + templates.UpperFirst(m.fn.Name())
		}
	}
	return templates.UpperFirst(f.base)
}

// matches resolves a list of errors.
func (m *method) matches(s directive.Setting[[]directive.Word], out *target.Destination) []templates.Match {
	var list []templates.Match
	for _, w := range s.Value {
		match, err := resolver{m.target.World, s.Site, out}.match(w)
		if err == nil && slices.ContainsFunc(list, match.Same) {
			err = fmt.Errorf("%s is named twice", w.Text)
		}
		if err != nil {
			m.fault(directive.Mark{Pos: w.Pos, Own: s.Own}, "%v", err)
			continue
		}
		list = append(list, match)
	}
	return list
}

// classifier resolves the user's function, and checks that it fits the method.
func (m *method) classifier(fn *templates.Function, s directive.Setting[directive.Word], out *target.Destination) {
	w := s.Value
	obj, sig, err := resolver{m.target.World, s.Site, out}.function(w)
	if err != nil {
		m.fault(s.Mark, "%v", err)
		return
	}
	results := m.fn.Signature().Results()
	if m.shape.InResult || m.shape.Sequence { // a function is asked about its error
		results = types.NewTuple(types.NewParam(0, nil, "", types.Universe.Lookup("error").Type()))
	}
	want := "func(error) runtime.Outcome"
	fits := isOutcome(sig.Results()) && !sig.Variadic() && sig.TypeParams().Len() == 0
	params := sig.Params()
	last := params.Len() - 1
	fits = fits && last >= 0 && types.Identical(params.At(last).Type(), results.At(results.Len()-1).Type())
	if fits && last > 0 {
		fits = params.Len() == results.Len()
		for i := 0; fits && i < last; i++ {
			fits = types.Identical(params.At(i).Type(), results.At(i).Type())
		}
		fn.Results = results
	}
	if !fits {
		if results.Len() > 1 {
			want += " or func(" + strings.Trim(typeutil.Describe(results), "()") + ") runtime.Outcome"
		}
		m.fault(s.Mark, "%s is a %s, not a %s", w.Text, typeutil.Describe(sig), want)
		return
	}
	fn.Classify = obj
}

// isOutcome says whether a function returns the runtime's Outcome alone.
func isOutcome(results *types.Tuple) bool {
	if results.Len() != 1 {
		return false
	}
	named, ok := types.Unalias(results.At(0).Type()).(*types.Named)
	return ok && named.Obj().Name() == "Outcome" && named.Obj().Pkg() != nil &&
		named.Obj().Pkg().Path() == importpath.Runtime
}

// keyOf tells lists of errors apart.
func keyOf(list []templates.Match) string {
	var b strings.Builder
	for _, m := range list {
		if m.Itself {
			b.WriteString("==")
		}
		if m.Type != nil {
			b.WriteString(m.Type.String())
		} else {
			b.WriteString(m.Value.Pkg().Path() + "." + m.Value.Name())
		}
		b.WriteByte(',')
	}
	return b.String()
}
