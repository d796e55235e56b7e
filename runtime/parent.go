package runtime

import (
	"cmp"
	"errors"

	"github.com/slok/goresilience"
)

// A method may return what another wrapper wraps, as a clientset's Pods does. There may be
// one of these a call, so their methods are bound once, by the constructor of the outer
// wrapper, and serve whatever is returned later. An attempt to run the inner constructor a
// call was dropped: it costs microseconds and the registry's lock, and may fail where nobody
// can be told.

// Parent is the builder of a wrapper, as those see it whose wrappers its methods return.
type Parent struct {
	path         string // to their configuration, as errors name it
	name         string
	owner        string // that name, or the interface's
	as           string // what begins the circuits' names, if not the interface's
	registry     *Registry
	engine       Engine
	outer, inner []goresilience.Middleware
	wishes       any // *wishes
}

// Parent returns b for the builder of what its methods return; field is where that has its
// configuration in the wrapper's.
func (b *Builder[T]) Parent(field string) *Parent {
	path := b.path
	if field != "" { // What the wrapper wraps itself has no configuration of its own.
		path += field + "."
	}
	return &Parent{
		path: path, name: b.Name, owner: cmp.Or(b.Name, b.Interface), registry: cmp.Or(b.Registry, Default),
		engine: b.Engine, outer: b.Outer, inner: b.Inner, wishes: b.plain().wishes,
	}
}

// As has the circuits called after a method, as in Unit.Orders.Get, where methods return
// more than one type that would give them the same names.
func (p *Parent) As(method string) *Parent {
	p.as = p.owner + "." + method
	return p
}

// Within has the methods of b bound when the parent is built: all of them, or on an error
// none. Fields that are empty are as the parent's: Registry, Engine, Outer and Inner. Where
// the parent has a name, that begins the circuits' too. Nobody calls Build.
func (b *Builder[T]) Within(parent *Parent) {
	b.wishes, b.path = parent.wishes, parent.path
	switch {
	case b.Name != "":
	case parent.as != "":
		b.Name = parent.as
	case parent.name != "":
		b.Name = parent.name + "." + b.Interface
	}
	if b.Registry != nil && b.Registry != parent.registry {
		b.plain().fault(errors.New("Registry is another one than the outer wrapper's"))
	}
	b.Registry = parent.registry
	if b.Engine == nil {
		b.Engine = parent.engine
	}
	if b.Outer == nil {
		b.Outer = parent.outer
	}
	if b.Inner == nil {
		b.Inner = parent.inner
	}
	b.plain().check()
}
