package runtime

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/slok/goresilience"
)

// Builder gathers the methods of one wrapper. Generated constructors fill it in, call
// NewMethod for each method, and then Build. It is for one goroutine.
type Builder[T any] struct {
	// Constructor begins the errors of Build, as in "NewUserClientBreaker".
	Constructor string
	// Interface is the prefix of the circuits' names where Name is empty.
	Interface string
	// Next is what is wrapped.
	Next T
	// Fallback answers where the chain fails; nil for none.
	Fallback T
	// Name, Registry and Engine are the wrapper's configuration.
	Name     string
	Registry *Registry
	Engine   Engine
	// Outer and Inner are links of the user's: around the chain, and right around the
	// call. A link may run the call again, in another goroutine, or not at all: the
	// caller gets the results of one whole run. A link that passes on another context
	// than its own hides the caller's from the call: its end, its values, and the key
	// of a circuit by key.
	Outer, Inner []goresilience.Middleware
	// Order is the order of breaker and retry.
	Order Order

	wishes *wishes // use all
	path   string  // to the configuration, where it is part of another one
}

// Build binds the methods to their circuits. An error names all that is impossible,
// each with its field; the registry is then as it was.
func (b *Builder[T]) Build() error {
	b.check()
	all := b.all()
	if isNil(b.Next) {
		all.errs = append([]error{errors.New("next is nil")}, all.errs...)
	}
	if len(all.errs) == 0 {
		all.errs = append(all.errs, b.registry().bind(all.bindings))
	}
	if err := errors.Join(all.errs...); err != nil {
		return fmt.Errorf("%s: %w", b.Constructor, err)
	}
	for _, finish := range all.finish {
		finish()
	}
	return nil
}

// check finds what is impossible of the whole chain.
func (b *Builder[T]) check() {
	if b.Order > RetryFirst {
		b.fault(fmt.Errorf("Order is %d: it must be BreakerFirst or RetryFirst", b.Order))
	}
	for _, links := range []struct {
		name  string
		links []goresilience.Middleware
	}{{"Outer", b.Outer}, {"Inner", b.Inner}} {
		for i, link := range links.links {
			if link == nil {
				b.fault(fmt.Errorf("%s[%d] is nil", links.name, i))
			}
		}
	}
}

func (b *Builder[T]) registry() *Registry {
	if b.Registry == nil {
		return Default
	}
	return b.Registry
}

// circuitName returns the name of a method's circuit, and the interface that it comes
// from; that is empty where the user chose the name.
func (b *Builder[T]) circuitName(method, directive string) (name, owner string) {
	switch {
	case directive != "":
		return readable(directive), ""
	case b.Name != "":
		return readable(b.Name) + "." + method, ""
	default:
		return b.Interface + "." + method, ownerName(reflect.TypeFor[T](), b.Interface)
	}
}

// ownerName returns an interface's import path, name and type arguments.
func ownerName(t reflect.Type, written string) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Name() == "" {
		return written + " = " + t.String()
	}
	return t.PkgPath() + "." + t.Name()
}

// isNil reports whether v, an interface or a pointer, is nil.
func isNil[T any](v T) bool {
	switch value := reflect.ValueOf(&v).Elem(); value.Kind() {
	case reflect.Interface, reflect.Pointer, reflect.Func, reflect.Map, reflect.Chan, reflect.Slice:
		return value.IsNil()
	default:
		return false
	}
}
