package runtime

import (
	"fmt"
	"sync/atomic"

	"github.com/breakergen/breakergen/runtime/internal/state"
)

// plan is the policy in force for a method's calls, complete and immutable. A call
// reads it once, at its start.
type plan struct {
	Policy
	judgesResult bool // the directive's func(R, error) judges, and not Classify
	livesOn      bool // see Spec.LivesOn
	fallsBack    bool // a fallback answers what has failed
	asksForRetry bool // the method's own directive does, also within another one's attempt
	sequence     bool // the call is a loop of the caller's
	// shared says that a call's state may be seen by more than one goroutine: links
	// of the user's may do as they like, and so does a detached call.
	shared bool
}

// breaker returns the breaker's part, as the state machine knows it.
func (p *plan) breaker() *state.Policy { return (*state.Policy)(&p.Breaker) }

// rules are what a method's signature and its wrapper decide, over any policy.
type rules struct {
	notRepeated  bool // a parameter can be used once: no retry
	noContext    bool // the call can't be told to end
	livesOn      bool
	fallsBack    bool // there is a fallback
	judgesResult bool // a directive gave a func(R, error)
	asksForRetry bool
	sequence     bool // the call is a loop of the caller's: never detached
	foreign      bool // there are links or a breaker that aren't the runtime's own
	bare         bool // a call without a wrapper: breaker and bulkhead only
}

func (r rules) plan(p Policy) *plan {
	p = p.withDefaults()
	p.Retry.Off = p.Retry.Off || r.notRepeated
	p.Timeout.Off = p.Timeout.Off || r.bare
	p.Timeout.Detach = (p.Timeout.Detach || r.noContext) && !r.sequence
	p.Timeout.Off = p.Timeout.Off || r.sequence && r.noContext
	if r.bare {
		p.Classify = nil
	}
	return &plan{
		Policy:       p,
		judgesResult: r.judgesResult && p.Classify == nil,
		livesOn:      r.livesOn,
		fallsBack:    r.fallsBack,
		asksForRetry: r.asksForRetry,
		sequence:     r.sequence,
		shared:       r.foreign || p.Timeout.Detach && !(p.Timeout.Off && r.noContext), // WithTimeout may ask for it
	}
}

// bound is a method's policy before defaults and live changes, and the plans made of it.
type bound struct {
	policy  Policy // the directive's values under the configuration's
	rules   rules
	asked   *plan
	current atomic.Pointer[changedPlan] // one of changes
	changes plans
	judge   func(*plan, error) Outcome // an error without results; nil but in a test: see testhook.go
}

// changedPlan is the plan with what Registry.Apply has changed.
type changedPlan struct {
	applied *override
	plan    *plan
}

func newBound(p Policy, r rules) *bound {
	return &bound{policy: p, rules: r, asked: r.plan(p)}
}

// plan returns the policy in force where Apply has changed what applied says; nil
// is nothing.
func (b *bound) plan(applied *override) *plan {
	if applied == nil {
		return b.asked
	}
	return b.changed(applied)
}

// changed looks where most find theirs, as all calls of a method that Apply has changed do, and then where
// circuits by key have one each.
func (b *bound) changed(applied *override) *plan {
	if current := b.current.Load(); current != nil && current.applied == applied {
		return current.plan
	}
	if made := b.changes.get(applied); made != nil {
		return made
	}
	changed := b.changes.keep(applied, b.rules.plan(applied.over(b.policy)))
	b.current.Store(&changedPlan{applied, changed})
	return changed
}

// checkApplied says what is impossible in the policy that applied would make, in the words in which
// that was said.
func (b *bound) checkApplied(applied *override, engine bool, in words) error {
	if applied == nil {
		return nil
	}
	if engine && applied.Breaker != (BreakerPolicy{}) {
		return fmt.Errorf("%s: an engine's breaker can't be changed while it works", in.breaker)
	}
	return in.check(applied.over(b.policy))
}

// apply changes the circuit's policy. The caller holds the registry's applying.
func (c *circuit) apply(p Policy) error {
	merged := c.applied.Load().with(p, true)
	merged.alone = true
	if err := c.bound.Load().checkApplied(merged, c.engine != nil, inGo); err != nil {
		return err
	}
	c.put(merged)
	return nil
}

// put puts a changed policy in force. Calls under way end by the one they began with.
func (c *circuit) put(applied *override) {
	p, now := c.bound.Load().plan(applied), c.registry.clock.Now()
	c.bulkhead.SetLimit(p.Bulkhead.Limit) // before calls come that ask for it
	c.applied.Store(applied)
	c.machine.Retune(now, p.breaker()) // a window of calls takes what that of time holds: before it is another
	c.stats.Resize(now, statsWindow(p.Breaker))
}
