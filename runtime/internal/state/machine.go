package state

import (
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/breakergen/breakergen/runtime/internal/clock"
	"github.com/breakergen/breakergen/runtime/internal/window"
)

// Machine goes from state to state. Init it first. It is safe for concurrent use.
//
// A period is the time between two changes of state. A call keeps the period that
// let it through and reports its end to that one: what ends after the period is
// over changes nothing, without a lock or a counter to compare.
type Machine struct {
	period atomic.Pointer[Period]
	stats  *window.Stats

	mu      sync.Mutex // guards changes of period, and the fields of a period that say so
	changed func(Change)
	reject  func(until int64) error
}

// Init begins a closed period, whose window is the last windowCalls calls or with 0 that of
// stats. What ends is counted there before Ended is told. The machine calls changed with each
// change, in their order, while it is locked. For each opening it calls reject for what those
// are told who are turned away; until is when it lets a probe in.
func (m *Machine) Init(
	now int64, stats *window.Stats, windowCalls int, changed func(Change), reject func(until int64) error,
) {
	m.stats, m.changed, m.reject = stats, changed, reject
	first := &Period{Began: now}
	if windowCalls > 0 {
		first.recent.Store(window.NewRecent(windowCalls))
	}
	m.period.Store(first)
}

// Current returns the period.
func (m *Machine) Current() *Period { return m.period.Load() }

// Ticket is what a call that was let through gives back at its end.
type Ticket struct {
	period *Period
	probe  *probe
	Move   Move // that its admission made
}

// IsProbe reports whether it is the permit of a probe.
func (t *Ticket) IsProbe() bool { return t.probe != nil }

// Period returns the one that has let the call through.
func (t *Ticket) Period() *Period { return t.period }

// Admit lets a call through, or returns the error that turns it away. current is the
// period as its caller has seen it.
func (m *Machine) Admit(current *Period, now int64, p *Policy) (Ticket, error) {
	switch {
	case current.State == Closed || p.Off && !current.Forced:
		return Ticket{period: current}, nil
	case current.Rejects(now, p):
		return Ticket{}, current.Rejection
	default:
		return m.admitProbe(now, p)
	}
}

// admitProbe lets a probe through where there is room for one. The first ends the
// open state.
func (m *Machine) admitProbe(now int64, p *Policy) (Ticket, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var moved Move
	current := m.period.Load()
	switch {
	case current.State == Closed:
		return Ticket{period: current}, nil
	case current.Rejects(now, p):
		return Ticket{}, current.Rejection
	case current.State == Open:
		moved = m.change(current, now, current.next(HalfOpen, current.Rejection), CauseProbing)
		current = m.period.Load()
	}
	// A probe that hangs loses its permit, so that it can't wedge the machine.
	current.probes = slices.DeleteFunc(current.probes, func(probe *probe) bool {
		return now-probe.began >= int64(p.OpenFor)
	})
	if len(current.probes) >= p.Probes {
		return Ticket{}, current.Rejection
	}
	permit := &probe{began: now}
	current.probes = append(current.probes, permit)
	return Ticket{current, permit, moved}, nil
}

// ChangesNothing reports whether a call's end can't change the state, as nearly all can't: it
// spares them Ended.
func (t *Ticket) ChangesNothing(f *window.Result, p *Policy) bool {
	if f.How != window.Succeeded || f.Slow || t.period.consecutive.Load() != 0 {
		return false
	}
	o := t.period.outlook.Load()
	return o != nil && o.by == p && o.spares(f.Now)
}

// Ended takes a call's end, which has been counted already, and returns the move that
// it made.
func (m *Machine) Ended(t *Ticket, f *window.Result, p *Policy) Move {
	switch {
	case t.probe != nil:
		return m.probeEnded(t, f, p)
	case t.period.State == Closed && !t.period.Forced && !p.Off && f.How.Judged():
		if t.period != m.period.Load() {
			break
		}
		if cause, trips := m.trips(t.period, f, p); trips {
			return m.open(t.period, f.Now, p, cause)
		}
	}
	return Move{}
}

// trips reports whether the result opens the machine, and by what.
func (m *Machine) trips(current *Period, f *window.Result, p *Policy) (Cause, bool) {
	if f.How == window.Succeeded {
		if current.consecutive.Load() != 0 {
			current.consecutive.Store(0)
		}
	} else if n := current.consecutive.Add(1); p.Consecutive > 0 && n >= int64(p.Consecutive) {
		return CauseConsecutive, true
	}
	outlook := current.outlookBy(p)
	if f.How == window.Succeeded && !f.Slow && outlook.spares(f.Now) {
		return 0, false
	}
	counts, until := m.window(current, f.Now)
	few := func() bool { return counts.Judged() < uint64(p.MinCalls) }
	if few() && outlook.forget() { // a success may have come in since, spared by what no longer holds
		counts, until = m.window(current, f.Now)
	}
	if few() {
		return 0, false
	}
	cause, reached := p.reached(&counts)
	if !reached {
		outlook.until.Store(until)
		return 0, false
	}
	if recent := current.recent.Load(); recent != nil {
		// Another result may be on its way in, and the oldest one still counted.
		m.stats.Stop()
		counts = recent.Tally()
		m.stats.Resume()
		return p.reached(&counts)
	}
	return cause, true
}

// window returns the counts by which the machine judges, and the time until
// which another quick success can only lower their rates: the end of the bucket.
func (m *Machine) window(current *Period, now int64) (counts window.Tally, until int64) {
	if recent := current.recent.Load(); recent != nil {
		return recent.Tally(), 0
	}
	sum := m.stats.Window(now, current.Epoch)
	return sum.Tally, sum.Until
}

