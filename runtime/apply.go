package runtime

import (
	"errors"

	"github.com/breakergen/breakergen/runtime/internal/window"
)

// withApplied returns what is changed in all, where applied was before; nil is nothing.
func withApplied(applied *Policy, p Policy) *Policy {
	if applied != nil {
		p = overlay(*applied, p)
	}
	return &p
}

// checkApplied says what is impossible in the policy that applied would make.
func (b *bound) checkApplied(applied *Policy, engine bool) error {
	if engine && applied.Breaker != (BreakerPolicy{}) {
		return errors.New("Policy.Breaker: an engine's breaker can't be changed while it works")
	}
	return errors.Join(overlay(b.policy, *applied).check("Policy")...)
}

// apply changes the circuit's policy. The caller holds the registry's applying.
func (c *circuit) apply(p Policy) error {
	merged := withApplied(c.applied.Load(), p)
	if err := c.bound.Load().checkApplied(merged, c.engine != nil); err != nil {
		return err
	}
	c.put(merged)
	return nil
}

// put puts a changed policy in force. Calls under way end by the one they began with.
func (c *circuit) put(applied *Policy) {
	p, now := c.bound.Load().plan(applied), c.registry.clock.Now()
	c.bulkhead.SetLimit(p.Bulkhead.Limit) // before calls come that ask for it
	c.applied.Store(applied)
	c.stats.Resize(now, statsWindow(p.Breaker))
	c.machine.retune(now, &p.Breaker)
}

// retune begins a new period where the policy asks for one. It queues the event, and
// leaves the delivery to its caller.
func (m *machine) retune(now int64, p *BreakerPolicy) {
	m.mu.Lock()
	defer m.mu.Unlock()
	current := m.period.Load()
	if p.Off && !current.forced {
		m.change(current, now, current.off(), CauseReset)
		current = m.period.Load()
	}
	m.resize(current, now, p.WindowCalls)
}

// resize changes the window to one of the last so many calls, or with 0 to one of
// time, and keeps what it holds. The caller holds mu.
func (m *machine) resize(current *period, now int64, calls int) {
	current.outlook.Store(nil) // by the new policy, the next result may open it
	held := current.recent.Load()
	switch {
	case calls == 0:
		current.recent.Store(nil)
	case held == nil || held.Size() != calls:
		// What ends meanwhile waits, so that it comes in once, before this or after.
		m.circuit.stats.Whole(now, current.epoch, func(sum window.Sum) {
			if held == nil {
				current.recent.Store(window.NewRecent(calls).Filled(&sum))
			} else {
				current.recent.Store(held.Resized(calls))
			}
		})
	}
}
