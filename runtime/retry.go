package runtime

import (
	"context"
	"errors"
	"time"

	"github.com/slok/goresilience"
	goerrors "github.com/slok/goresilience/errors"

	"github.com/breakergen/breakergen/runtime/internal/backoff"
	"github.com/breakergen/breakergen/runtime/internal/callctx"
	"github.com/breakergen/breakergen/runtime/internal/window"
)

// retryRunner is the retry's link: it makes failed attempts again.
type retryRunner struct {
	next       goresilience.Runner
	countsCall bool // the breaker is inside, and counts attempts
}

// Run satisfies goresilience.Runner.
func (r *retryRunner) Run(ctx context.Context, f goresilience.Func) error {
	p := ctx.(*pass)
	p.attempt = 1
	if p.countsAttempts = r.countsCall; r.countsCall && !p.nested {
		p.circuit.stats.CountCall(p.stripe, p.now)
	}
	err := r.next.Run(ctx, f)
	if p.verdict.failure {
		err = p.retry(r.next, f, err)
	}
	return err
}

// retry makes more attempts after one that failed with first, and decides what becomes of the
// results' context, also where something of the user's panics meanwhile.
func (p *pass) retry(next goresilience.Runner, f goresilience.Func, first error) (err error) {
	liveOn := false
	defer func() { p.verdict.decide(liveOn) }()
	err = p.tryAgain(next, f, first)
	if p.attempt > 1 && p.verdict.how == window.Succeeded {
		p.count(window.RetriesHelped)
	}
	liveOn = !p.plan.fallsBack || !p.call.repeatable() // where there is an error, nothing is left to decide on
	return err
}

// tryAgain makes more attempts after one that failed with err.
func (p *pass) tryAgain(next goresilience.Runner, f goresilience.Func, err error) error {
	for p.verdict.failure && p.mayRetry(err) {
		wait, ok := p.wait(err)
		if !ok || !p.worthWaiting(err, wait) {
			break
		}
		callctx.Resume(p.total) // results that were a failure may have held it
		slept := p.circuit.registry.sleep(p.Context, wait)
		p.now = p.circuit.registry.clock.Now()
		if !slept {
			return p.gaveUp(err)
		}
		if !p.circuitAllows() {
			break
		}
		p.call.drop(p.verdict.of)
		p.verdict.decide(false)
		if renewal := p.call.renew(); renewal != nil {
			return errors.Join(err, renewal)
		}
		p.attempt++
		p.count(window.Retries)
		p.circuit.tellCall(p.caller, CallEvent{What: Retried, Attempt: p.attempt, Err: err, Wait: wait})
		last, verdict := err, p.verdict
		if err = next.Run(p, f); p.notMade() {
			if p.verdict.how == window.Full { // the attempt before is what there is to judge
				p.verdict = verdict
			}
			return errors.Join(err, last)
		}
	}
	return err
}

// count counts what the retry has done.
func (p *pass) count(what window.Counter) {
	p.circuit.stats.Count(p.stripe, what, p.now, p.circuit.machine.Current().Epoch)
}

// notMade reports whether the attempt has no end of its own to tell of.
func (p *pass) notMade() bool {
	return p.verdict.how == window.Rejected || p.verdict.how == window.Full || p.verdict.cutOff
}

// mayRetry reports whether a failed attempt may be made again at all.
func (p *pass) mayRetry(err error) bool {
	policy := &p.plan.Retry
	return !policy.Off && !p.probe && p.attempt < policy.Attempts &&
		p.circuitAllows() && !p.retriedAround() &&
		!turnedAway(err) && p.Err() == nil && p.call.repeatable() && p.call.worthRetry(p.plan, p.verdict.of, err)
}

// retriedAround reports whether the call is to make one attempt, as that is what was asked for, or as
// an attempt around is retried itself: retries would multiply. What the method's own directive
// asks for is made all the same.
func (p *pass) retriedAround() bool {
	return p.within.NoRetry() || !p.plan.asksForRetry && p.within.Retried()
}

// turnedAway reports whether a circuit inside of this one was open or full: to ask it
// again at once is what it is there to prevent.
func turnedAway(err error) bool {
	return errors.Is(err, goerrors.ErrCircuitOpen) ||
		errors.Is(err, goerrors.ErrTimeoutWaitingForExecution)
}

// circuitAllows reports whether the circuit is still closed. One that is off can be
// forced open.
func (p *pass) circuitAllows() bool {
	off := p.plan.Breaker.Off && !p.circuit.machine.Current().Forced
	return off || p.circuit.state() == Closed
}

// wait returns the wait before the next attempt; false where the error asks for too long a one. In
// a test none is drawn, so that the same calls are retried each time.
func (p *pass) wait(err error) (wait time.Duration, ok bool) {
	policy, least := &p.plan.Retry, p.call.leastWait(p.verdict.of, err)
	wait, ok = backoff.Wait(policy.Backoff, policy.MaxBackoff, p.attempt-1, least)
	if p.circuit.registry.tested {
		wait = least
	}
	return wait, ok
}

// worthWaiting reports whether the call's time outlasts the wait, and takes the
// retry from the budget.
func (p *pass) worthWaiting(err error, wait time.Duration) bool {
	if err == nil {
		p.now = p.circuit.registry.clock.Now() // or results would be lost that took long to judge
	}
	if p.total != nil && p.now+int64(wait) >= p.endsAt {
		return false
	}
	if deadline, ok := p.Deadline(); ok && time.Until(deadline) <= wait {
		return false
	}
	if !p.circuit.mayRetry(p.now, p.countsAttempts) {
		p.count(window.BudgetExhausted)
		return false
	}
	return true
}

// sleep waits, and reports whether ctx lasted as long.
func (r *registry) sleep(ctx context.Context, d time.Duration) bool {
	if r.tested {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
