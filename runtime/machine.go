package runtime

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/breakergen/breakergen/runtime/internal/clock"
	"github.com/breakergen/breakergen/runtime/internal/window"
)

// machine is the breaker's state machine. It is told the time and takes no clock.
//
// A period is the time between two changes of state. A call keeps the period that
// let it through and reports its end to that one: what ends after the period is
// over changes nothing, without a lock or a counter to compare.
type machine struct {
	period atomic.Pointer[period]

	mu      sync.Mutex // guards changes of period, and the fields of a period that say so
	circuit *circuit
}

// ticket is what a call that was let through gives back at its end.
type ticket struct {
	period *period
	probe  *probe
	move   move // that its admission made
}

// move is a change of state, or none where both are the same.
type move struct{ from, to State }

// admit lets a call through, or returns the error that turns it away. current is the
// period as its caller has seen it.
func (m *machine) admit(current *period, now int64, p *BreakerPolicy) (ticket, *OpenError) {
	switch {
	case current.state == Closed || p.Off && !current.forced:
		return ticket{period: current}, nil
	case current.rejects(now, p):
		return ticket{}, current.rejection
	default:
		return m.admitProbe(now, p)
	}
}

// admitProbe lets a probe through where there is room for one. The first ends the
// open state; the caller delivers the event, once it is sure to give the permit back.
func (m *machine) admitProbe(now int64, p *BreakerPolicy) (ticket, *OpenError) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var moved move
	current := m.period.Load()
	switch {
	case current.state == Closed:
		return ticket{period: current}, nil
	case current.rejects(now, p):
		return ticket{}, current.rejection
	case current.state == Open:
		moved = m.change(current, now, current.next(HalfOpen, current.rejection), CauseProbing)
		current = m.period.Load()
	}
	// A probe that hangs loses its permit, so that it can't wedge the circuit.
	current.probes = slices.DeleteFunc(current.probes, func(probe *probe) bool {
		return now-probe.began >= int64(p.OpenFor)
	})
	if len(current.probes) >= p.Probes {
		return ticket{}, current.rejection
	}
	permit := &probe{began: now}
	current.probes = append(current.probes, permit)
	return ticket{current, permit, moved}, nil
}

// changesNothing reports whether a call's end can't change the state, as nearly all can't.
func (t ticket) changesNothing(f *window.Result, p *BreakerPolicy) bool {
	if f.How != window.Succeeded || f.Slow || t.period.consecutive.Load() != 0 {
		return false
	}
	o := t.period.outlook.Load()
	return o != nil && o.by == p && o.spares(f.Now)
}

// ended takes a call's end, which has been counted already, and returns the move that
// it made.
func (m *machine) ended(t ticket, f *window.Result, p *BreakerPolicy) move {
	switch {
	case t.probe != nil:
		return m.probeEnded(t, f, p)
	case m.circuit.engine != nil: // that one decides
	case t.period.state == Closed && !t.period.forced && !p.Off && f.How.Judged():
		if t.period != m.period.Load() {
			break
		}
		if cause, trips := m.trips(t.period, f, p); trips {
			return m.open(t.period, f.Now, p, cause)
		}
	}
	return move{}
}

// trips reports whether the result opens the circuit, and by what.
func (m *machine) trips(current *period, f *window.Result, p *BreakerPolicy) (Cause, bool) {
	if f.How == window.Succeeded {
		if current.consecutive.Load() != 0 {
			current.consecutive.Store(0)
		}
	} else if n := current.consecutive.Add(1); p.Consecutive > 0 && n >= int64(p.Consecutive) {
		return CauseConsecutive, true
	}
	outlook := current.outlookBy(p)
	if outlook.results.Add(1) < outlook.enough.Load() ||
		f.How == window.Succeeded && !f.Slow && outlook.spares(f.Now) {
		return 0, false
	}

	look := func() (window.Tally, int64) { return m.window(current, f.Now) }
	counts, until := look()
	if counts.Judged() < uint64(p.MinCalls) {
		var few bool
		if counts, until, few = outlook.tooFew(look); few {
			return 0, false
		}
	}
	cause, reached := p.reached(&counts)
	if !reached {
		outlook.until.Store(until)
		return 0, false
	}
	if recent := current.recent.Load(); recent != nil {
		// Another result may be on its way in, and the oldest one still counted.
		m.circuit.stats.Stop()
		counts = recent.Tally()
		m.circuit.stats.Resume()
		return p.reached(&counts)
	}
	return cause, true
}

