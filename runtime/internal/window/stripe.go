package window

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/breakergen/breakergen/runtime/internal/clock"
	"github.com/breakergen/breakergen/runtime/internal/rate"
)

// buckets is into how many parts a window of time is cut. What is older than the
// window never counts; what is younger than nine tenths of it always does.
const buckets = 10

// Stripe is a part of the statistics. Callers on different processors use
// different stripes, so that they don't wait for each other; a sum over all
// stripes is the truth. A short lock is cheaper here than an atomic addition for
// each of the ten numbers that a call changes, and keeps them consistent.
type Stripe struct {
	untimed atomic.Uint64 // calls without a deadline that were let through

	mu     sync.Mutex
	begun  uint64  // those with one; guarded by mu, as all below
	ended  uint64  // of both; the others are under way
	oldest *Flight // of those with a deadline
	newest *Flight

	width     time.Duration // of a bucket
	origin    int64         // when the first bucket began
	bucketEnd int64         // when the current bucket is over
	current   int64         // its number
	epoch     uint64        // which window the buckets belong to
	buckets   [buckets]bucket
	window    Tally         // sum of the buckets
	success   time.Duration // sum of the buckets
	total     Tally
	durations Durations
	calls     rate.Counter
	rejected  *rejections // what goes to this stripe, the first; nil for the others
}

// bucket counts what ended within its part of the window.
type bucket struct {
	tally   Tally
	success time.Duration // sum of the successes' durations
	sum     time.Duration // of the judged calls
	latency [LatencyBins]uint32
}

// Result is how a call that was let through has ended.
type Result struct {
	Now    int64  // when
	Epoch  uint64 // the window that it belongs to
	How    Counter
	Slow   bool
	Took   time.Duration
	IsCall bool // false for an attempt of a call that CountCall counts
}

// Unlock is for who has the stripe of Lock or Arrive.
func (s *Stripe) Unlock() { s.mu.Unlock() }

// Add counts a result, also in recent where that isn't nil. The caller holds the lock.
func (s *Stripe) Add(r *Result, recent *Recent) {
	if recent != nil && r.How.Judged() {
		recent.add(r.How, r.Slow, r.Took)
	}
	s.total[r.How]++
	if r.Slow {
		s.total[Slow]++
	}
	if r.IsCall {
		s.calls.Add(r.Now)
	}
	switch r.How {
	case Succeeded:
		s.durations.Success.observe(r.Took)
	case Failed:
		s.durations.Failure.observe(r.Took)
	case TimedOut:
		s.durations.Timeout.observe(r.Took)
	}

	b := s.bucketAt(r.Now, r.Epoch)
	if b == nil {
		return
	}
	b.tally[r.How]++
	s.window[r.How]++
	if r.Slow {
		b.tally[Slow]++
		s.window[Slow]++
	}
	if r.How.Judged() {
		b.latency[latencyBin(r.Took)]++
		b.sum += r.Took
	}
	if r.How == Succeeded {
		b.success += r.Took
		s.success += r.Took
	}
}

// Count adds one to a counter that isn't the end of a call let through.
func (s *Stripe) count(what Counter, now int64, epoch uint64) {
	s.total[what]++
	if b := s.bucketAt(now, epoch); b != nil {
		b.tally[what]++
		s.window[what]++
	}
}

// countPast adds n to a counter for what happened then, however long ago, in a window
// that the stripe has seen.
func (s *Stripe) countPast(what Counter, n uint64, then int64, epoch uint64) {
	s.total[what] += n
	if epoch != s.epoch {
		return // that window is over
	}
	number := (then - s.origin) / int64(s.width)
	if number < 0 || number <= s.current-buckets || number > s.current {
		return // the window has left it behind, or it was told by another clock
	}
	s.buckets[number%buckets].tally[what] += n
	s.window[what] += n
}

// bucketAt returns the bucket for what happens now, or nil where it belongs to a
// window that is over.
func (s *Stripe) bucketAt(now int64, epoch uint64) *bucket {
	if epoch != s.epoch {
		if epoch < s.epoch {
			return nil
		}
		s.clear()
		s.epoch = epoch
	}
	s.reach(now)
	return &s.buckets[s.current%buckets]
}

// reach goes to the bucket of now, if that isn't the current one. A caller may have read
// the clock a while ago; what lies further back was told by another one.
func (s *Stripe) reach(now int64) {
	if now >= s.bucketEnd || clock.IsForeign(now, s.bucketEnd-int64(s.width)) {
		s.rotate(now)
	}
}

// rotate forgets the buckets that have left the window, or where the clock has gone
// back, all of them.
func (s *Stripe) rotate(now int64) {
	if s.rejected != nil && (now < s.bucketEnd || now-s.bucketEnd >= buckets*int64(s.width)) {
		s.rejected.end.Store(0) // or they would be counted there if a clock came back to that time
	}
	if now < s.bucketEnd {
		s.clear()
		s.begin(now)
		return
	}
	number := (now - s.origin) / int64(s.width)
	stale := min(number-s.current, buckets)
	for i := range stale {
		b := &s.buckets[(s.current+1+i)%buckets]
		s.window.sub(&b.tally)
		s.success -= b.success
		*b = bucket{}
	}
	s.current = number
	s.bucketEnd = s.origin + (number+1)*int64(s.width)
}

// begin has the first bucket begin now.
func (s *Stripe) begin(now int64) {
	s.origin, s.current = now, 0
	s.bucketEnd = now + int64(s.width)
}

// addTo adds what the stripe's window holds.
func (s *Stripe) addTo(sum *Sum, now int64, epoch uint64) {
	if s.bucketAt(now, epoch) != nil {
		sum.Tally.Add(&s.window)
		sum.success += s.success
		sum.Until = min(sum.Until, s.bucketEnd)
	}
}

func (s *Stripe) clear() {
	s.buckets = [buckets]bucket{}
	s.window = Tally{}
	s.success = 0
}

// Resize changes the width of the buckets and keeps what they hold.
func (s *Stripe) resize(now int64, width time.Duration) {
	if s.width == width {
		return
	}
	s.reach(now)
	now = max(now, s.bucketEnd-int64(s.width))
	old, newest, oldWidth := s.buckets, s.current, s.width
	s.clear()
	s.width = width
	s.current = (now - s.origin) / int64(width)
	s.bucketEnd = s.origin + (s.current+1)*int64(width)
	for i := range int64(buckets) {
		number := newest - i
		if number < 0 {
			break
		}
		at := (number+1)*int64(oldWidth) - 1 // the latest that it can hold
		to := min(at/int64(width), s.current)
		if s.current-to < buckets {
			s.merge(&s.buckets[to%buckets], &old[number%buckets])
		}
	}
	if s.rejected != nil {
		s.rejected.end.Store(s.bucketEnd)
	}
}

func (s *Stripe) merge(to, from *bucket) {
	to.tally.Add(&from.tally)
	to.success += from.success
	to.sum += from.sum
	for i, n := range from.latency {
		to.latency[i] += n
	}
	s.window.Add(&from.tally)
	s.success += from.success
}
