package runtime

import "errors"

// checkApplied says what is impossible in the policy that applied would make.
func (b *bound) checkApplied(applied *override, engine bool) error {
	if applied == nil {
		return nil
	}
	if engine && applied.Breaker != (BreakerPolicy{}) {
		return errors.New("Policy.Breaker: an engine's breaker can't be changed while it works")
	}
	return errors.Join(applied.over(b.policy).check("Policy")...)
}

// apply changes the circuit's policy. The caller holds the registry's applying.
func (c *circuit) apply(p Policy) error {
	merged := c.applied.Load().with(p, true)
	if err := c.bound.Load().checkApplied(merged, c.engine != nil); err != nil {
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
	c.stats.Resize(now, statsWindow(p.Breaker))
	c.machine.Retune(now, p.breaker())
}
