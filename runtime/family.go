package runtime

import (
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/breakergen/breakergen/runtime/internal/keyed"
	"github.com/breakergen/breakergen/runtime/internal/window"
)

// Family is all circuits that one key directive has made, at one moment. Its counts, GoneTotal
// and those of its circuits together, never fall.
type Family struct {
	// Name is what the circuits' names begin with: <name>[<key>].
	Name string
	// Made is when the family was made.
	Made time.Time
	// Fallback says that one of its methods has a fallback.
	Fallback bool
	// Circuits are those that there are, in the order of their names.
	Circuits []*Circuit
	// GoneTotal and GoneDurations are what those have counted that are no more, because
	// there were too many keys or Remove took them.
	GoneTotal     Counts
	GoneDurations FineDurations
}

// Families returns the families of circuits by key, in the order of their names. Their
// circuits are among those of Circuits, too.
func (r *Registry) Families() iter.Seq[Family] {
	in := registryIn(r)
	return func(yield func(Family) bool) {
		in.mu.RLock()
		families := slices.SortedFunc(maps.Values(in.families), func(a, b *family) int {
			return strings.Compare(a.name, b.name)
		})
		in.mu.RUnlock()
		for _, f := range families {
			if !yield(f.read()) {
				return
			}
		}
	}
}

// read reads members and those that have gone at one moment: no circuit is in both, or in neither.
func (f *family) read() Family {
	f.registry.mu.RLock()
	members := slices.Collect(f.members.All)
	gone, leaving := counted{total: f.gone.total}, f.members.Leaving()
	gone.durations.Add(&f.gone.durations)
	f.registry.mu.RUnlock()
	for c := range leaving {
		gone.add(c)
	}
	slices.SortFunc(members, func(a, b *circuit) int { return strings.Compare(a.name, b.name) })
	family := Family{
		Name:          f.name,
		Made:          f.registry.clock.Time(f.made),
		Fallback:      f.fallsBack.Load(),
		GoneTotal:     newCounts(&gone.total),
		GoneDurations: fineDurations(&gone.durations),
	}
	for _, c := range members {
		family.Circuits = append(family.Circuits, c.public)
	}
	return family
}

// hasFallback reports whether one of the methods that have the circuit has a fallback.
func (c *circuit) hasFallback() bool {
	return c.fallsBack.Load() || c.family != nil && c.family.fallsBack.Load()
}

// family holds the circuits that one circuit directive with a key makes: one for
// each value, <name>[<key>].
type family struct {
	registry *registry
	name     string
	owner    string // guarded by registry.mu
	asked    asked
	engine   Engine
	max      int

	bound   atomic.Pointer[bound]
	applied atomic.Pointer[override] // what Apply and settings from outside changed; set with registry.mu held

	made      int64       // on the registry's clock
	fallsBack atomic.Bool // a method that has it has a fallback

	members keyed.Set[*circuit] // changed with registry.mu held
	removed bool                // from the registry, whose mu guards it
	gone    counted             // by those that were members and that nobody holds any more; guarded by registry.mu
}

func newFamily(r *registry, b *binding) *family {
	return &family{
		registry: r,
		name:     b.name,
		owner:    b.owner,
		asked:    b.asked(),
		engine:   b.engine,
		max:      b.asked().maxKeys,
		made:     r.clock.Now(),
	}
}

// circuit returns the circuit for key. Where there are too many, the one that was unused
// for the longest goes, but none that is in use or isn't just closed: where there are only
// such, one that is abandoned, and where there is none, there are more than max.
func (f *family) circuit(key string) (*circuit, error) {
	if m, ok := f.members.Get(key); ok {
		return m.Of, nil
	}
	for {
		fresh, err := f.make(key)
		if err != nil {
			return nil, err
		}
		if c, ok := f.add(fresh); ok {
			return c, nil
		}
	}
}

// memberName returns the name of the circuit for key. A key that looks quoted is quoted
// too, or it would share the name of one that is.
func memberName(family, key string) string {
	if strings.HasPrefix(key, `"`) {
		key = strconv.QuoteToASCII(key)
	}
	return family + "[" + readable(key) + "]"
}

// readable quotes what isn't UTF-8: those who read the names take nothing else, and users
// may give anything.
func readable(name string) string {
	if utf8.ValidString(name) {
		return name
	}
	return strconv.QuoteToASCII(name)
}

