package runtime

import (
	"context"
	"time"

	"github.com/slok/goresilience"
)

// breakerRunner is the breaker's link: it asks the circuit for admission, and counts
// how what was let through has ended.
type breakerRunner struct {
	next   goresilience.Runner
	isCall bool // it sees whole calls, and not their attempts
}

// Run satisfies goresilience.Runner.
func (r *breakerRunner) Run(ctx context.Context, f goresilience.Func) error {
	p := ctx.(*pass)
	c := p.circuit
	p.isCall = r.isCall
	if p.nested { // what it is part of was let in, and is counted
		p.probe, p.made = false, false
		return r.next.Run(p, f)
	}
	if c.stats.overdueAt(p.now) {
		c.countOverdue(p.now, p)
	}
	current := c.machine.period.Load()
	if c.engine != nil && !p.plan.Breaker.Off && !current.forced {
		return c.engine.run(p, r.next, f)
	}
	admission, rejection := c.machine.admit(current, p.now, &p.plan.Breaker)
	if rejection != nil {
		return p.rejected(rejection)
	}
	return p.admitted(admission, r.next, f)
}

// admitted runs what was let through, and counts how it ended, whichever way.
func (p *pass) admitted(admission ticket, next goresilience.Runner, f goresilience.Func) error {
	p.probe = admission.probe != nil
	p.depart(admission)
	returned := false
	p.made = false
	defer func() {
		if !returned { // a panic or a Goexit
			p.now = p.circuit.registry.clock.now()
			p.failure = nil
			p.verdict = verdict{how: ignored} // a listener's, which says nothing of the dependency
			if p.made {
				p.verdict.how = failed
			}
		}
		p.ended()
	}()
	if p.probe {
		p.circuit.registry.events.deliver()
		p.moved(admission.move)
	}
	err := next.Run(p, f)
	returned = true
	p.failure = err
	return err
}

// rejected counts a rejection.
func (p *pass) rejected(rejection *OpenError) error {
	c := p.circuit
	c.stats.count(p.stripe, rejected, p.now, c.machine.period.Load().epoch)
	c.tellCall(p.caller, CallEvent{What: Rejected})
	p.verdict = verdict{how: rejected}
	return rejection
}

// ended counts the end of what was let through, and tells the machine.
func (p *pass) ended() {
	c, policy, admission := p.circuit, &p.plan.Breaker, p.admission
	f := &finish{
		now:    p.now,
		epoch:  admission.period.epoch,
		how:    p.verdict.how,
		took:   time.Duration(p.now - p.began),
		isCall: p.isCall,
	}
	if p.verdict.impatient && f.took < c.meanSuccess(f.now) {
		f.how, p.verdict.how = ignored, ignored // an engine is told so too
	}
	f.slow = policy.Slow > 0 && f.took >= policy.Slow && f.how.judged()

	stripe := p.arrive()
	if !p.counted {
		stripe.finish(f, admission.period)
	}
	stripe.mu.Unlock()
	switch f.how {
	case timedOut:
		c.tellCall(p.caller, CallEvent{What: TimedOut, Err: p.failure})
	case ignored:
		c.tellCall(p.caller, CallEvent{What: WasIgnored, Err: p.failure})
	}
	if !p.counted {
		p.moved(c.conclude(admission, f, policy, p.failure))
	}
}
