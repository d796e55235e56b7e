package runtime

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// binding is a method's wish for a circuit.
type binding struct {
	path   string // for errors: Policies.GetUser
	name   string
	owner  string // the interface that the name comes from; "" where the user chose it
	bound  *bound
	engine Engine

	keyed   bool // one circuit a key, at most maxKeys
	maxKeys int

	circuit *circuit // what bind found or made: one of the two
	family  *family
}

// bind finds or makes the circuits of one wrapper: all of them, or on an error none.
func (r *registry) bind(bindings []*binding) error {
	fresh := map[string]*binding{} // the first to ask for a circuit that isn't there
	for {
		if err := r.makeMissing(bindings, fresh); err != nil {
			return err
		}
		if complete, err := r.commit(bindings); complete || err != nil {
			return err
		}
	}
}

func (r *registry) makeMissing(bindings []*binding, fresh map[string]*binding) error {
	var errs []error
	for _, b := range bindings {
		switch first := fresh[b.name]; {
		case first != nil:
			errs = append(errs, b.checkShared(first.asked(), first.owner, first.keyed))
			b.circuit, b.family = first.circuit, first.family
		case !r.has(b.name):
			fresh[b.name] = b
			errs = append(errs, b.make(r))
		}
	}
	return errors.Join(errs...)
}

// commit enters the circuits, or none of them. It is false where one that was there
// has been removed meanwhile.
func (r *registry) commit(bindings []*binding) (complete bool, err error) {
	var late refusals
	defer late.tell()
	r.mu.Lock()
	defer r.mu.Unlock()
	var errs []error
	for _, b := range bindings {
		errs = append(errs, b.find(r))
	}
	if err := errors.Join(errs...); err != nil {
		return false, err
	}
	for _, b := range bindings {
		if b.circuit == nil && b.family == nil {
			return false, nil
		}
	}
	for _, b := range bindings {
		b.enter(r, &late)
	}
	return true, nil
}

func (r *registry) has(name string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.circuits[name] != nil || r.families[name] != nil
}

// make makes what the registry hasn't got yet. An engine runs outside of the lock:
// it is the user's code.
func (b *binding) make(r *registry) error {
	plan := b.bound.plan(nil)
	if b.keyed {
		b.family = newFamily(r, b)
		return nil
	}
	var engine *engineBreaker
	if b.engine != nil {
		var err error
		if engine, err = newEngineBreaker(b.engine, b.name, b.bound.policy.Breaker); err != nil {
			return fmt.Errorf("%s: %w", b.path, err)
		}
	}
	b.circuit = newCircuit(r, b.name, b.owner, plan, engine)
	return nil
}

// find takes what the registry has, where it asks for the same.
func (b *binding) find(r *registry) error {
	if c := r.circuits[b.name]; c != nil {
		b.circuit = c
		return b.checkShared(c.asked, c.owner, false)
	}
	if f := r.families[b.name]; f != nil {
		b.family = f
		return b.checkShared(f.asked, f.owner, true)
	}
	return b.checkName(r)
}

// enter enters what was made, and makes the method's policy the circuit's. The first
// interface whose name it is owns it.
func (b *binding) enter(r *registry, late *refusals) {
	if b.keyed {
		isNew := r.families[b.name] == nil
		r.families[b.name] = b.family
		b.family.bound.Store(b.bound)
		if isNew {
			r.settleFamily(b.family, late)
		}
		if b.bound.rules.fallsBack {
			b.family.fallsBack.Store(true)
		}
		b.family.owner = cmp.Or(b.family.owner, b.owner)
		return
	}
	isNew := r.circuits[b.name] == nil
	r.keep(b.circuit)
	b.circuit.bound.Store(b.bound)
	if isNew {
		r.settle(b.circuit, late)
	}
	if b.bound.rules.fallsBack {
		b.circuit.fallsBack.Store(true)
	}
	b.circuit.owner = cmp.Or(b.circuit.owner, b.owner)
}

// asked is what the wrappers and methods that share a circuit must ask for alike.
type asked struct {
	breaker  BreakerPolicy
	bulkhead BulkheadPolicy
	engine   bool
	maxKeys  int // 0 where there is no key
}

func (b *binding) asked() asked {
	plan := b.bound.plan(nil)
	a := asked{breaker: plan.Breaker, bulkhead: plan.Bulkhead, engine: b.engine != nil}
	if b.keyed {
		a.maxKeys = cmp.Or(b.maxKeys, defaultMaxKeys)
	}
	return a
}

// checkShared compares what the binding asks for with what is there.
func (b *binding) checkShared(there asked, owner string, keyed bool) error {
	ours := b.asked()
	problem := ""
	switch {
	case b.keyed != keyed:
		problem = "has a key in one place and none in the other"
	case b.owner != "" && owner != "" && b.owner != owner:
		problem = fmt.Sprintf("belongs to %s: set Name, or name it in a circuit directive to share it",
			owner)
	case ours.engine != there.engine:
		problem = "has another engine already"
	case ours.breaker != there.breaker:
		problem = "has another breaker policy already: " + differences(there.breaker, ours.breaker)
	case ours.bulkhead != there.bulkhead:
		problem = "has another bulkhead policy already: " + differences(there.bulkhead, ours.bulkhead)
	case ours.maxKeys != there.maxKeys:
		problem = fmt.Sprintf("has max=%d already, not %d", there.maxKeys, ours.maxKeys)
	default:
		return nil
	}
	return fmt.Errorf("%s: circuit %s %s", b.path, b.name, problem)
}

// differences says in which fields two policies differ.
func differences(there, ours any) string {
	a, b := reflect.ValueOf(there), reflect.ValueOf(ours)
	var fields []string
	for i := range a.NumField() {
		if !a.Field(i).Equal(b.Field(i)) {
			fields = append(fields, fmt.Sprintf("%s %v, not %v",
				a.Type().Field(i).Name, a.Field(i), b.Field(i)))
		}
	}
	return strings.Join(fields, "; ")
}

// checkName refuses the name of a circuit that a key could make too. The caller holds
// the registry's lock.
func (b *binding) checkName(r *registry) error {
	if b.clashes(r) {
		return fmt.Errorf("%s: circuit %s would have the name of one that a key makes: "+
			"give it another", b.path, b.name)
	}
	return nil
}

func (b *binding) clashes(r *registry) bool {
	for name := range r.families {
		if strings.HasPrefix(b.name, name+"[") || b.keyed && strings.HasPrefix(name, b.name+"[") {
			return true
		}
	}
	if !b.keyed {
		return false
	}
	for name := range r.circuits {
		if strings.HasPrefix(name, b.name+"[") {
			return true
		}
	}
	return false
}
