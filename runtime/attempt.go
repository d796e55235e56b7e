package runtime

import (
	"context"
	"time"

	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/runtime/internal/callctx"
	"github.com/breakergen/breakergen/runtime/internal/detached"
	"github.com/breakergen/breakergen/runtime/internal/fault"
	"github.com/breakergen/breakergen/runtime/internal/window"
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
	p.expect(p.overdueAt(limit, p.attempt))
	timeout, mark := callctx.New(p.Context, p.circuit.registry.clock, deadline, p.plan.livesOn)
	p.set(mark)
	returned := false
	defer func() {
		mark.End()
		if !returned { // a panic or a Goexit
			timeout.Cancel()
		}
	}()
	var err error
	if p.plan.Timeout.Detach {
		err = p.detached(timeout, r.next, f)
	} else {
		inner, a := p.inner(timeout)
		err = p.settle(a, timeout, r.next.Run(inner, a.carry(f)))
		p.endAttempt(timeout, err)
	}
	returned = true
	return err
}

// unlimited makes an attempt without a deadline.
func (r *attemptRunner) unlimited(p *pass, f goresilience.Func) error {
	var ctx context.Context = p
	if p.isMarked() {
		marked, mark := callctx.Marked(p.Context)
		p.set(mark)
		defer mark.End()
		ctx = marked
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
func (v *verdict) decide(liveOn bool) {
	if v.results != nil {
		callctx.End(v.results, liveOn)
		v.results = nil
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
	mark.Set(&p.circuit.id, p.within, !retry.Off && retry.Attempts > 1 && !p.probe)
}

// isMarked reports whether an attempt without a deadline needs a context of its own: where it holds
// what a call within would wait for, a probe's permit or a place in the bulkhead, and where
// something was asked for this call alone. All others pay nothing.
func (p *pass) isMarked() bool {
	return p.probe || p.place != nil || p.within.PerCall()
}

// detached makes an attempt in a goroutine of its own, and leaves that alone at the
// deadline, or at the caller's end. The attempt then keeps its place in the bulkhead
// until it has ended; what it returns is dropped.
func (p *pass) detached(
	timeout callctx.Ending, next goresilience.Runner, f goresilience.Func,
) error {
	inner, a := p.inner(timeout)
	circuit, caller, place := p.circuit, p.caller, p.place
	p.place = nil
	f = a.carry(f)
	run := detached.Start(
		func() error { return next.Run(inner, f) },
		func(*detached.Run) {
			if place != nil {
				place.Release()
			}
		},
		func(run *detached.Run) { circuit.hasPanicked(caller, circuit.panicError(run)) },
	)

	select {
	case <-run.Done():
	case <-timeout.Done():
		if !run.Over() {
			return p.leave(a, timeout)
		}
	}
	if !run.Returned() {
		if run.Value != nil {
			p.panicked = circuit.panicError(run)
		}
		run.Raise()
	}
	err := p.settle(a, timeout, run.Err)
	p.endAttempt(timeout, err)
	if caller := p.caller.Err(); caller != nil && fault.ComesFrom(err, caller) {
		// It heeded the end that would have left it alone a moment later: no matter which of
		// the two was seen first, the caller hears the same.
		return p.call.ended(fault.WithCause(p.caller, err))
	}
	return err
}

// leave settles an attempt that is left alone.
func (p *pass) leave(a *attempt, timeout callctx.Ending) (err error) {
	p.now = p.circuit.registry.clock.Now()
	p.meet(a)
	defer func() { p.call.abandon(a, err) }()
	caller := p.caller.Err()
	switch ruling := fault.Left(timeout.Expired(p.now), caller); ruling {
	case fault.AttemptLate, fault.TotalLate:
		err := p.timeoutError(nil, ruling == fault.TotalLate)
		p.verdict = p.judgeTimeout(nil, err)
		return err
	case fault.CallerLate:
		p.verdict = p.judgeCallerLate(nil, caller)
	default:
		p.verdict = verdict{how: window.Ignored}
	}
	p.verdict.cutOff = true
	return p.call.ended(fault.EndOf(p.caller))
}

// hasPanicked notes a panic where it can be read: the caller may have left, and where he
// hasn't, his own stack doesn't show where it was.
func (c *circuit) hasPanicked(caller context.Context, p *PanicError) {
	defer func() { _ = recover() }() // a listener's, which would end the process here
	c.last.Store(&lastFailure{p, c.registry.clock.Now()})
	c.tellCall(caller, CallEvent{What: Panicked, Err: p})
}

func (c *circuit) panicError(run *detached.Run) *PanicError {
	return &PanicError{Circuit: c.name, Value: run.Value, Stack: run.Stack}
}
