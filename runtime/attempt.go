package runtime

import (
	"context"
	"time"

	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/runtime/internal/callctx"
)

// attemptRunner is the timeout's link: it makes one attempt, sets its deadline, and
// says how it went.
type attemptRunner struct{ next goresilience.Runner }

// Run satisfies goresilience.Runner.
func (r *attemptRunner) Run(ctx context.Context, f goresilience.Func) error {
	p := ctx.(*pass)
	p.made = true
	limit, limited := p.attemptTimeout()
	if !limited {
		return r.unlimited(p, f)
	}
	p.limit = limit
	deadline := p.in(limit)
	p.expect(min(deadline, p.callDeadline()))
	timeout, mark := callctx.New(p.Context, p.circuit.registry.clock, deadline, p.plan.livesOn)
	p.set(mark)
	if p.plan.Timeout.Detach {
		defer mark.End()
		return p.detached(timeout, r.next, f)
	}
	returned := false
	defer func() {
		mark.End()
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
	if p.isMarked() {
		marked, mark := callctx.Marked(p.Context)
		p.set(mark)
		defer mark.End()
		if ctx = marked; !p.plan.shared {
			return p.settle(nil, nil, r.next.Run(marked, f))
		}
	}
	inner, a := p.inner(ctx)
	return p.settle(a, nil, r.next.Run(inner, a.carry(f)))
}

// endAttempt ends an attempt's context, unless its results live on. For results without
// an error that are judged a failure, the retry decides that.
func (p *pass) endAttempt(timeout callctx.Ending, err error) {
	if err == nil && p.verdict.failure && p.plan.livesOn {
		p.verdict.results = timeout
		return
	}
	callctx.End(timeout, err == nil)
}

// decide ends the context of results that are judged a failure: another attempt or the
// fallback replaces them, and nobody would read or close them, unless they live on.
func (p *pass) decide(liveOn bool) {
	if p.verdict.results != nil {
		callctx.End(p.verdict.results, liveOn)
		p.verdict.results = nil
	}
}

// attemptTimeout returns the time that an attempt has; false where it has none.
func (p *pass) attemptTimeout() (time.Duration, bool) {
	if asked := p.within.Timeout(); asked > 0 {
		return asked, true
	}
	policy := &p.plan.Timeout
	return policy.Attempt, !policy.Off
}

// set makes a mark that of the attempt that p makes.
func (p *pass) set(mark *callctx.Mark) {
	retry := &p.plan.Retry
	mark.Set(p.circuit, p.within, !retry.Off && retry.Attempts > 1 && !p.probe)
}

// isMarked reports whether an attempt without a deadline needs a context of its own: where it holds
// what a call within would wait for, a probe's permit or a place in the bulkhead, and where
// something was asked for this call alone. All others pay nothing.
func (p *pass) isMarked() bool {
	return (p.probe || p.place != nil) && !p.nested || p.within.PerCall()
}
