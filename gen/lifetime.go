package gen

import (
	"go/types"
	"slices"
)

// livesOn says whether a result goes on using the call's context, itself or in
// an exported field of the struct that it points to.
func (d *decider) livesOn(t types.Type) bool { return itselfOrField(t, d.streams) }

func (d *decider) streams(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Chan, *types.Signature:
		return true
	}
	return types.Implements(t, d.reader) || types.Implements(t, d.closer) ||
		method(t, "Recv") != nil || method(t, "RecvMsg") != nil
}

// usedOnce says whether an argument is used up by a call, itself or in an
// exported field of the struct that it points to. Functions of a variadic
// parameter are options, which can be used again.
func (d *decider) usedOnce(t types.Type, variadic bool) bool {
	if !variadic {
		return itselfOrField(t, d.usedUp)
	}
	elem := t.Underlying().(*types.Slice).Elem()
	isFunc := func(t types.Type) bool {
		_, ok := t.Underlying().(*types.Signature)
		return ok
	}
	return !slices.ContainsFunc(possible(elem), isFunc) && itselfOrField(elem, d.usedUp)
}

func (d *decider) usedUp(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Chan:
		return t.Dir() != types.SendOnly
	case *types.Signature:
		return true
	}
	return types.Implements(t, d.reader)
}

// itselfOrField says whether t is such a type, or points to a struct with such an
// exported field.
func itselfOrField(t types.Type, is func(types.Type) bool) bool {
	return slices.ContainsFunc(possible(t), func(t types.Type) bool { return is(t) || anyField(t, is) })
}

func anyField(t types.Type, is func(types.Type) bool) bool {
	p, ok := t.Underlying().(*types.Pointer)
	if !ok {
		return false
	}
	s, ok := p.Elem().Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range s.Fields() {
		if f.Exported() && slices.ContainsFunc(possible(f.Type()), is) {
			return true
		}
	}
	return false
}

// possible returns t and, if it is a type parameter, what its constraint lists: that
// may be a channel where t itself, being an interface, is none.
func possible(t types.Type) []types.Type {
	list := []types.Type{t}
	if p, ok := types.Unalias(t).(*types.TypeParam); ok {
		list = append(list, listed(p.Underlying())...)
	}
	return list
}

// listed returns the types in the unions that an interface is made of; of another type,
// that itself.
func listed(t types.Type) (list []types.Type) {
	if union, ok := t.(*types.Union); ok {
		for term := range union.Terms() {
			list = append(list, listed(term.Type())...)
		}
		return list
	}
	iface, ok := t.Underlying().(*types.Interface)
	if !ok {
		return []types.Type{t}
	}
	for embedded := range iface.EmbeddedTypes() {
		list = append(list, listed(embedded)...)
	}
	return list
}
