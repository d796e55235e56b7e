// Package fault says who is at fault for how a call has ended, as far as that can be told
// without its user: whose deadline it was, and whether anybody is to be asked.
//
// It knows errors and contexts, and neither circuits, nor policies, nor what is counted. It decides
// by what it is given, so that the same end always has the same ruling.
package fault

import "context"

// End is how a call that was made has returned.
type End struct {
	Err    error // what it returned
	Caller error // with which the caller's context has ended; nil while that lives
	// Late says that the attempt's deadline has passed, TotalLate the whole call's.
	Late, TotalLate bool
}

// Ruling says whose fault an end is, or who is to be asked.
type Ruling uint8

const (
	// Asked is for the user's classification, of the error or the results.
	Asked Ruling = iota
	// Answered is a success, about which nobody is asked.
	Answered
	// Neutral says nothing of the dependency: the caller has cancelled.
	Neutral
	// AttemptLate and TotalLate are timeouts, unless the classification says otherwise.
	AttemptLate
	TotalLate
	// CallerLate is that too, but nobody's fault where the caller's own deadline was shorter
	// than what the dependency usually takes.
	CallerLate
)

// Attribute looks at an error that says itself that a time was over, where no deadline has
// passed: it is the caller's or else the attempt's, if one of those is about to. attempt is nil
// where that has no context of its own.
func (e *End) Attribute(caller, attempt context.Context) {
	switch {
	case e.Caller != nil || e.Late || e.TotalLate || !saysTimeout(e.Err):
	case endsSoon(caller):
		e.Caller = context.DeadlineExceeded
	default:
		e.Late = attempt != nil && endsSoon(attempt)
	}
}

// Rule returns the ruling.
func (e *End) Rule() Ruling {
	cancelled := e.Caller != nil && !isDeadline(e.Caller)
	switch {
	case cancelled && e.Err != nil:
		return Neutral
	case e.Late:
		return AttemptLate
	case e.TotalLate:
		return TotalLate
	case cancelled:
		return Answered
	case e.Caller != nil:
		return CallerLate
	default:
		return Asked
	}
}

// Left is the ruling on an attempt that is left alone, at its deadline or at its caller's end.
// expired says that its own deadline has passed; caller is as in End.
func Left(expired bool, caller error) Ruling {
	switch {
	case expired:
		return AttemptLate
	case caller == nil:
		return TotalLate
	case isDeadline(caller):
		return CallerLate
	default:
		return Neutral
	}
}
