// Package window counts how calls end: lately, and since the beginning.
//
// It knows numbers and times, and neither what a call is, nor a policy, nor a state. Whoever
// counts says which window that belongs to, by its number, its epoch: what comes late for one
// that is over is counted in the totals only. Windows are of time ([Stats]) or of the last so
// many calls ([Recent]). Counting is for every call, so it allocates nothing, and callers on
// different processors don't wait for each other. What is read is of one moment: a call is
// either under way or counted.
package window

import (
	"math"
	goruntime "runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/breakergen/breakergen/runtime/internal/clock"
)

// maxStripes bounds a circuit's memory on large machines: a stripe takes 5 kB, and
// 1.6 kB for the durations of each way that calls have ended.
const maxStripes = 16

// Stats are all that is counted. Init them first. Their methods are safe for concurrent use.
type Stats struct {
	// stripes are made where callers meet at one: a circuit with little traffic
	// keeps its first only.
	stripes [maxStripes]atomic.Pointer[Stripe]
	mask    uint32
	growing sync.Mutex // held where a stripe is made, or none must be
	// For stripes to come: when the first bucket began, and a bucket's width.
	origin int64
	width  atomic.Int64

	rejected rejections
	due      atomic.Int64 // when a call may be past its deadline
}

// Init begins a window of that span, of epoch 0.
func (s *Stats) Init(now int64, window time.Duration) {
	n := 1
	for n < goruntime.GOMAXPROCS(0) && n < maxStripes {
		n *= 2
	}
	s.mask = uint32(n - 1)
	s.origin = now
	s.due.Store(clock.Never)
	s.width.Store(int64(bucketWidth(window)))
	first := s.newStripe()
	first.rejected = &s.rejected
	s.stripes[0].Store(first)
}

func (s *Stats) newStripe() *Stripe {
	st := &Stripe{width: time.Duration(s.width.Load())}
	st.begin(s.origin)
	return st
}

func bucketWidth(window time.Duration) time.Duration {
	return max(1, window/buckets)
}

// stripe returns the stripe for hint without its lock.
func (s *Stats) stripe(hint uint32) *Stripe {
	if st := s.stripes[hint&s.mask].Load(); st != nil {
		return st
	}
	return s.stripes[0].Load()
}

// Lock returns the stripe for hint with its lock held.
func (s *Stats) Lock(hint uint32) *Stripe {
	slot := &s.stripes[hint&s.mask]
	st := slot.Load()
	if st == nil {
		st = s.stripes[0].Load()
		if st.mu.TryLock() {
			return st
		}
		st = s.grow(slot)
	}
	st.mu.Lock()
	return st
}

// grow makes the stripe of a slot.
func (s *Stats) grow(slot *atomic.Pointer[Stripe]) *Stripe {
	s.growing.Lock()
	defer s.growing.Unlock()
	if st := slot.Load(); st != nil {
		return st
	}
	st := s.newStripe()
	slot.Store(st)
	return st
}

// CountCall counts a call that begins for Lately, whose results aren't calls.
func (s *Stats) CountCall(hint uint32, now int64) {
	st := s.Lock(hint)
	st.calls.Add(now)
	st.mu.Unlock()
}

// CountFallback counts an end of the fallback.
func (s *Stats) CountFallback(hint uint32, answered bool, took time.Duration, now int64, epoch uint64) {
	st := s.Lock(hint)
	defer st.mu.Unlock()
	if !answered {
		st.count(FallbackFailures, now, epoch)
		st.durations.FallbackFailure.observe(took)
		return
	}
	st.count(Fallbacks, now, epoch)
	st.durations.FallbackSuccess.observe(took)
}

// Count adds one to what.
func (s *Stats) Count(hint uint32, what Counter, now int64, epoch uint64) {
	st := s.Lock(hint)
	st.count(what, now, epoch)
	st.mu.Unlock()
}

// made yields the stripes that there are, by their numbers.
func (s *Stats) made(yield func(uint32, *Stripe) bool) {
	for i := range s.mask + 1 {
		if st := s.stripes[i].Load(); st != nil && !yield(i, st) {
			return
		}
	}
}

// each calls f with each stripe, its lock held.
func (s *Stats) each(f func(*Stripe)) {
	for i, st := range s.made {
		st.mu.Lock()
		if i == 0 {
			s.takeRejections(st)
		}
		f(st)
		st.mu.Unlock()
	}
}

