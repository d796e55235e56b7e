// Package plain decides which types are plain data: values that are the same however
// often they are used, and that do nothing once a call has returned. It is the proof by
// which the generator ends a context or repeats a call, so in doubt a type isn't plain.
//
// It knows go/types and nothing of the generator.
package plain

import (
	"go/types"

	"golang.org/x/tools/go/types/typeutil"
)

// Use is what a type is for.
type Use uint8

// An empty interface, or a type parameter that may be anything, is plain as a parameter,
// as a query's arguments are; as a result it may hold whatever the callee has put there.
const (
	Param Use = iota
	Result
)

// Checker decides, and remembers what it has decided. It is for one goroutine.
type Checker struct {
	// By Use: nil for what is plain, else the culprit. Only named types are kept: all
	// others are made anew for each mention, and are short.
	known [2]typeutil.Map
}

// tooDeep bounds the nesting of types. No type that people write comes near it; one that
// expands without end would go past.
const tooDeep = 200

// Culprit returns nil where t is plain data, and otherwise the type in it, maybe t
// itself, because of which it isn't.
//
// Plain are booleans, numbers, strings, and arrays, slices, maps, pointers and structs of
// plain data, unexported fields and types that contain themselves included; error,
// fmt.Stringer and net.Addr; a context in a parameter; protobuf messages; and an interface with unexported methods
// whose implementations in its package are all plain data.
func (c *Checker) Culprit(t types.Type, use Use) types.Type {
	w := &walk{known: &c.known[use], use: use}
	culprit := w.culprit(t, 0)
	if culprit == nil {
		// What the walk took for plain while it was still looking is so: nothing
		// that it reaches says otherwise.
		for _, t := range w.assumed {
			w.known.Set(t, plain{})
		}
	}
	return culprit
}

// plain says that a type is; a types.Type in its place is the culprit.
type plain struct{}

// walk is one look through a type.
type walk struct {
	known   *typeutil.Map
	use     Use
	seen    typeutil.Map
	assumed []types.Type
}

func (w *walk) culprit(t types.Type, depth int) types.Type {
	t = types.Unalias(t)
	if depth > tooDeep {
		return t
	}
	named, isNamed := t.(*types.Named)
	if !isNamed {
		return w.inside(t, depth)
	}
	switch known := w.known.At(named).(type) {
	case plain:
		return nil
	case types.Type:
		return known
	}
	if w.seen.At(named) != nil {
		return nil // which its first mention decides
	}
	w.seen.Set(named, true)
	culprit := w.named(named, depth)
	if culprit == nil {
		w.assumed = append(w.assumed, named)
	} else {
		w.known.Set(named, culprit)
	}
	return culprit
}

func (w *walk) named(t *types.Named, depth int) types.Type {
	if isMessage(t) || isHarmless(t) || w.use == Param && isNamed(t, "context", "Context") {
		return nil // a context that comes with a call is its caller's
	}
	return w.inside(t, depth)
}

// inside looks at what a type is made of.
func (w *walk) inside(t types.Type, depth int) types.Type {
	depth++
	if param, ok := t.(*types.TypeParam); ok {
		return w.typeParam(param, depth)
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if u.Kind() == types.UnsafePointer || u.Kind() == types.Invalid {
			return t
		}
		return nil
	case *types.Pointer:
		return w.culprit(u.Elem(), depth)
	case *types.Slice:
		return w.culprit(u.Elem(), depth)
	case *types.Array:
		return w.culprit(u.Elem(), depth)
	case *types.Map:
		if culprit := w.culprit(u.Key(), depth); culprit != nil {
			return culprit
		}
		return w.culprit(u.Elem(), depth)
	case *types.Struct:
		for field := range u.Fields() {
			if culprit := w.culprit(field.Type(), depth); culprit != nil {
				return culprit
			}
		}
		return nil
	case *types.Interface:
		return w.iface(t, u, depth)
	default: // functions, channels, tuples
		return t
	}
}

// typeParam decides by what the constraint lists; one that lists nothing may be anything.
func (w *walk) typeParam(t *types.TypeParam, depth int) types.Type {
	list := listed(t.Underlying())
	if len(list) == 0 {
		return w.anything(t)
	}
	for _, term := range list {
		if culprit := w.culprit(term, depth); culprit != nil {
			return culprit
		}
	}
	return nil
}

func (w *walk) anything(t types.Type) types.Type {
	if w.use == Result {
		return t
	}
	return nil
}

func (w *walk) iface(t types.Type, iface *types.Interface, depth int) types.Type {
	switch {
	case iface.NumMethods() == 0 && iface.IsMethodSet():
		return w.anything(t)
	case types.Identical(t.Underlying(), types.Universe.Lookup("error").Type().Underlying()):
		return nil
	}
	union := implementations(iface)
	if len(union) == 0 {
		return t
	}
	for _, member := range union {
		if culprit := w.culprit(member, depth); culprit != nil {
			return culprit
		}
	}
	return nil
}

// implementations returns the types of its own package that implement an interface which
// no other package's types can implement; none where others can.
func implementations(iface *types.Interface) (list []types.Type) {
	for m := range iface.Methods() {
		if m.Exported() || m.Pkg() == nil {
			continue
		}
		scope := m.Pkg().Scope()
		for _, name := range scope.Names() {
			obj, ok := scope.Lookup(name).(*types.TypeName)
			if !ok || obj.IsAlias() || types.IsInterface(obj.Type()) {
				continue
			}
			if named, ok := obj.Type().(*types.Named); ok && named.TypeParams().Len() > 0 {
				continue
			}
			if types.Implements(types.NewPointer(obj.Type()), iface) {
				list = append(list, obj.Type())
			}
		}
		return list
	}
	return nil
}

// isMessage reports whether values or pointers of a type are protobuf messages: what a
// message holds besides its data is the library's own, and waits for nothing.
func isMessage(t *types.Named) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "ProtoReflect")
	m, ok := obj.(*types.Func)
	if !ok || m.Signature().Params().Len() != 0 || m.Signature().Results().Len() != 1 {
		return false
	}
	return isNamed(m.Signature().Results().At(0).Type(),
		"google.golang.org/protobuf/reflect/protoreflect", "Message")
}

// isHarmless reports whether t is one of the interfaces that only say something of a
// value, or time.Time.
func isHarmless(t *types.Named) bool {
	return isNamed(t, "fmt", "Stringer") || isNamed(t, "net", "Addr") || isNamed(t, "time", "Time")
}

func isNamed(t types.Type, path, name string) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == path &&
		named.Obj().Name() == name
}

// listed returns the types in the unions that a constraint is made of.
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
