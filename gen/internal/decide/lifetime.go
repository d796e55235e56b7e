package decide

import (
	"go/types"
	"slices"

	"github.com/breakergen/breakergen/gen/internal/plain"
	"github.com/breakergen/breakergen/gen/internal/typeutil"
)

// culpritIn returns the type of a parameter's arguments, and the one in that because of which
// they aren't plain data; nil where they are, and for options.
func (d *Decider) culpritIn(param *types.Var, variadic bool) (t, culprit types.Type) {
	t = param.Type()
	if slice, ok := t.Underlying().(*types.Slice); ok && variadic {
		if t = slice.Elem(); d.isOption(t) {
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

// isEnd says whether an argument tells a call to end, which may take as long as that takes.
func isEnd(t types.Type) bool {
	c, ok := t.Underlying().(*types.Chan)
	return ok && c.Dir() == types.RecvOnly && types.Identical(c.Elem().Underlying(), types.NewStruct(nil, nil))
}

// usedUp says why a call with such an argument of type t can't be made again: it isn't plain
// data, and so may be another thing after its first use; "" where it can. The argument is gone where
// it is read or recycled, and not only may be.
func (d *Decider) usedUp(param *types.Var, t, culprit types.Type) (why string, gone bool) {
	text := typeutil.ParamText(param)
	if culprit == nil {
		if body := d.setsReader(t); body != nil {
			return text + " may set " + body.Name() + ", which is read once", true
		}
		return "", false
	}
	if types.Implements(t, d.reader) {
		return text + " is read once", true
	}
	then := "may be used up"
	gone = types.Implements(culprit, d.reader)
	switch {
	case plain.IsRecycled(culprit):
		then, gone = "is recycled after its use", true
	case plain.IsWriter(culprit):
		then = "keeps what an attempt has written"
	case plain.IsHeaded(culprit):
		then = "keeps the headers that an attempt has added"
	}
	if p, ok := types.Unalias(t).(*types.Pointer); types.Identical(culprit, t) || ok && types.Identical(culprit, p.Elem()) {
		return text + " " + then, gone
	}
	return text + " holds " + typeutil.Describe(culprit) + ", which " + then, gone
}
