package runtime

import (
	"context"
	"time"

	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/runtime/internal/state"
	"github.com/breakergen/breakergen/runtime/internal/window"
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
	if c.stats.OverdueAt(p.now) {
		c.countOverdue(p.now, p)
	}
	current := c.machine.Current()
	if c.engine != nil && !p.plan.Breaker.Off && !current.Forced {
		return c.engine.run(p, r.next, f)
	}
	admission, rejection := c.machine.Admit(current, p.now, p.plan.breaker())
	if rejection != nil {
		return p.rejected(rejection)
	}
	return p.admitted(admission, r.next, f)
}

// admitted runs what was let through, and counts how it ended, whichever way.
func (p *pass) admitted(admission state.Ticket, next goresilience.Runner, f goresilience.Func) error {
	p.probe = admission.IsProbe()
	p.depart(admission)
	returned := false
	p.made = false
	defer func() {
		if !returned { // a panic or a Goexit
			p.now = p.circuit.registry.clock.Now()
			if p.failure = nil; p.panicked != nil {
				p.failure = p.panicked
			}
			p.verdict = verdict{how: window.Ignored} // a listener's, which says nothing of the dependency
			if p.made {
				p.verdict.how = window.Failed
			}
		}
		p.ended()
	}()
	if p.probe {
		p.circuit.registry.events.Deliver()
		p.moved(admission.Move)
	}
	err := next.Run(p, f)
	returned = true
	p.failure = err
	return err
}

// rejected counts a rejection.
func (p *pass) rejected(rejection error) error {
	c := p.circuit
	c.stats.Count(p.stripe, window.Rejected, p.now, c.machine.Current().Epoch)
	c.tellCall(p.caller, CallEvent{What: Rejected})
	p.verdict = verdict{how: window.Rejected}
	return rejection
}

// ended counts the end of what was let through, and tells the machine.
func (p *pass) ended() {
	c, policy, admission := p.circuit, p.plan.breaker(), &p.admission
	f := &window.Result{
		Now:    p.now,
		Epoch:  admission.Period().Epoch,
		How:    p.verdict.how,
		Took:   time.Duration(p.now - p.flight.Began),
		IsCall: p.isCall,
	}
	if p.verdict.impatient && f.Took < c.machine.MeanSuccess(f.Now) {
		f.How, p.verdict.how = window.Ignored, window.Ignored // an engine is told so too
	}
	f.Slow = policy.IsSlow(f)

	stripe := c.stats.Arrive(&p.flight, p.stripe)
	if !p.flight.Counted {
		stripe.Add(f, admission.Period().Recent())
	}
	stripe.Unlock()
	switch f.How {
	case window.TimedOut:
		c.tellCall(p.caller, CallEvent{What: TimedOut, Err: p.failure})
	case window.Ignored:
		c.tellCall(p.caller, CallEvent{What: WasIgnored, Err: p.failure})
	}
	if !p.flight.Counted {
		p.moved(c.conclude(admission, f, policy, p.failure))
	}
}
