package runtime

import (
	"slices"
	"sync/atomic"

	"github.com/breakergen/breakergen/runtime/internal/clock"
	"github.com/breakergen/breakergen/runtime/internal/window"
)

// period is one stay in one state.
type period struct {
	state  State
	forced bool
	began  int64
	epoch  uint64 // the window in which its calls count

	// Not closed:
	down   int64  // when the circuit left the closed state; 0 while it is closed
	turned uint64 // how many callers had been rejected by then
	failed int    // probes, since then

	// Closed:
	consecutive atomic.Int64 // failures in a row
	outlook     atomic.Pointer[outlook]

	// The last calls, where the window is a number of calls; otherwise nil.
	recent atomic.Pointer[window.Recent]

	// Open and half-open:
	until     int64      // when the first probe may go
	rejection *OpenError // one an opening, so that a rejection allocates nothing

	// Half-open, guarded by machine.mu:
	probes    []*probe // under way
	successes int
}

// probe is the permit of a call in the half-open state.
type probe struct{ began int64 }

// rejects reports whether the circuit is forced open, or open and still too young for a
// probe. What lies far before it was told by another clock, which says nothing of its age.
func (p *period) rejects(now int64, policy *BreakerPolicy) bool {
	return p.state == Open &&
		(p.forced || !policy.Off && now < p.until && !clock.IsForeign(now, p.began))
}

// release takes a probe's permit back; false where it has lapsed.
func (p *period) release(permit *probe) bool {
	before := len(p.probes)
	p.probes = slices.DeleteFunc(p.probes, func(other *probe) bool { return other == permit })
	return len(p.probes) < before
}

// next returns a period with the same window.
func (p *period) next(state State, rejection *OpenError) *period {
	next := &period{state: state, epoch: p.epoch, rejection: rejection}
	next.recent.Store(p.recent.Load())
	return next
}

// closing returns a closed period, with an empty window.
func (p *period) closing() *period {
	next := &period{state: Closed, epoch: p.epoch + 1}
	next.recent.Store(p.recent.Load().Fresh())
	return next
}

// off returns a closed period, which the calls under way can't end: they began with a
// breaker. A closed circuit keeps its window.
func (p *period) off() *period {
	if p.state == Closed {
		return p.next(Closed, nil)
	}
	return p.closing()
}

// overlayRecent replaces what a window of the last so many calls counts itself.
func (p *period) overlayRecent(counts *Counts) {
	recent := p.recent.Load()
	if recent == nil {
		return
	}
	last := recent.Tally()
	counts.Successes, counts.Failures = last[window.Succeeded], last[window.Failed]
	counts.Timeouts, counts.Slow = last[window.TimedOut], last[window.Slow]
}
