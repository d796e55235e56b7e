package runtime

import (
	"cmp"
	"errors"

	"github.com/breakergen/breakergen/runtime/internal/callctx"
	"github.com/breakergen/breakergen/runtime/internal/clock"
	"github.com/breakergen/breakergen/runtime/internal/fault"
	"github.com/breakergen/breakergen/runtime/internal/runs"
	"github.com/breakergen/breakergen/runtime/internal/window"
)

// verdict says how an attempt has ended.
type verdict struct {
	how     window.Counter
	failure bool // another attempt may be made
	// of is the attempt that failed; nil where links of the user's don't see it.
	of *attempt
	// impatient says that the caller's own deadline ended the call, which is nobody's
	// fault where that was shorter than what the dependency usually takes.
	impatient bool
	// cutOff says that the call itself didn't say how it ended, because the caller's
	// end came first: the error of the attempt before goes along.
	cutOff bool
	// results is the context of results without an error that are judged a failure.
	results callctx.Ending
}

// settle says who is at fault for what an attempt has returned, and returns the
// error for the caller. timeout is the attempt's context, nil where it has none.
func (p *pass) settle(a *attempt, timeout callctx.Ending, err error) error {
	p.now = p.circuit.registry.clock.Now()
	p.meet(a)
	if a != nil && !p.call.settled(a) && err == nil {
		err = errNoEnd(p.circuit)
	}
	late := timeout != nil && timeout.Expired(p.now)
	totalLate := p.total != nil && p.total.Expired(p.now)
	if err == nil {
		callctx.Hold(p.total) // or it would run on while that is judged, and while listeners hear of it
	}
	caller := p.caller.Err()
	if err == nil && !late && !totalLate && caller == nil && !p.plan.judgesResult {
		p.verdict = verdict{how: window.Succeeded}
		return nil
	}
	p.expect(clock.Never) // it has returned, however long it is judged
	return p.rule(a, timeout, fault.End{Err: err, Caller: caller, Late: late, TotalLate: totalLate})
}

// rule settles what isn't simply a success. It is apart, as the way of a success is 8 ns shorter
// without it.
func (p *pass) rule(a *attempt, timeout callctx.Ending, end fault.End) error {
	err := end.Err
	end.Attribute(p.caller, timeout)
	if err == nil {
		callctx.Hold(timeout) // or it would run on while that is judged
	}
	if err == errStopped || errors.Is(err, runs.ErrOver) { // which nobody is at fault for
		p.verdict = verdict{how: window.Ignored}
		return err
	}
	switch ruling := end.Rule(); ruling {
	case fault.Neutral:
		p.verdict = verdict{how: window.Ignored}
	case fault.AttemptLate, fault.TotalLate:
		return p.timedOut(a, err, ruling == fault.TotalLate)
	case fault.Answered:
		p.verdict = verdict{how: window.Succeeded}
	case fault.CallerLate:
		p.verdict = p.judgeCallerLate(a, cmp.Or(err, end.Caller))
	default:
		p.verdict = p.judge(a, err)
	}
	return err
}

// timedOut settles an attempt that returned after its deadline, or the total's.
// Results without an error go to the caller all the same: nothing is lost. So does an error that is
// judged to be an answer, or nobody's fault: callers look for that, and not for a timeout.
func (p *pass) timedOut(a *attempt, err error, total bool) error {
	timeout := p.timeoutError(err, total)
	p.verdict = p.judgeTimeout(a, timeout)
	if err == nil {
		p.verdict.failure = false
		return nil
	}
	if p.verdict.how != window.TimedOut {
		return err
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
		return verdict{how: window.Succeeded}
	case Ignored:
		return verdict{how: window.Ignored}
	default:
		return verdict{how: window.Failed, failure: true, of: a}
	}
}

// judgeTimeout asks it of what is a timeout unless they say otherwise.
func (p *pass) judgeTimeout(a *attempt, err error) verdict {
	v := p.judge(a, err)
	if v.how == window.Failed {
		v.how = window.TimedOut
	}
	return v
}

// judgeCallerLate asks it of what the caller's own deadline has ended.
func (p *pass) judgeCallerLate(a *attempt, err error) verdict {
	v := p.judgeTimeout(a, err)
	v.impatient = v.how == window.TimedOut
	return v
}

// gaveUp settles a backoff that the context ended, after an attempt that failed with last. Results
// without an error are nobody's then: their caller gets one.
func (p *pass) gaveUp(last error) error {
	if last == nil {
		p.call.drop(p.verdict.of) // whose context has ended with this one
	}
	if p.totalIsOver() {
		err := p.timeoutError(last, true)
		p.verdict = p.judgeTimeout(nil, err)
		return err
	}
	p.verdict = verdict{how: window.Ignored}
	return p.call.ended(errors.Join(fault.EndOf(p.caller), last))
}

// waitedInVain settles a wait for a place in the bulkhead that the context ended: that
// says nothing of the dependency.
func (p *pass) waitedInVain() error {
	p.verdict = verdict{how: window.Ignored, cutOff: true}
	if p.totalIsOver() {
		p.verdict.how = window.Full
		return p.timeoutError(nil, true)
	}
	return p.call.ended(fault.EndOf(p.caller))
}

// totalIsOver reports whether what has ended p's context is the call's own time, and not its caller.
func (p *pass) totalIsOver() bool { return p.caller.Err() == nil }
