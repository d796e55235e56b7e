package runtime

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"

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
	// caller gets the results of one whole run, or an error where none has ended though
	// the link returns none. A link that passes on another context than its own hides the
	// caller's from the call: its end, its values, and the key of a circuit by key.
	Outer, Inner []goresilience.Middleware
	// Order is the order of breaker and retry.
	Order Order

	wishes any    // *wishes
	path   string // to the configuration, where it is part of another one
}

// Build binds the methods to their circuits. An error names all that is impossible,
// each with its field; the registry is then as it was.
func (b *Builder[T]) Build() error { return b.plain().build() }

// plain returns b without the type that is wrapped.
func (b *Builder[T]) plain() *builder {
	if b.wishes == nil {
		b.wishes = newWishes()
	}
	return &builder{
		constructor: b.Constructor, iface: b.Interface,
		next: &b.Next, fallback: &b.Fallback,
		name: b.Name, registry: cmp.Or(b.Registry, Default), engine: b.Engine,
		outer: b.Outer, inner: b.Inner, order: b.Order,
		wishes: b.wishes, path: b.path,
	}
}

// builder is a Builder that knows no types, nor has any that is hidden: see circuit.go.
type builder struct {
	constructor, iface, name string
	next, fallback           any // pointers to them
	registry                 *Registry
	engine                   Engine
	outer, inner             []goresilience.Middleware
	order                    Order

	wishes any // *wishes
	path   string
}

//go:noinline
func newWishes() any { return &wishes{} }

func wishesOf(b *builder) *wishes { return b.wishes.(*wishes) }

// wishes are what the methods of a wrapper, and of those within it, ask for.
type wishes struct {
	bindings []*binding
	errs     []error
	finish   []func()
}

// fault adds errors of the configuration.
func (b *builder) fault(errs ...error) {
	for _, err := range errs {
		err = fmt.Errorf("%s%w", b.path, err)
		said := func(other error) bool { return other.Error() == err.Error() }
		if all := wishesOf(b); !slices.ContainsFunc(all.errs, said) {
			all.errs = append(all.errs, err)
		}
	}
}

func (b *builder) build() error {
	b.check()
	all := wishesOf(b)
	if isNil(reflect.ValueOf(b.next).Elem()) {
		all.errs = append([]error{errors.New("next is nil")}, all.errs...)
	}
	if len(all.errs) == 0 {
		all.errs = append(all.errs, registryIn(b.registry).bind(all.bindings))
	}
	if err := errors.Join(all.errs...); err != nil {
		return fmt.Errorf("%s: %w", b.constructor, err)
	}
	for _, finish := range all.finish {
		finish()
	}
	return nil
}

// check finds what is impossible of the whole chain.
func (b *builder) check() {
	if b.order > RetryFirst {
		b.fault(fmt.Errorf("Order is %d: it must be BreakerFirst or RetryFirst", b.order))
	}
	for _, links := range []struct {
		name  string
		links []goresilience.Middleware
	}{{"Outer", b.outer}, {"Inner", b.inner}} {
		for i, link := range links.links {
			if link == nil {
				b.fault(fmt.Errorf("%s[%d] is nil", links.name, i))
			}
		}
	}
}

// circuitName returns the name of a method's circuit, and the interface that it comes
// from; that is empty where the user chose the name.
func (b *builder) circuitName(method, directive string) (name, owner string) {
	switch {
	case directive != "":
		return readable(directive), ""
	case b.name != "":
		return readable(b.name) + "." + method, ""
	default:
		return b.iface + "." + method, ownerName(reflect.TypeOf(b.next).Elem(), b.iface)
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

// isNil reports whether what is wrapped, an interface or a pointer, is nil.
func isNil(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer, reflect.Func, reflect.Map, reflect.Chan, reflect.Slice:
		return v.IsNil()
	default:
		return false
	}
}

// Unwrap returns what a generated wrapper wraps, which may do more than the interface says:
//
//	if wrapped, ok := breaker.Unwrap(client); ok {
//		if closer, ok := wrapped.(io.Closer); ok {
//
// It goes one level deep, and is false for what is no wrapper.
func Unwrap(wrapper any) (wrapped any, ok bool) {
	w, ok := wrapper.(interface{ BreakerUnwrap() any })
	if !ok {
		return nil, false
	}
	return w.BreakerUnwrap(), true
}