// make makes a member, without a lock, as an engine is the user's code.
func (f *family) make(key string) (*circuit, error) {
	name := memberName(f.name, key)
	bound, applied := f.bound.Load(), f.applied.Load()
	plan := bound.plan(applied)
	var engine *engineBreaker
	if f.engine != nil {
		var err error
		if engine, err = newEngineBreaker(f.engine, name, bound.policy.Breaker); err != nil {
			return nil, err
		}
	}
	c := newCircuit(f.registry, name, "", plan, engine)
	c.family = f
	c.member.Key, c.member.Of = key, c
	c.bound.Store(bound)
	c.applied.Store(applied)
	c.member.Use(f.registry.clock.Now())
	return c, nil
}

// add enters a member, or returns the one that another caller has entered. It is
// false where Apply has changed the family's policy meanwhile.
func (f *family) add(fresh *circuit) (c *circuit, ok bool) {
	var late refusals
	defer late.tell()
	f.registry.mu.Lock()
	defer f.registry.mu.Unlock()
	if fresh.applied.Load() != f.applied.Load() {
		return nil, false
	}
	if !f.removed {
		f.registry.settleKey(fresh, &late)
	}
	if there, added := f.members.Add(&fresh.member); !added {
		return there.Of, true
	}
	if !f.removed {
		f.registry.keep(fresh)
	}
	for {
		oldest, ok := f.members.Excess(f.max, &fresh.member, (*circuit).canGo, (*circuit).isAbandoned)
		if !ok {
			return fresh, true
		}
		f.registry.drop(oldest)
	}
}

// canGo reports whether nothing is lost with c that its family doesn't keep: it is closed, not by force,
// no call is under way, and its policy isn't one that was given to it alone.
func (c *circuit) canGo() bool {
	applied := c.applied.Load()
	return c.state() == Closed && !c.machine.Current().Forced && !(applied != nil && applied.alone) && c.isIdle()
}

// isAbandoned reports whether c is open, and would have let a probe in for long, but none has come: it
// goes where no other can, or keys that nobody has any more would stay for ever.
func (c *circuit) isAbandoned() bool {
	return c.machine.Current().IsAbandoned(c.registry.clock.Now()) && c.isIdle()
}

// isIdle reports whether no call is under way.
func (c *circuit) isIdle() bool { return c.stats.InFlight() == 0 && !c.bulkhead.InUse() }

// forget removes a member. The caller holds the registry's lock.
func (f *family) forget(c *circuit) {
	if f.members.Remove(&c.member) {
		f.gone.add(c)
	}
}

// counted is what circuits have counted, so that the sum over all keys never falls. For that to be
// all, calls hold theirs from the moment that they have found it to their end, with the fallback's.
type counted struct {
	total     window.Tally
	durations window.Durations
}

func (all *counted) add(c *circuit) {
	total, durations := c.stats.Totals()
	all.total.Add(&total)
	all.durations.Add(&durations)
}

// hold returns the circuit for key, which its caller releases.
func (f *family) hold(key string) (*circuit, error) {
	for {
		c, err := f.circuit(key)
		if err != nil {
			return nil, err
		}
		held, last := c.member.Hold()
		if held {
			return c, nil
		}
		if last {
			c.closeMember()
		}
	}
}

// release gives back a circuit by key.
func (c *circuit) release() {
	if c.member.Release() {
		c.closeMember()
	}
}

// closeMember closes one that has gone and that nobody holds any more.
func (c *circuit) closeMember() {
	c.registry.mu.Lock()
	defer c.registry.mu.Unlock()
	if f := c.family; f.members.Close(&c.member) {
		f.gone.add(c)
	}
}

// apply changes the policy of all members, and of those to come; or where one of
// them can't take it, of none. The caller holds the registry's applying.
func (f *family) apply(p Policy) error {
	before := f.applied.Load()
	merged := before.with(p, true)
	if err := f.bound.Load().checkApplied(merged, f.engine != nil, inGo); err != nil {
		return err
	}
	f.registry.mu.Lock()
	defer f.registry.mu.Unlock()
	changes := map[*circuit]*override{}
	for c := range f.members.All {
		changes[c] = merged // the same for all, so that their plan is made once
		if own := c.applied.Load(); own != before {
			changes[c] = own.with(p, true)
			if err := c.bound.Load().checkApplied(changes[c], c.engine != nil, inGo); err != nil {
				return err
			}
		}
	}
	f.applied.Store(merged)
	for c, change := range changes {
		c.put(change)
	}
	return nil
}
