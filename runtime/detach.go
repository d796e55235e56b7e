package runtime

import (
	"context"

	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/runtime/internal/callctx"
	"github.com/breakergen/breakergen/runtime/internal/detached"
	"github.com/breakergen/breakergen/runtime/internal/fault"
	"github.com/breakergen/breakergen/runtime/internal/window"
)

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
		timeout.Cancel()
		run.Raise()
	}
	err := p.settle(a, timeout, run.Err)
	p.endAttempt(timeout, err)
	if caller := p.caller.Err(); caller != nil && fault.ComesFrom(err, caller) {
		// It heeded the end that would have left it alone a moment later: no matter which of
		// the two was seen first, the caller hears the same.
		return fault.WithCause(p.caller, err)
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
	return fault.EndOf(p.caller)
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
