package runtime

import (
	"context"
	"fmt"
	goruntime "runtime"
	"runtime/debug"

	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/runtime/internal/fault"
	"github.com/breakergen/breakergen/runtime/internal/places"
	"github.com/breakergen/breakergen/runtime/internal/window"
)

// detached makes an attempt in a goroutine of its own, and leaves that alone at the
// deadline, or at the caller's end. The attempt then keeps its place in the bulkhead
// until it has ended; what it returns is dropped.
func (p *pass) detached(
	timeout endingContext, next goresilience.Runner, f goresilience.Func,
) error {
	inner, a := p.inner(timeout)
	run := &detachedRun{circuit: p.circuit, caller: p.caller, done: make(chan struct{}), place: p.place}
	p.place = nil
	f = a.carry(f)
	go run.run(func() error { return next.Run(inner, f) })

	select {
	case <-run.done:
	case <-timeout.Done():
		if !run.over() {
			return p.leave(a, timeout)
		}
	}
	if run.panicked != nil || run.exited {
		p.panicked = run.panicked
		timeout.Cancel()
		run.raise()
	}
	err := p.settle(a, timeout, run.err)
	p.endAttempt(timeout, err)
	if caller := p.caller.Err(); caller != nil && fault.ComesFrom(err, caller) {
		// It heeded the end that would have left it alone a moment later: no matter which of
		// the two was seen first, the caller hears the same.
		return fault.WithCause(p.caller, err)
	}
	return err
}

// leave settles an attempt that is left alone.
func (p *pass) leave(a *attempt, timeout endingContext) (err error) {
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

// detachedRun is the attempt's goroutine, and what it hands to the caller.
type detachedRun struct {
	place *places.Places // to be released at the end; nil for none
	done  chan struct{}  // closed once the rest is set

	err      error
	panicked *PanicError
	exited   bool // by runtime.Goexit

	circuit *circuit
	caller  context.Context
}

// run makes the attempt. A panic ends here, as it would end the process where the
// caller has left, and could be recovered by nobody.
func (r *detachedRun) run(call func() error) {
	returned := false
	defer func() {
		if !returned {
			if value := recover(); value != nil {
				r.panicked = &PanicError{Circuit: r.circuit.name, Value: value, Stack: debug.Stack()}
			}
			r.exited = r.panicked == nil
		}
		if r.place != nil {
			r.place.Release()
		}
		close(r.done)
		if r.panicked != nil {
			r.circuit.hasPanicked(r.caller, r.panicked)
		}
	}()
	r.err = call()
	returned = true
}

func (r *detachedRun) over() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

// raise ends the caller's goroutine as the attempt's own ended: by a panic with the
// same value, or by runtime.Goexit.
//
// A panic that crosses goroutines loses its stack. So a first panic carries that as
// text, and while it unwinds, a second one carries the value: recover returns the
// value, and a crash prints both.
func (r *detachedRun) raise() {
	if r.exited {
		goruntime.Goexit()
	}
	defer panic(r.panicked.Value)
	panic(detachedStack(fmt.Sprintf("in a detached call:\n%s", r.panicked.Stack)))
}

// hasPanicked notes a panic where it can be read: the caller may have left, and where he
// hasn't, his own stack doesn't show where it was.
func (c *circuit) hasPanicked(caller context.Context, p *PanicError) {
	defer func() { _ = recover() }() // a listener's, which would end the process here
	c.last.Store(&lastFailure{p, c.registry.clock.Now()})
	c.tellCall(caller, CallEvent{What: Panicked, Err: p})
}

// detachedStack is a panic value that prints as its text.
type detachedStack string

// Error returns the text.
func (s detachedStack) Error() string { return string(s) }
