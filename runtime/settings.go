package runtime

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/breakergen/breakergen/runtime/internal/settings"
)

func init() { settings.Replace = replaceSettings }

// replaceSettings does what settings.Replace says. A circuit of which they say what they said
// before stays as it is: so what Apply has changed since holds until something else is said.
func replaceSettings(r *Registry, set *settings.Set[Policy]) ([]settings.Change[Policy], error) {
	for _, rule := range set.All() {
		if err := inText.check(said(nil, set.Along(rule)).Policy); err != nil {
			return nil, fmt.Errorf("%s: %w", rule.Written, err)
		}
	}
	in := registryIn(cmp.Or(r, Default))
	defer in.events.Deliver()
	in.applying.Lock()
	defer in.applying.Unlock()
	in.mu.Lock()
	defer in.mu.Unlock()
	next := &replacement{from: in.settings, to: set}
	for _, name := range slices.Sorted(maps.Keys(in.families)) {
		next.family(in.families[name])
	}
	for _, name := range slices.Sorted(maps.Keys(in.circuits)) {
		if c := in.circuits[name]; c.family == nil {
			next.circuit(c)
		}
	}
	if err := errors.Join(next.errs...); err != nil {
		return nil, err
	}
	in.settings = set
	for _, put := range next.puts {
		put()
	}
	return next.changes, nil
}

// replacement is what becomes of a registry's circuits where others are its settings.
type replacement struct {
	from, to *settings.Set[Policy]
	puts     []func()
	changes  []settings.Change[Policy]
	errs     []error
}

func (r *replacement) circuit(c *circuit) {
	to := said(nil, r.to.Of(c.name))
	if said(nil, r.from.Of(c.name)).says(to) {
		return
	}
	r.check(c.name, c.bound.Load(), c.engine != nil, to)
	r.note(c.name, c.bound.Load(), c.applied.Load(), to)
	r.puts = append(r.puts, func() { c.put(to) })
}

func (r *replacement) family(f *family) {
	all := said(nil, r.to.OfFamily(f.name))
	isNew := !said(nil, r.from.OfFamily(f.name)).says(all)
	if isNew {
		r.check(f.name, f.bound.Load(), f.engine != nil, all)
		r.note(f.name, f.bound.Load(), f.applied.Load(), all)
		r.puts = append(r.puts, func() { f.applied.Store(all) })
	} else {
		all = f.applied.Load() // perhaps changed by Apply since
	}
	for c := range f.members.All {
		own := said(nil, r.to.OfKey(f.name, c.name))
		isOwn := !said(nil, r.from.OfKey(f.name, c.name)).says(own)
		if !isNew && !isOwn {
			continue
		}
		to := said(all, r.to.OfKey(f.name, c.name))
		r.check(c.name, c.bound.Load(), c.engine != nil, to)
		if isOwn { // else it is in the family's
			r.note(c.name, c.bound.Load(), c.applied.Load(), to)
		}
		r.puts = append(r.puts, func() { c.put(to) })
	}
}

func (r *replacement) check(circuit string, b *bound, engine bool, to *override) {
	if err := b.checkApplied(to, engine, inText); err != nil {
		r.errs = append(r.errs, fmt.Errorf("%s: %w", circuit, err))
	}
}

func (r *replacement) note(circuit string, b *bound, from, to *override) {
	r.changes = append(r.changes, settings.Change[Policy]{
		Circuit: circuit, From: b.plan(from).Policy, To: b.plan(to).Policy,
	})
}

// said returns what rules make of what was said already.
func said(already *override, rules []settings.Rule[Policy]) *override {
	for _, rule := range rules {
		already = already.with(rule.Policy, rule.Exact)
	}
	return already
}

// settle gives a circuit that is entered what settings say of it. The caller holds mu, so that
// none is missed where they are replaced meanwhile.
func (r *registry) settle(c *circuit, late *refusals) {
	to := said(nil, r.settings.Of(c.name))
	if to == nil || late.refuse(r.settings, c.name, c.bound.Load().checkApplied(to, c.engine != nil, inText)) {
		return
	}
	c.put(to)
}

// settleFamily is settle for all circuits of a family.
func (r *registry) settleFamily(f *family, late *refusals) {
	to := said(nil, r.settings.OfFamily(f.name))
	if !late.refuse(r.settings, f.name, f.bound.Load().checkApplied(to, f.engine != nil, inText)) {
		f.applied.Store(to)
	}
}

// settleKey is settle for one circuit of a family, which has what is said of all of them.
func (r *registry) settleKey(c *circuit, late *refusals) {
	all := c.applied.Load()
	to := said(all, r.settings.OfKey(c.family.name, c.name))
	if to == all || late.refuse(r.settings, c.name, c.bound.Load().checkApplied(to, c.engine != nil, inText)) {
		return
	}
	c.put(to)
}

// refusals are what settings are to be told of once no lock is held.
type refusals []func()

// refuse reports whether there is an error, and keeps it.
func (r *refusals) refuse(by *settings.Set[Policy], circuit string, err error) bool {
	if err == nil {
		return false
	}
	*r = append(*r, func() { by.Refused(circuit, err) })
	return true
}

func (r *refusals) tell() {
	for _, tell := range *r {
		tell()
	}
}
