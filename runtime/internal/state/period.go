package state

import (
	"slices"
	"sync/atomic"

	"github.com/breakergen/breakergen/runtime/internal/clock"
	"github.com/breakergen/breakergen/runtime/internal/window"
)

// Period is one stay in one state. Its exported fields don't change.
type Period struct {
	State  State
	Forced bool
	Began  int64
	Epoch  uint64 // the window in which its calls count

	// Not closed:
	Down   int64  // when the closed state was left; 0 while it is closed
	turned uint64 // how many had been rejected by then
	failed int    // probes, since then

	// Closed:
	consecutive atomic.Int64 // failures in a row
	outlook     atomic.Pointer[outlook]

	// The last calls, where the window is a number of calls; otherwise nil.
	recent atomic.Pointer[window.Recent]

	// Open and half-open:
	until     int64 // when the first probe may go
	Rejection error // one an opening, so that a rejection allocates nothing

	// Half-open, guarded by Machine.mu:
	probes    []*probe // under way, whose permits haven't lapsed
	successes int
}

// probe is the permit of a call in the half-open state.
type probe struct{ began int64 }

// Rejects reports whether the machine is forced open, or open and still too young for a
// probe. What lies far before it was told by another clock, which says nothing of its age.
func (p *Period) Rejects(now int64, policy *Policy) bool {
	return p.State == Open &&
		(p.Forced || !policy.Off && now < p.until && !clock.IsForeign(now, p.Began))
}

// IsAbandoned reports whether nobody has come to probe an open machine for as long again as it was to
// stay open. Never where it is forced, or open by somebody else's decision.
func (p *Period) IsAbandoned(now int64) bool {
	return p.State == Open && p.until > 0 && now-p.until >= p.until-p.Began
}

// release takes a probe's permit back, where it hasn't lapsed.
func (p *Period) release(permit *probe) {
	p.probes = slices.DeleteFunc(p.probes, func(other *probe) bool { return other == permit })
}

// next returns a period with the same window.
func (p *Period) next(state State, rejection error) *Period {
	next := &Period{State: state, Epoch: p.Epoch, Rejection: rejection}
	next.recent.Store(p.recent.Load())
	return next
}

// closing returns a closed period, with an empty window.
func (p *Period) closing() *Period {
	next := &Period{State: Closed, Epoch: p.Epoch + 1}
	next.recent.Store(p.recent.Load().Fresh())
	return next
}

// off returns a closed period, which the calls under way can't end: they began with a
// breaker. A closed machine keeps its window.
func (p *Period) off() *Period {
	if p.State == Closed {
		return p.next(Closed, nil)
	}
	return p.closing()
}

// Ticket is that of a call which somebody else has let through.
func (p *Period) Ticket() Ticket { return Ticket{period: p} }

// Recent returns the last calls, where the window is a number of calls; otherwise nil.
func (p *Period) Recent() *window.Recent { return p.recent.Load() }

// Overlay replaces what a window of the last so many calls counts itself.
func (p *Period) Overlay(counts *window.Tally) {
	recent := p.recent.Load()
	if recent == nil {
		return
	}
	last := recent.Tally()
	for _, how := range []window.Counter{window.Succeeded, window.Failed, window.TimedOut, window.Slow} {
		counts[how] = last[how]
	}
}
