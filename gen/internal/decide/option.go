package decide

import (
	"go/types"
	"iter"
	"slices"

	"github.com/breakergen/breakergen/gen/internal/typeutil"
)

// isOption says whether a variadic parameter's elements are options, which are functions
// or interfaces but no readers, and are given to one call after the other by those who have them.
func (d *Decider) isOption(t types.Type) bool {
	if types.Implements(t, d.reader) {
		return false
	}
	is := func(t types.Type) bool {
		_, isFunc := t.Underlying().(*types.Signature)
		return isFunc || types.IsInterface(t)
	}
	if p, ok := types.Unalias(t).(*types.TypeParam); ok {
		core := termsOf(p)
		return len(core) == 0 || slices.ContainsFunc(core, is)
	}
	return is(t)
}

// termsOf returns the types that the constraint of a type parameter lists.
func termsOf(p *types.TypeParam) (list []types.Type) {
	var visit func(t types.Type)
	visit = func(t types.Type) {
		if union, ok := t.(*types.Union); ok {
			for term := range union.Terms() {
				visit(term.Type())
			}
			return
		}
		iface, ok := t.Underlying().(*types.Interface)
		if !ok {
			list = append(list, t)
			return
		}
		for embedded := range iface.EmbeddedTypes() {
			visit(embedded)
		}
	}
	visit(p.Underlying())
	return list
}

// setsReader returns the exported field by which an option may hand over what is read once: it is
// a func, and configures what has a reader there, as go-elasticsearch's WithBody does. Who has
// such an option gives it to one call. It returns nil for all others.
func (d *Decider) setsReader(option types.Type) *types.Var {
	if p, ok := types.Unalias(option).(*types.TypeParam); ok {
		return first(slices.Values(termsOf(p)), d.setsReader)
	}
	sig, ok := option.Underlying().(*types.Signature)
	if !ok {
		return nil
	}
	return first(sig.Params().Variables(), func(param *types.Var) *types.Var {
		if typeutil.IsRequest(param.Type()) {
			return nil // the call makes it, and its body: these add to its header
		}
		t := types.Unalias(param.Type())
		if p, ok := t.(*types.Pointer); ok {
			t = p.Elem()
		}
		return d.readerIn(t, 0)
	})
}

// deepest is how far in a reader is looked for: types may contain themselves.
const deepest = 3

// readerIn returns the exported field of a struct, or of those in it, that is a reader or a list of
// some. What a pointer leads to isn't the struct's own: a *tls.Config has a reader that many share.
func (d *Decider) readerIn(t types.Type, depth int) *types.Var {
	s, ok := t.Underlying().(*types.Struct)
	if !ok || depth == deepest {
		return nil
	}
	return first(s.Fields(), func(field *types.Var) *types.Var {
		t, isReader := d.elementOf(field.Type())
		switch {
		case field.Exported() && isReader:
			return field
		case field.Embedded():
			if p, ok := types.Unalias(t).(*types.Pointer); ok {
				t = p.Elem()
			}
		case !field.Exported():
			return nil
		}
		return d.readerIn(t, depth+1)
	})
}

// elementOf returns what a slice, an array or a map is a list of, or t where it is none or reads
// itself, and whether that is a reader.
func (d *Decider) elementOf(t types.Type) (element types.Type, isReader bool) {
	for range deepest {
		if types.Implements(t, d.reader) || types.Implements(types.NewPointer(t), d.reader) {
			return t, true
		}
		switch u := t.Underlying().(type) {
		case *types.Slice, *types.Array, *types.Map:
			t = u.(interface{ Elem() types.Type }).Elem()
		default:
			return t, false
		}
	}
	return t, false
}

// first returns what find finds first, or nil.
func first[T any](list iter.Seq[T], find func(T) *types.Var) *types.Var {
	for t := range list {
		if found := find(t); found != nil {
			return found
		}
	}
	return nil
}
