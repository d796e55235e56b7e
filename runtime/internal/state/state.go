// Package state is the breaker's state machine: closed, open, half-open.
//
// It is told the time and what has ended, and gives back the moves that come of it. It reads
// what was counted from package window, and knows no circuit and no registry, not who is told
// of a [Change], and not what an error is: those who are turned away get what its owner has made
// for the opening.
//
// Of any number of callers, a half-open period admits as many probes as its policy says. What
// was let through before a change of state changes nothing after it. A call that passes takes no
// lock that all callers share.
package state

import (
	"math/rand/v2"
	"time"

	"github.com/breakergen/breakergen/runtime/internal/backoff"
	"github.com/breakergen/breakergen/runtime/internal/window"
)

// State is what becomes of the next call.
type State uint8

// The states.
const (
	Closed State = iota
	Open
	HalfOpen
)

// Cause is why a state has changed.
type Cause uint8

// The causes.
const (
	CauseUnknown Cause = iota
	CauseFailureRate
	CauseConsecutive
	CauseSlowRate
	CauseProbing
	CauseProbeFailed
	CauseProbeSucceeded
	CauseForced
	CauseReset
)

// Policy says when the machine opens, for how long, and how it closes again. It is complete:
// there are no defaults here. Its fields are those of the runtime's BreakerPolicy, one by one,
// so that each is the other without a copy.
type Policy struct {
	FailureRate float64
	MinCalls    int
	Window      time.Duration
	WindowCalls int
	OpenFor     time.Duration
	MaxOpenFor  time.Duration
	Probes      int
	Consecutive int
	Slow        time.Duration
	SlowRate    float64
	Off         bool
}

// IsSlow reports whether a call that says something of the dependency took too long.
func (p *Policy) IsSlow(r *window.Result) bool {
	return p.Slow > 0 && r.Took >= p.Slow && r.How.Judged()
}

// Move is a change of state, or none where both are the same.
type Move struct{ From, To State }

// Change is all there is to tell of a change, or of the forcing of the state that there is.
type Change struct {
	From, To   State
	At         int64
	Counts     window.Tally // of the window, the last result included
	Cause      Cause
	Forced     bool
	Down       time.Duration // since the closed state was left; 0 where it is left now
	TurnedAway uint64        // in that time
}

// reached reports whether a window of enough calls has a rate that opens the machine, and
// which. A quotient is exact where the rate is one of two integers: 7/100 is 0.07, while
// 0.07*100 is over 7.
func (p *Policy) reached(counts *window.Tally) (Cause, bool) {
	judged := float64(counts.Judged())
	switch {
	case float64(counts[window.Failed]+counts[window.TimedOut])/judged >= p.FailureRate:
		return CauseFailureRate, true
	case p.Slow > 0 && float64(counts[window.Slow])/judged >= p.SlowRate:
		return CauseSlowRate, true
	default:
		return 0, false
	}
}

// openTime returns how long the machine stays open after so many failed probes. Where it may
// grow, it is drawn from its last fifth, so that replicas don't probe in step.
func (p *Policy) openTime(failedProbes int) time.Duration {
	if p.MaxOpenFor <= p.OpenFor {
		return p.OpenFor
	}
	open := backoff.Bound(p.OpenFor, p.MaxOpenFor, failedProbes)
	if fifth := open / 5; fifth > 0 {
		open -= rand.N(fifth)
	}
	return open
}
