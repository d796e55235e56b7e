package runtime

import (
	"context"

	"github.com/slok/goresilience"
)

// attemptRunner is the timeout's link: it makes one attempt, sets its deadline, and
// says how it went.
type attemptRunner struct{ next goresilience.Runner }

// Run satisfies goresilience.Runner.
func (r *attemptRunner) Run(ctx context.Context, f goresilience.Func) error {
	p := ctx.(*pass)
	p.made = true
	policy := &p.plan.Timeout
	limit, limited := p.within.timeoutFor(policy)
	if !limited {
		return r.unlimited(p, f)
	}
	p.limit = limit
	deadline := p.in(limit)
	p.expect(min(deadline, p.callDeadline()))
	timeout, mark := p.plan.newContext(p.Context, p.circuit.registry.clock, deadline)
	mark.set(p)
	if policy.Detach {
		defer mark.over.Store(true)
		return p.detached(timeout, r.next, f)
	}
	returned := false
	defer func() {
		mark.over.Store(true)
		if !returned { // a panic or a Goexit
			timeout.Cancel()
		}
	}()
	inner, a := p.inner(timeout)
	err := p.settle(a, timeout, r.next.Run(inner, a.carry(f)))
	returned = true
	p.endAttempt(timeout, err)
	return err
}

// unlimited makes an attempt without a deadline.
func (r *attemptRunner) unlimited(p *pass, f goresilience.Func) error {
	var ctx context.Context = p
	if marked := p.marked(); marked != nil {
		defer marked.mark.over.Store(true)
		if ctx = marked; !p.plan.shared {
			return p.settle(nil, nil, r.next.Run(marked, f))
		}
	}
	inner, a := p.inner(ctx)
	return p.settle(a, nil, r.next.Run(inner, a.carry(f)))
}

// endAttempt ends an attempt's context, unless its results live on. For results without
// an error that are judged a failure, the retry decides that.
func (p *pass) endAttempt(timeout endingContext, err error) {
	if err == nil && p.verdict.failure && p.plan.livesOn {
		p.verdict.results = timeout
		return
	}
	end(timeout, err == nil)
}

// decide ends the context of results that are judged a failure: another attempt or the
// fallback replaces them, and nobody would read or close them, unless they live on.
func (p *pass) decide(liveOn bool) {
	if p.verdict.results != nil {
		end(p.verdict.results, liveOn)
		p.verdict.results = nil
	}
}
