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
	// Sources know what export data leaves out; without them, unions are closed only in
	// packages that are complete.
	Sources Sources

	// By Use: nil for what is plain, else the culprit. Only named types are kept: all
	// others are made anew for each mention, and are short.
	known [2]typeutil.Map
}

// Sources know of a package what its types alone don't tell: one that is imported by the way
// has no more in its scope than what others mention, and export data leaves out the
// unexported types that nothing exported mentions.
type Sources interface {
	// Complete loads all of a package's export data into it, and reports whether it could.
	Complete(*types.Package) bool
	// Hides reports whether a type that isn't in a complete package's scope has the method,
	// or may have it.
	Hides(pkg *types.Package, method string) bool
}

// tooDeep bounds the nesting of types. No type that people write comes near it; one that
// expands without end would go past.
const tooDeep = 200

// Culprit returns nil where t is plain data, and otherwise the type in it, maybe t
// itself, because of which it isn't.
//
// Plain are booleans, numbers, strings, and arrays, slices, maps, pointers and structs of
// plain data, unexported fields and types that contain themselves included; error,
// fmt.Stringer and net.Addr; a context in a parameter; protobuf messages; and an interface
// with unexported methods whose implementations in its package are all plain data.
//
// In a parameter these aren't, though they may be made of nothing else: an io.Reader, as
// *bytes.Reader is, which reading uses up; an io.Writer, as *strings.Builder is, which keeps what
// was written; what its callee recycles; and what a call adds headers to.
func (c *Checker) Culprit(t types.Type, use Use) types.Type {
	w := &walk{known: &c.known[use], use: use, sources: c.Sources}
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
	sources Sources
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
	if w.use == Param && (isReader(t) || IsWriter(t) || IsRecycled(t) || IsHeaded(t)) {
		return t
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

// typeParam decides by what the constraint lists; one that lists nothing may be anything
// but what its methods say it is.
func (w *walk) typeParam(t *types.TypeParam, depth int) types.Type {
	list := listed(t.Underlying())
	switch {
	case len(list) > 0:
	case isReader(t) || IsWriter(t):
		return t
	default:
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
	return w.union(t, iface, depth)
}

// union decides an interface by the types of its own package that implement it, where no
// other package's types can.
func (w *walk) union(t types.Type, iface *types.Interface, depth int) types.Type {
	method := unexported(iface)
	if method == nil {
		return t
	}
	pkg := method.Pkg()
	if w.sources == nil && !pkg.Complete() || w.sources != nil && !w.sources.Complete(pkg) {
		return t
	}
	members := implementations(iface, pkg.Scope())
	for _, member := range members {
		if culprit := w.culprit(member, depth); culprit != nil {
			return culprit
		}
	}
	if len(members) == 0 || w.sources != nil && w.sources.Hides(pkg, method.Name()) {
		return t
	}
	return nil
}

// unexported returns a method of an interface that only its own package's types can have,
// or nil.
func unexported(iface *types.Interface) *types.Func {
	for m := range iface.Methods() {
		if !m.Exported() {
			return m
		}
	}
	return nil
}

// implementations returns the types of a scope that implement an interface, themselves or
// by their pointers.
func implementations(iface *types.Interface, scope *types.Scope) (list []types.Type) {
	for _, name := range scope.Names() {
		obj, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || obj.IsAlias() {
			continue
		}
		t := ownInstance(obj.Type()) // a pointer to an interface implements nothing
		if types.Implements(types.NewPointer(t), iface) {
			list = append(list, t)
		}
	}
	return list
}

// ownInstance returns a generic type with its own type parameters as arguments, since one
// without any implements nothing; of another type, that itself.
func ownInstance(t types.Type) types.Type {
	named, ok := t.(*types.Named)
	if !ok || named.TypeParams().Len() == 0 {
		return t
	}
	var args []types.Type
	for param := range named.TypeParams().TypeParams() {
		args = append(args, param)
	}
	instance, err := types.Instantiate(nil, named, args, false)
	if err != nil {
		return t
	}
	return instance
}

// isMessage reports whether values or pointers of a type are protobuf messages: what a
// message holds besides its data is the library's own, and waits for nothing. One that has
// the method of a message that it embeds may hold anything.
func isMessage(t *types.Named) bool {
	obj, path, _ := types.LookupFieldOrMethod(t, true, nil, "ProtoReflect")
	m, ok := obj.(*types.Func)
	if !ok || len(path) > 1 || m.Signature().Params().Len() != 0 || m.Signature().Results().Len() != 1 {
		return false
	}
	return isNamed(m.Signature().Results().At(0).Type(),
		"google.golang.org/protobuf/reflect/protoreflect", "Message")
}

// isReader reports whether t or *t has the method of io.Reader.
func isReader(t types.Type) bool { return hasIO(t, "Read") }

// IsWriter reports whether t or *t has the method of io.Writer.
func IsWriter(t types.Type) bool { return hasIO(t, "Write") }

// hasIO reports whether t or *t has a method of package io's usual signature.
func hasIO(t types.Type, name string) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
	m, ok := obj.(*types.Func)
	if !ok {
		return false
	}
	params, results := m.Signature().Params(), m.Signature().Results()
	return params.Len() == 1 && results.Len() == 2 &&
		types.Identical(params.At(0).Type(), types.NewSlice(types.Universe.Lookup("byte").Type())) &&
		types.Identical(results.At(0).Type(), types.Typ[types.Int]) &&
		types.Identical(results.At(1).Type(), types.Universe.Lookup("error").Type())
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