// reached reports whether a window of enough calls has a rate that opens the circuit, and
// which. A quotient is exact where the rate is one of two integers: 7/100 is 0.07, while
// 0.07*100 is over 7.
func (p *BreakerPolicy) reached(counts *window.Tally) (Cause, bool) {
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

// window returns the counts by which the circuit is judged, and the time until
// which another quick success can only lower their rates: the end of the bucket.
func (m *machine) window(current *period, now int64) (counts window.Tally, until int64) {
	if recent := current.recent.Load(); recent != nil {
		return recent.Tally(), 0
	}
	sum := m.circuit.stats.Window(now, current.epoch)
	return sum.Tally, sum.Until
}

// probeEnded takes a probe's end.
func (m *machine) probeEnded(t ticket, f *window.Result, p *BreakerPolicy) move {
	m.mu.Lock()
	defer m.circuit.registry.events.Deliver()
	defer m.mu.Unlock()
	if t.period != m.period.Load() || !t.period.release(t.probe) || !f.How.Judged() {
		return move{}
	}
	if f.How != window.Succeeded || f.Slow {
		return m.change(t.period, f.Now, m.opening(t.period, f.Now, p), CauseProbeFailed)
	}
	if t.period.successes++; t.period.successes < p.Probes {
		return move{}
	}
	return m.change(t.period, f.Now, t.period.closing(), CauseProbeSucceeded)
}

// open ends a closed period.
func (m *machine) open(current *period, now int64, p *BreakerPolicy, cause Cause) move {
	m.mu.Lock()
	defer m.circuit.registry.events.Deliver()
	defer m.mu.Unlock()
	if current != m.period.Load() {
		return move{}
	}
	return m.change(current, now, m.opening(current, now, p), cause)
}

func (m *machine) opening(from *period, now int64, p *BreakerPolicy) *period {
	failures := from.failed
	if from.state == HalfOpen {
		failures++
	}
	until := now + min(int64(p.openTime(failures)), math.MaxInt64-now) // never past the end of all time
	to := from.next(Open, &OpenError{
		Circuit: m.circuit.name,
		Until:   m.circuit.registry.clock.Time(until),
	})
	to.until, to.failed = until, failures
	return to
}

// openTime returns how long a circuit stays open after so many failed probes. Where it may
// grow, it is drawn from its last fifth, so that replicas don't probe in step.
func (p *BreakerPolicy) openTime(failedProbes int) time.Duration {
	if p.MaxOpenFor <= p.OpenFor {
		return p.OpenFor
	}
	open := p.OpenFor
	for range failedProbes {
		if open > p.MaxOpenFor/2 {
			open = p.MaxOpenFor
			break
		}
		open *= 2
	}
	if fifth := open / 5; fifth > 0 {
		open -= rand.N(fifth)
	}
	return open
}

// force puts the machine into a state that no call changes.
func (m *machine) force(now int64, state State) {
	m.mu.Lock()
	defer m.circuit.registry.events.Deliver()
	defer m.mu.Unlock()
	current := m.period.Load()
	next := current.closing()
	if state == Open {
		next = current.next(Open, &OpenError{Circuit: m.circuit.name})
	}
	next.forced = true
	m.change(current, now, next, CauseForced)
}

// reset returns to working: closed, with an empty window.
func (m *machine) reset(now int64) {
	m.mu.Lock()
	defer m.circuit.registry.events.Deliver()
	defer m.mu.Unlock()
	current := m.period.Load()
	m.change(current, now, current.closing(), CauseReset)
}

// change goes from one period to the next, counts that, and queues the event. The
// caller holds mu, and delivers once it doesn't.
func (m *machine) change(from *period, now int64, to *period, cause Cause) move {
	now = clock.NotBefore(now, from.began) // it was read before the lock was taken
	to.began = now
	stats := &m.circuit.stats
	switch {
	case from.state == to.state:
		to.began = from.began
		to.down, to.turned = from.down, from.turned
	case from.state == Closed:
		stats.Count(0, window.Opened, now, from.epoch)
		to.down, to.turned = now, stats.TurnedAway()
	case to.state == Closed:
		stats.Count(0, window.Closed, now, from.epoch)
	default:
		to.down, to.turned, to.failed = from.down, from.turned, max(to.failed, from.failed)
	}
	if from.state == to.state && (cause != CauseForced || from.forced) {
		m.period.Store(to)
		return move{}
	}
	// The counts come first: after the change another call may empty the window.
	clock := m.circuit.registry.clock
	event := Event{
		Circuit: m.circuit.name,
		From:    from.state,
		To:      to.state,
		At:      clock.Time(now),
		Counts:  m.circuit.windowCounts(from, now),
		Cause:   cause,
		Forced:  to.forced,
		Err:     m.circuit.lastError(),
	}
	if from.down > 0 {
		event.Down = time.Duration(max(0, now-from.down))
		event.TurnedAway = stats.TurnedAway() - from.turned
	}
	m.period.Store(to)
	m.circuit.registry.events.Put(event)
	return move{from.state, to.state}
}

// observe follows an engine's breaker: its changes of state are the machine's.
func (m *machine) observe(now int64) move {
	state := m.circuit.engine.state()
	if current := m.period.Load(); current.state == state || current.forced {
		return move{}
	}
	m.mu.Lock()
	defer m.circuit.registry.events.Deliver()
	defer m.mu.Unlock()
	state = m.circuit.engine.state() // as another caller may have seen a newer one
	current := m.period.Load()
	switch {
	case current.state == state || current.forced:
		return move{}
	case state == Closed:
		return m.change(current, now, current.closing(), CauseUnknown)
	default:
		return m.change(current, now, current.next(state, nil), CauseUnknown)
	}
}
