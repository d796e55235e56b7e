package runtime

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/breakergen/breakergen/runtime/internal/clock"
	"github.com/breakergen/breakergen/runtime/internal/notify"
	"github.com/breakergen/breakergen/runtime/internal/settings"
)

// Registry holds circuits by name. Wrappers of one registry with one circuit name
// share that circuit. It keeps circuits and their policies, never a wrapper or what
// it wraps. Make one with NewRegistry; its methods are safe for concurrent use, also
// from listeners.
type Registry struct {
	inside any // a *registry: see circuit.go
}

func registryIn(r *Registry) *registry { return r.inside.(*registry) }

// registry is what is in a Registry.
type registry struct {
	clock    *clock.Clock
	events   notify.Queue[Event]
	calls    notify.Listeners[func(context.Context, CallEvent)]
	applying sync.Mutex // held by Apply

	tested bool // it is a test's own: see testhook.go

	mu       sync.RWMutex
	circuits map[string]*circuit   // guarded by mu, as all below
	families map[string]*family    // circuits by key
	sorted   []*circuit            // circuits by name; nil where it must be made anew
	settings *settings.Set[Policy] // from outside; nil for none
}

// Default is the registry of wrappers whose configuration names none.
var Default = NewRegistry()

// NewRegistry returns an empty registry.
func NewRegistry() *Registry {
	return &Registry{&registry{
		clock:    clock.New(),
		circuits: map[string]*circuit{},
		families: map[string]*family{},
	}}
}

// Circuit returns the circuit of that name, as <interface>.<method>, or with a key
// as <interface>.<method>[<key>]; false where there is none.
func (r *Registry) Circuit(name string) (*Circuit, bool) {
	in := registryIn(r)
	in.mu.RLock()
	defer in.mu.RUnlock()
	c, ok := in.circuits[readable(name)]
	if !ok {
		return nil, false
	}
	return c.public, true
}

// Circuits returns the circuits there are at this moment, in the order of their names.
func (r *Registry) Circuits() iter.Seq[*Circuit] {
	in := registryIn(r)
	return func(yield func(*Circuit) bool) {
		for _, c := range in.list() {
			if !yield(c.public) {
				return
			}
		}
	}
}

// list returns all circuits in the order of their names. The slice isn't changed later.
func (r *registry) list() []*circuit {
	r.mu.RLock()
	sorted := r.sorted
	r.mu.RUnlock()
	if sorted != nil {
		return sorted
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sorted == nil {
		r.sorted = slices.SortedFunc(maps.Values(r.circuits), func(a, b *circuit) int {
			return strings.Compare(a.name, b.name)
		})
	}
	return r.sorted
}

// Apply changes the policy of a circuit while it works. A zero field keeps what is
// in force. It holds for the calls that begin after it, of all methods that have
// that circuit; the counts stay. The name of circuits by key, without a key, stands
// for all of them, those to come included. A breaker that is turned off closes. An
// error says what is impossible, or that there is no such circuit; then nothing has
// changed.
func (r *Registry) Apply(circuit string, p Policy) error {
	in := registryIn(r)
	circuit = readable(circuit)
	defer in.events.Deliver() // turning a breaker off may have closed it
	in.applying.Lock()
	defer in.applying.Unlock()
	in.mu.RLock()
	c, isCircuit := in.circuits[circuit]
	f, isFamily := in.families[circuit]
	in.mu.RUnlock()
	switch {
	case isCircuit:
		return c.apply(p)
	case isFamily:
		return f.apply(p)
	default:
		return fmt.Errorf("there is no circuit %q", circuit)
	}
}

// Restore takes back all that Apply, or package config, has changed of a circuit, or with the
// name of circuits by key of all of them: from the calls that begin after it on, the
// directives and the configuration say what holds, and for one circuit by key what has been
// changed of all of them. An error says that there is no such circuit.
func (r *Registry) Restore(circuit string) error {
	in := registryIn(r)
	circuit = readable(circuit)
	defer in.events.Deliver()
	in.applying.Lock()
	defer in.applying.Unlock()
	in.mu.Lock()
	defer in.mu.Unlock()
	if c, ok := in.circuits[circuit]; ok {
		var ofAll *override
		if c.family != nil {
			ofAll = c.family.applied.Load()
		}
		c.put(ofAll)
		return nil
	}
	f, ok := in.families[circuit]
	if !ok {
		return fmt.Errorf("there is no circuit %q", circuit)
	}
	f.applied.Store(nil)
	for c := range f.members.All {
		c.put(nil)
	}
	return nil
}

// Subscribe has listener called with every change of a circuit's state, the forced
// ones too: in order, one at a time, outside of all locks, by the goroutine whose
// call caused it or by one that was already delivering. A listener may call
// anything; one that takes long holds up the others and the call that caused it.
// After cancel it may still be called for an event under way.
func (r *Registry) Subscribe(listener func(Event)) (cancel func()) {
	in := registryIn(r)
	return in.events.Subscribe(listener)
}

// Remove forgets a circuit, or with the name of circuits by key all of them.
// Wrappers that have it keep it; new ones make a new one. One circuit by key is made
// anew by the next call with its key.
func (r *Registry) Remove(name string) {
	in := registryIn(r)
	name = readable(name)
	in.mu.Lock()
	defer in.mu.Unlock()
	if c, ok := in.circuits[name]; ok {
		in.drop(c)
	}
	if f, ok := in.families[name]; ok {
		f.removed = true
		delete(in.families, name)
		for c := range f.members.All {
			in.hide(c)
		}
	}
}

// drop forgets c, and so does its family. The caller holds mu.
func (r *registry) drop(c *circuit) {
	r.hide(c)
	if c.family != nil {
		c.family.forget(c)
	}
}

// hide forgets c. The caller holds mu.
func (r *registry) hide(c *circuit) {
	if r.circuits[c.name] == c {
		delete(r.circuits, c.name)
		r.sorted = nil
	}
}

// keep adds c. The caller holds mu.
func (r *registry) keep(c *circuit) {
	r.circuits[c.name] = c
	r.sorted = nil
}