// probeEnded takes a probe's end.
func (m *Machine) probeEnded(t *Ticket, f *window.Result, p *Policy) Move {
	m.mu.Lock()
	defer m.mu.Unlock()
	if t.period != m.period.Load() {
		return Move{}
	}
	// That of a probe whose permit has lapsed counts, too, or a dependency that takes longer than the
	// open time could never close the machine, nor open it for longer.
	t.period.release(t.probe)
	if !f.How.Judged() {
		return Move{}
	}
	if f.How != window.Succeeded || f.Slow {
		return m.change(t.period, f.Now, m.opening(t.period, f.Now, p), CauseProbeFailed)
	}
	if t.period.successes++; t.period.successes < p.Probes {
		return Move{}
	}
	return m.change(t.period, f.Now, t.period.closing(), CauseProbeSucceeded)
}

// open ends a closed period.
func (m *Machine) open(current *Period, now int64, p *Policy, cause Cause) Move {
	m.mu.Lock()
	defer m.mu.Unlock()
	if current != m.period.Load() {
		return Move{}
	}
	return m.change(current, now, m.opening(current, now, p), cause)
}

func (m *Machine) opening(from *Period, now int64, p *Policy) *Period {
	failures := from.failed
	if from.State == HalfOpen {
		failures++
	}
	until := now + min(int64(p.openTime(failures)), math.MaxInt64-now) // never past the end of all time
	to := from.next(Open, m.reject(until))
	to.until, to.failed = until, failures
	return to
}

// ForceClose puts the machine into the closed state, which no call changes.
func (m *Machine) ForceClose(now int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	current := m.period.Load()
	m.force(now, current, current.closing())
}

// ForceOpen puts it into the open one; rejection is what all are told.
func (m *Machine) ForceOpen(now int64, rejection error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	current := m.period.Load()
	m.force(now, current, current.next(Open, rejection))
}

func (m *Machine) force(now int64, current, next *Period) {
	next.Forced = true
	m.change(current, now, next, CauseForced)
}

// HalfOpen ends the open state now, forced or not: the next call is a probe. It is for tests.
func (m *Machine) HalfOpen(now int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if current := m.period.Load(); current.State == Open {
		m.change(current, now, current.next(HalfOpen, current.Rejection), CauseProbing)
	}
}

// Reset returns to working: closed, with an empty window.
func (m *Machine) Reset(now int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	current := m.period.Load()
	m.change(current, now, current.closing(), CauseReset)
}

// change goes from one period to the next, counts that, and tells of it. The
// caller holds mu.
func (m *Machine) change(from *Period, now int64, to *Period, cause Cause) Move {
	now = clock.NotBefore(now, from.Began) // it was read before the lock was taken
	to.Began = now
	switch {
	case from.State == to.State:
		to.Began = from.Began
		to.Down, to.turned = from.Down, from.turned
	case from.State == Closed:
		m.stats.Count(0, window.Opened, now, from.Epoch)
		to.Down, to.turned = now, m.stats.TurnedAway()
	case to.State == Closed:
		m.stats.Count(0, window.Closed, now, from.Epoch)
	default:
		to.Down, to.turned, to.failed = from.Down, from.turned, max(to.failed, from.failed)
	}
	if from.State == to.State && (cause != CauseForced || from.Forced) {
		m.period.Store(to)
		return Move{}
	}
	// The counts come first: after the change another call may empty the window.
	change := Change{
		From:   from.State,
		To:     to.State,
		At:     now,
		Counts: m.stats.Window(now, from.Epoch).Tally,
		Cause:  cause,
		Forced: to.Forced,
	}
	from.Overlay(&change.Counts)
	if from.Down > 0 {
		change.Down = time.Duration(max(0, now-from.Down))
		change.TurnedAway = m.stats.TurnedAway() - from.turned
	}
	m.period.Store(to)
	m.changed(change)
	return Move{from.State, to.State}
}

// Follow goes where somebody else decides, as look says. A forced state stays.
func (m *Machine) Follow(now int64, look func() State) Move {
	m.mu.Lock()
	defer m.mu.Unlock()
	state, current := look(), m.period.Load()
	switch {
	case current.State == state || current.Forced:
		return Move{}
	case state == Closed:
		return m.change(current, now, current.closing(), CauseUnknown)
	default:
		return m.change(current, now, current.next(state, nil), CauseUnknown)
	}
}

// Retune begins a new period where a changed policy asks for one.
func (m *Machine) Retune(now int64, p *Policy) {
	m.mu.Lock()
	defer m.mu.Unlock()
	current := m.period.Load()
	if p.Off && !current.Forced {
		m.change(current, now, current.off(), CauseReset)
		current = m.period.Load()
	}
	m.resize(current, now, p.WindowCalls)
}

// resize changes the window to one of the last so many calls, or with 0 to one of
// time, and keeps what it holds. The caller holds mu.
func (m *Machine) resize(current *Period, now int64, calls int) {
	current.outlook.Store(nil) // by the new policy, the next result may open it
	held := current.recent.Load()
	switch {
	case calls == 0:
		current.recent.Store(nil)
	case held == nil || held.Size() != calls:
		// What ends meanwhile waits, so that it comes in once, before this or after.
		m.stats.Whole(now, current.Epoch, func(sum window.Sum) {
			if held == nil {
				current.recent.Store(window.NewRecent(calls).Filled(&sum))
			} else {
				current.recent.Store(held.Resized(calls))
			}
		})
	}
}

// MeanSuccess returns how long the window's successes take on average; 0 where
// there is none.
func (m *Machine) MeanSuccess(now int64) time.Duration {
	current := m.period.Load()
	if recent := current.recent.Load(); recent != nil {
		return recent.MeanSuccess()
	}
	sum := m.stats.Window(now, current.Epoch)
	return sum.Mean()
}
