package runtime

import (
	"cmp"
	"context"
	"errors"
	"os"
	"reflect"
	"time"
)

// verdict says how an attempt has ended.
type verdict struct {
	how     counter
	failure bool // another attempt may be made
	// impatient says that the caller's own deadline ended the call, which is nobody's
	// fault where that was shorter than what the dependency usually takes.
	impatient bool
	// cutOff says that the call itself didn't say how it ended, because the caller's
	// end came first: the error of the attempt before goes along.
	cutOff bool
	// results is the context of results without an error that are judged a failure.
	results endingContext
}

// settle says who is at fault for what an attempt has returned, and returns the
// error for the caller. timeout is the attempt's context, nil where it has none.
func (p *pass) settle(a *attempt, timeout endingContext, err error) error {
	p.now = p.circuit.registry.clock.now()
	p.meet(a)
	if a != nil {
		p.call.settled(a)
	}
	late := timeout != nil && timeout.expired(p.now)
	totalLate := p.total != nil && p.total.expired(p.now)
	caller := p.caller.Err()
	if err == nil && !late && !totalLate && caller == nil && !p.plan.judgesResult {
		p.verdict = verdict{how: succeeded}
		return nil
	}
	p.expect(noDeadline) // it has returned, however long it is judged
	if caller == nil && !late && !totalLate && saysTimeout(err) {
		if endsSoon(p.caller) {
			caller = context.DeadlineExceeded
		} else {
			late = timeout != nil && endsSoon(timeout)
		}
	}
	if living, ok := timeout.(*livingContext); ok && err == nil && !late {
		living.hold() // or it would run on while that is judged
	}
	cancelled := caller != nil && !isDeadline(caller)
	switch {
	case err == errStopped:
		p.verdict = verdict{how: ignored}
	case cancelled && err != nil:
		p.verdict = verdict{how: ignored}
	case late || totalLate:
		return p.timedOut(a, err, !late)
	case cancelled: // and so nobody is asked
		p.verdict = verdict{how: succeeded}
	case caller != nil:
		p.verdict = p.judgeTimeout(a, cmp.Or(err, caller))
		p.verdict.impatient = p.verdict.how == timedOut
	default:
		p.verdict = p.judge(a, err)
	}
	return err
}

// timedOut settles an attempt that returned after its deadline, or the total's.
// Results without an error go to the caller all the same: nothing is lost.
func (p *pass) timedOut(a *attempt, err error, total bool) error {
	timeout := p.timeoutError(err, total)
	p.verdict = p.judgeTimeout(a, timeout)
	if err == nil {
		p.verdict.failure = false
		return nil
	}
	return timeout
}

func (p *pass) timeoutError(err error, total bool) *TimeoutError {
	after := p.limit
	if total {
		after = p.plan.Timeout.Total
	}
	return &TimeoutError{Circuit: p.circuit.name, After: after, Total: total, Err: err}
}

// judge asks the user's classification.
func (p *pass) judge(a *attempt, err error) verdict {
	switch p.call.judge(p.plan, a, err) {
	case Success:
		return verdict{how: succeeded}
	case Ignored:
		return verdict{how: ignored}
	default:
		return verdict{how: failed, failure: true}
	}
}

// judgeTimeout asks it of what is a timeout unless they say otherwise.
func (p *pass) judgeTimeout(a *attempt, err error) verdict {
	v := p.judge(a, err)
	if v.how == failed {
		v.how = timedOut
	}
	return v
}

// gaveUp settles a backoff that the context ended, after an attempt that failed with last.
func (p *pass) gaveUp(last error) error {
	if p.totalIsOver() {
		err := p.timeoutError(last, true)
		p.verdict = p.judgeTimeout(nil, err)
		return err
	}
	p.verdict = verdict{how: ignored, cutOff: true}
	return errors.Join(endOf(p.caller), last)
}

// waitedInVain settles a wait for a place in the bulkhead that the context ended: that
// says nothing of the dependency.
func (p *pass) waitedInVain() error {
	p.verdict = verdict{how: ignored, cutOff: true}
	if p.totalIsOver() {
		p.verdict.how = full
		return p.timeoutError(nil, true)
	}
	return endOf(p.caller)
}

// endOf returns the error with which a context has ended, and its cause where that is
// another.
func endOf(ctx context.Context) error { return withCause(ctx, ctx.Err()) }

// withCause adds the cause of ctx's end to err, unless that has it.
func withCause(ctx context.Context, err error) error {
	cause := context.Cause(ctx)
	if cause == nil || comesFrom(err, cause) {
		return err
	}
	return errors.Join(err, cause)
}

func (p *pass) totalIsOver() bool {
	return p.total != nil && p.total.expired(p.now) && p.caller.Err() == nil
}

// soon is how much earlier than a context a connection may end that was given the
// context's deadline as its own.
const soon = time.Millisecond

// endsSoon reports whether a context's deadline is reached, or about to be: drivers give
// their connections the context's deadline, and those end some microseconds before its
// timer has run.
func endsSoon(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Until(deadline) <= soon
}

// saysTimeout reports whether err says that a time was over.
func saysTimeout(err error) bool {
	if err == nil {
		return false // to look into it would allocate
	}
	var timeout interface{ Timeout() bool }
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

// isDeadline tells a context's deadline from its cancellation.
func isDeadline(err error) bool { return errors.Is(err, context.DeadlineExceeded) }

// comesFrom reports whether err is cause, or wraps it. An error that can't be compared
// is found in none.
func comesFrom(err, cause error) bool {
	return reflect.ValueOf(cause).Comparable() && errors.Is(err, cause)
}