// Stop holds all locks, so that nothing can be counted until Resume. What is let through
// meanwhile may be.
func (s *Stats) Stop() {
	s.growing.Lock()
	for _, st := range s.made {
		st.mu.Lock()
	}
}

// Resume lets go of them.
func (s *Stats) Resume() {
	for _, st := range s.made {
		st.mu.Unlock()
	}
	s.growing.Unlock()
}

// InFlight returns how many calls that were let through haven't ended.
func (s *Stats) InFlight() uint64 {
	s.Stop()
	defer s.Resume()
	return s.underWay()
}

// underWay is InFlight between Stop and Resume. What has ended is held, so each call that
// has begun is under way or among those.
func (s *Stats) underWay() (calls uint64) {
	for _, st := range s.made {
		calls += st.begun + st.untimed.Load() - st.ended
	}
	return calls
}

// oldest returns how long the oldest call has been under way, between Stop and Resume.
func (s *Stats) oldest(now int64) (age time.Duration) {
	for _, st := range s.made {
		if st.oldest != nil {
			age = max(age, time.Duration(now-st.oldest.Began))
		}
	}
	return age
}

// TurnedAway returns how many calls were rejected.
func (s *Stats) TurnedAway() (calls uint64) {
	s.each(func(st *Stripe) { calls += st.total[Rejected] })
	return calls
}

// Lately returns how many calls there were within rate.Span, in one reading: those
// that have ended, and with underWay those that haven't.
func (s *Stats) Lately(now int64, underWay bool) (calls uint64) {
	s.Stop()
	defer s.Resume()
	for _, st := range s.made {
		calls += st.calls.Sum(now)
	}
	if underWay {
		calls += s.underWay()
	}
	return calls
}

// Sum is what a window holds.
type Sum struct {
	Tally   Tally
	success time.Duration // sum of the successes' durations
	Until   int64         // when the first of its buckets leaves
}

// Window returns what the window of that epoch holds.
func (s *Stats) Window(now int64, epoch uint64) (sum Sum) {
	sum.Until = math.MaxInt64
	s.each(func(st *Stripe) { st.addTo(&sum, now, epoch) })
	return sum
}

// Mean returns how long the successes took on average; 0 where there is none.
func (w *Sum) Mean() time.Duration {
	if w.Tally[Succeeded] == 0 {
		return 0
	}
	return w.success / time.Duration(w.Tally[Succeeded])
}

// Whole calls f with what the window of that epoch holds, while nothing can be counted.
func (s *Stats) Whole(now int64, epoch uint64, f func(Sum)) {
	s.Stop()
	defer s.Resume()
	var sum Sum
	for _, st := range s.made {
		st.addTo(&sum, now, epoch)
	}
	f(sum)
}

// Resize changes what the window spans and keeps what it holds.
func (s *Stats) Resize(now int64, window time.Duration) {
	s.growing.Lock()
	defer s.growing.Unlock()
	width := bucketWidth(window)
	s.width.Store(int64(width))
	s.each(func(st *Stripe) { st.resize(now, width) })
}

// Reading is what Stats hold at one moment.
type Reading struct {
	Window, Total Tally
	Latency       Latency   // of the window
	Durations     Durations // of all
	InFlight      int
	Oldest        time.Duration // how long the oldest call in flight has been so
}

// Read returns all of it: a call is either in flight or counted.
func (s *Stats) Read(now int64, epoch uint64) (r Reading) {
	s.Stop()
	defer s.Resume()
	s.takeRejections(s.stripes[0].Load())
	for _, st := range s.made {
		r.Total.Add(&st.total)
		r.Durations.addCoarse(&st.durations)
		if st.bucketAt(now, epoch) == nil {
			continue
		}
		r.Window.Add(&st.window)
		for i := range st.buckets {
			if b := &st.buckets[i]; b.tally.Judged() > 0 {
				r.Latency.add(b)
			}
		}
	}
	r.InFlight, r.Oldest = int(s.underWay()), s.oldest(now)
	return r
}

// Totals returns all that was ever counted, the durations finely.
func (s *Stats) Totals() (total Tally, durations Durations) {
	s.each(func(st *Stripe) {
		total.Add(&st.total)
		durations.Add(&st.durations)
	})
	return total, durations
}
