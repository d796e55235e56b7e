package runtime

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Registry holds circuits by name. Wrappers of one registry with one circuit name
// share that circuit. It keeps circuits and their policies, never a wrapper or what
// it wraps. Make one with NewRegistry; its methods are safe for concurrent use, also
// from listeners.
type Registry struct {
	clock    *clock
	events   events
	calls    callListeners
	applying sync.Mutex // held by Apply

	mu       sync.RWMutex
	circuits map[string]*Circuit // guarded by mu, as all below
	families map[string]*family  // circuits by key
	sorted   []*Circuit          // circuits by name; nil where it must be made anew
}

// Default is the registry of wrappers whose configuration names none.
var Default = NewRegistry()

// NewRegistry returns an empty registry.
func NewRegistry() *Registry {
	return &Registry{
		clock:    newClock(),
		circuits: map[string]*Circuit{},
		families: map[string]*family{},
	}
}

// Circuit returns the circuit of that name, as <interface>.<method>, or with a key
// as <interface>.<method>[<key>]; false where there is none.
func (r *Registry) Circuit(name string) (*Circuit, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	c, ok := r.circuits[readable(name)]
	return c, ok
}

// Circuits returns the circuits there are at this moment, in the order of their names.
func (r *Registry) Circuits() iter.Seq[*Circuit] {
	return func(yield func(*Circuit) bool) {
		for _, c := range r.list() {
			if !yield(c) {
				return
			}
		}
	}
}

// list returns all circuits in the order of their names. The slice isn't changed later.
func (r *Registry) list() []*Circuit {
	r.mu.RLock()
	sorted := r.sorted
	r.mu.RUnlock()
	if sorted != nil {
		return sorted
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sorted == nil {
		r.sorted = slices.SortedFunc(maps.Values(r.circuits), func(a, b *Circuit) int {
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
	if err := errors.Join(p.check("Policy")...); err != nil {
		return err
	}
	circuit = readable(circuit)
	defer r.events.deliver() // turning a breaker off may have closed it
	r.applying.Lock()
	defer r.applying.Unlock()
	r.mu.RLock()
	c, isCircuit := r.circuits[circuit]
	f, isFamily := r.families[circuit]
	r.mu.RUnlock()
	switch {
	case isCircuit:
		return c.apply(p)
	case isFamily:
		return f.apply(p)
	default:
		return fmt.Errorf("there is no circuit %q", circuit)
	}
}

// Restore takes back all that Apply has changed of a circuit, or with the name of circuits by
// key of all of them: from the calls that begin after it on, the directives and the
// configuration say what holds. An error says that there is no such circuit.
func (r *Registry) Restore(circuit string) error {
	circuit = readable(circuit)
	defer r.events.deliver()
	r.applying.Lock()
	defer r.applying.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	if c, ok := r.circuits[circuit]; ok {
		c.put(nil)
		return nil
	}
	f, ok := r.families[circuit]
	if !ok {
		return fmt.Errorf("there is no circuit %q", circuit)
	}
	f.applied.Store(nil)
	for c := range f.all {
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
	return r.events.subscribe(listener)
}

// Remove forgets a circuit, or with the name of circuits by key all of them.
// Wrappers that have it keep it; new ones make a new one. One circuit by key is made
// anew by the next call with its key.
func (r *Registry) Remove(name string) {
	name = readable(name)
	r.mu.Lock()
	defer r.mu.Unlock()
	if c, ok := r.circuits[name]; ok {
		r.drop(c)
	}
	if f, ok := r.families[name]; ok {
		f.removed = true
		delete(r.families, name)
		for c := range f.all {
			r.hide(c)
		}
	}
}

// drop forgets c, and so does its family. The caller holds mu.
func (r *Registry) drop(c *Circuit) {
	r.hide(c)
	if c.family != nil {
		c.family.forget(c)
	}
}

// hide forgets c. The caller holds mu.
func (r *Registry) hide(c *Circuit) {
	if r.circuits[c.name] == c {
		delete(r.circuits, c.name)
		r.sorted = nil
	}
}

// keep adds c. The caller holds mu.
func (r *Registry) keep(c *Circuit) {
	r.circuits[c.name] = c
	r.sorted = nil
}
