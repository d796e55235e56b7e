package runtime

import (
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

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

	members sync.Map // from key to *circuit; changed with registry.mu held
	size    int      // of members, guarded by registry.mu
	removed bool     // from the registry, whose mu guards it
	legacy  legacy   // guarded by registry.mu
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
// such, there are more than max.
func (f *family) circuit(key string) (*circuit, error) {
	if c, ok := f.members.Load(key); ok {
		return c.(*circuit), nil
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
	c.family, c.key = f, key
	c.bound.Store(bound)
	c.applied.Store(applied)
	c.used.Store(f.registry.clock.Now())
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
	if there, ok := f.members.LoadOrStore(fresh.key, fresh); ok {
		return there.(*circuit), true
	}
	if !f.removed {
		f.registry.keep(fresh)
	}
	for f.size++; f.size > f.max; {
		oldest := f.longestUnused(fresh)
		if oldest == nil {
			break
		}
		if oldest.evict() {
			f.registry.drop(oldest)
		}
	}
	return fresh, true
}

// longestUnused returns the member to go, which isn't the newest; nil where none can.
func (f *family) longestUnused(newest *circuit) *circuit {
	var oldest *circuit
	for c := range f.all {
		if c != newest && (oldest == nil || c.used.Load() < oldest.used.Load()) && c.canGo() {
			oldest = c
		}
	}
	return oldest
}

// canGo reports whether nothing is lost with c, as its family keeps its counts: it is closed, not
// by force, and no call is under way.
func (c *circuit) canGo() bool {
	return c.state() == Closed && !c.machine.Current().Forced &&
		c.holders.Load() == 0 && c.stats.InFlight() == 0 && !c.bulkhead.InUse()
}

// all ranges over the members.
func (f *family) all(yield func(*circuit) bool) {
	f.members.Range(func(_, member any) bool { return yield(member.(*circuit)) })
}

// forget removes a member. The caller holds the registry's lock.
func (f *family) forget(c *circuit) {
	if f.members.CompareAndDelete(c.key, c) {
		f.size--
		f.legacy.leave(c)
	}
}

// apply changes the policy of all members, and of those to come; or where one of
// them can't take it, of none. The caller holds the registry's applying.
func (f *family) apply(p Policy) error {
	before := f.applied.Load()
	merged := before.with(p, true)
	if err := f.bound.Load().checkApplied(merged, f.engine != nil); err != nil {
		return err
	}
	f.registry.mu.Lock()
	defer f.registry.mu.Unlock()
	changes := map[*circuit]*override{}
	for c := range f.all {
		changes[c] = merged // the same for all, so that their plan is made once
		if own := c.applied.Load(); own != before {
			changes[c] = own.with(p, true)
			if err := c.bound.Load().checkApplied(changes[c], c.engine != nil); err != nil {
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
