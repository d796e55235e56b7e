package runtime_test

import (
	"slices"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// model is the breaker as a specification: everything at once, nothing fast. Times are
// since the registry was made.
type model struct {
	// The policy: rates in percent, window in time or else in calls.
	rate, slowRate int
	minCalls       int
	span           time.Duration
	calls          int
	openFor        time.Duration
	probes         int
	consecutive    int
	slow           time.Duration
	attempt        time.Duration // the timeout; 0 is none

	state   runtime.State
	forced  bool
	stay    int           // how many changes there have been
	until   time.Duration // the open state's end
	inARow  int           // failures
	window  []result
	windows int                     // how often the window has been emptied
	permits map[*modelCall]struct{} // of probes under way, but those that have lapsed
	passed  int                     // probes that have succeeded

	total   runtime.Counts
	flights int
	events  []modelEvent
}

// result is a judged call in the window.
type result struct {
	at   time.Duration
	how  ending
	slow bool
}

type modelEvent struct {
	from, to runtime.State
	at       time.Duration
	counts   runtime.Counts
}

// modelCall is a call that was let through.
type modelCall struct {
	began        time.Duration
	stay, window int
	probe        bool
	counted      bool // at its deadline
}

type ending int

const (
	byAnswer ending = iota
	byFailure
	byTimeout
	byNeither
)

// admit lets a call through, or returns nil.
func (m *model) admit(now time.Duration) *modelCall {
	if m.state == runtime.Open && !m.forced && now >= m.until {
		m.change(now, runtime.HalfOpen)
	}
	if m.state == runtime.HalfOpen {
		for call := range m.permits { // what hangs loses its permit
			if now-call.began >= m.openFor {
				delete(m.permits, call)
			}
		}
	}
	if m.state == runtime.Open || m.state == runtime.HalfOpen && len(m.permits) >= m.probes {
		m.total.Rejections++
		return nil
	}
	call := &modelCall{began: now, stay: m.stay, window: m.windows, probe: m.state == runtime.HalfOpen}
	if call.probe {
		m.permits[call] = struct{}{}
	}
	m.flights++
	return call
}

// look counts the calls that are overdue, which are given as they began.
func (m *model) look(now time.Duration, underWay []*modelCall) {
	for _, call := range underWay {
		if m.attempt > 0 && now-call.began >= m.attempt && !call.counted {
			call.counted = true
			m.settle(now, call, byTimeout)
		}
	}
}

// end takes the end of a call that was let through.
func (m *model) end(now time.Duration, call *modelCall, how ending) {
	m.flights--
	if !call.counted {
		m.settle(now, call, how)
	}
}

// settle counts how a call has ended.
func (m *model) settle(now time.Duration, call *modelCall, how ending) {
	took := now - call.began
	slow := m.slow > 0 && took >= m.slow && how != byNeither
	m.count(&m.total, result{now, how, slow})
	if call.window == m.windows && how != byNeither {
		m.window = append(m.window, result{now, how, slow})
	}
	delete(m.permits, call)
	switch {
	case call.stay != m.stay || m.forced || how == byNeither:
	case !call.probe:
		m.judge(now, how)
	case how != byAnswer || slow:
		m.open(now)
	default:
		if m.passed++; m.passed >= m.probes {
			m.close(now)
		}
	}
}

// judge opens a closed circuit where it is time.
func (m *model) judge(now time.Duration, how ending) {
	m.inARow++
	if how == byAnswer {
		m.inARow = 0
	}
	counts := m.counts(now)
	judged := counts.Successes + counts.Failures + counts.Timeouts
	over := func(n uint64, percent int) bool { return n*100 >= uint64(percent)*judged }
	switch {
	case m.consecutive > 0 && m.inARow >= m.consecutive:
	case judged < uint64(m.minCalls):
		return
	case over(counts.Failures+counts.Timeouts, m.rate):
	case m.slow > 0 && over(counts.Slow, m.slowRate):
	default:
		return
	}
	m.open(now)
}

// counts returns what the window holds: the last so many calls, or those of this tenth
// of the span and the nine before.
func (m *model) counts(now time.Duration) (counts runtime.Counts) {
	held := m.window
	if m.calls > 0 {
		held = held[max(0, len(held)-m.calls):]
	} else {
		tenth := m.span / 10
		held = slices.DeleteFunc(slices.Clone(held), func(r result) bool {
			return r.at/tenth <= now/tenth-10
		})
	}
	for _, r := range held {
		m.count(&counts, r)
	}
	return counts
}

func (m *model) count(counts *runtime.Counts, r result) {
	switch r.how {
	case byAnswer:
		counts.Successes++
	case byFailure:
		counts.Failures++
	case byTimeout:
		counts.Timeouts++
	case byNeither:
		counts.Ignored++
	}
	if r.slow {
		counts.Slow++
	}
}

func (m *model) open(now time.Duration) {
	m.change(now, runtime.Open)
	m.until = now + m.openFor
}

// close is a new beginning, with an empty window.
func (m *model) close(now time.Duration) {
	m.change(now, runtime.Closed)
	m.window, m.inARow = nil, 0
	m.windows++
}

func (m *model) forceOpen(now time.Duration) {
	m.change(now, runtime.Open)
	m.forced = true
}

func (m *model) forceClose(now time.Duration) {
	m.close(now)
	m.forced = true
}

// change goes to a state, and is an event where that is another.
func (m *model) change(now time.Duration, to runtime.State) {
	if from := m.state; from != to {
		if from == runtime.Closed {
			m.total.Opened++
		}
		if to == runtime.Closed {
			m.total.Closed++
		}
		m.events = append(m.events, modelEvent{from, to, now, m.counts(now)})
	}
	m.state, m.forced = to, false
	m.stay++
	m.permits, m.passed = map[*modelCall]struct{}{}, 0
}
