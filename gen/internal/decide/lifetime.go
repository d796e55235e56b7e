package decide

import (
	"go/types"
	"slices"
	"strings"

	"github.com/breakergen/breakergen/gen/internal/plain"
	"github.com/breakergen/breakergen/gen/internal/typeutil"
)

// culpritIn returns the type of a parameter's arguments, and the one in that because of which
// they aren't plain data; nil where they are, and for options.
func (d *Decider) culpritIn(param *types.Var, variadic bool) (t, culprit types.Type) {
	t = param.Type()
	if slice, ok := t.Underlying().(*types.Slice); ok && variadic {
		if t = slice.Elem(); isOption(t) && !types.Implements(t, d.reader) {
			return t, nil
		}
	}
	return t, d.plain.Culprit(t, plain.Param)
}

// isKept says whether an argument is, or has in exported fields, what may be called or sent to
// after the call has returned: by a subscription that it began, say, which lasts as long as its
// context. What is behind an interface, or in a package's own fields, isn't its caller's.
func isKept(t types.Type, depth int) bool {
	const deep = 5 // types may contain themselves
	if p, ok := types.Unalias(t).(*types.TypeParam); ok {
		return slices.ContainsFunc(termsOf(p), func(t types.Type) bool { return isKept(t, depth+1) })
	}
	if typeutil.IsNamed(t, "net/http", "Request") {
		return false // its func makes its body, and its channel ends it
	}
	switch u := t.Underlying().(type) {
	case *types.Signature, *types.Chan:
		return true
	case interface{ Elem() types.Type }: // pointers, slices, arrays, maps
		return depth < deep && isKept(u.Elem(), depth+1)
	case *types.Struct:
		return depth < deep && slices.ContainsFunc(slices.Collect(u.Fields()), func(field *types.Var) bool {
			return field.Exported() && isKept(field.Type(), depth+1)
		})
	default:
		return false
	}
}

// usedUp says why a call with such an argument of type t can't be made again: it isn't plain
// data, and so may be another thing after its first use.
func (d *Decider) usedUp(param *types.Var, t, culprit types.Type) string {
	switch {
	case types.Implements(t, d.reader):
		return typeutil.ParamText(param) + " is read once"
	case types.Identical(culprit, t):
		return typeutil.ParamText(param) + " may be used up"
	default:
		return typeutil.ParamText(param) + " holds " + typeutil.Describe(culprit) + ", which may be used up"
	}
}

// isOption says whether a variadic parameter's elements are options, which are functions
// or interfaces, and are given to one call after the other by those who have them.
func isOption(t types.Type) bool {
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

// positions returns the methods of package io's interfaces that go on where the call
// before has stopped: all but those that are given an offset, and Close.
func positions(io *types.Package) (list []*types.Func) {
	for _, name := range io.Scope().Names() {
		obj, ok := io.Scope().Lookup(name).(*types.TypeName)
		if !ok || !obj.Exported() {
			continue
		}
		iface, ok := obj.Type().Underlying().(*types.Interface)
		if !ok {
			continue
		}
		for m := range iface.ExplicitMethods() {
			if m.Name() != "Close" && !strings.HasSuffix(m.Name(), "At") {
				list = append(list, m)
			}
		}
	}
	return list
}

// hasPosition says whether what a method is called on has a position: by the signatures
// of package io's interfaces, and by the names that streams have, gRPC's among them.
func (d *Decider) hasPosition(m *types.Func) bool {
	switch m.Name() {
	case "Recv", "Send", "Next", "RecvMsg", "SendMsg", "CloseAndRecv":
		return true
	}
	return slices.ContainsFunc(d.positions, func(of *types.Func) bool {
		return m.Name() == of.Name() && types.Identical(m.Signature(), of.Signature())
	})
}

// IsTransaction says whether methods are those of a transaction, which has Commit and
// Rollback. Once a call in it has failed, the database refuses the next ones, so that a
// second attempt hides why the first one failed: all of it has to begin anew.
func IsTransaction(methods []*types.Func) bool {
	ends := func(name string) bool {
		return slices.ContainsFunc(methods, func(m *types.Func) bool {
			return m.Name() == name && noError(m.Signature()) == ""
		})
	}
	return ends("Commit") && ends("Rollback")
}
