package runtime

import (
	"sync"
	"sync/atomic"
	"time"
)

// buckets is into how many parts a window of time is cut. What is older than the
// window never counts; what is younger than nine tenths of it always does.
const buckets = 10

// stripe is a part of a circuit's statistics. Callers on different processors use
// different stripes, so that they don't wait for each other; a sum over all
// stripes is the truth. A short lock is cheaper here than an atomic addition for
// each of the ten numbers that a call changes, and keeps them consistent.
type stripe struct {
	untimed atomic.Uint64 // calls without a deadline that were let through

	mu     sync.Mutex
	begun  uint64 // those with one; guarded by mu, as all below
	ended  uint64 // of both; the others are under way
	oldest *pass  // of those with a deadline
	newest *pass

	width     time.Duration // of a bucket
	origin    int64         // when the first bucket began
	bucketEnd int64         // when the current bucket is over
	current   int64         // its number
	epoch     uint64        // which window the buckets belong to
	buckets   [buckets]bucket
	window    tally         // sum of the buckets
	success   time.Duration // sum of the buckets
	total     tally
	durations FineDurations
	calls     callRate
}

// bucket counts what ended within its part of the window.
type bucket struct {
	tally   tally
	success time.Duration // sum of the successes' durations
	sum     time.Duration // of the judged calls
	latency [latencyBins]uint32
}

// finish is how a call that was let through has ended.
type finish struct {
	now    int64 // when, on the registry's clock
	epoch  uint64
	how    counter
	slow   bool
	took   time.Duration
	isCall bool // false for an attempt of a call that the retry link counts
}

// finish counts how a call of that period has ended.
func (s *stripe) finish(f *finish, of *period) {
	if recent := of.recent.Load(); recent != nil && f.how.judged() {
		recent.add(f.how, f.slow, f.took)
	}
	s.total[f.how]++
	if f.slow {
		s.total[slowCalls]++
	}
	if f.isCall {
		s.calls.add(f.now)
	}
	switch f.how {
	case succeeded:
		s.durations.Success.observe(f.took)
	case failed:
		s.durations.Failure.observe(f.took)
	case timedOut:
		s.durations.Timeout.observe(f.took)
	}

	b := s.bucketAt(f.now, f.epoch)
	if b == nil {
		return
	}
	b.tally[f.how]++
	s.window[f.how]++
	if f.slow {
		b.tally[slowCalls]++
		s.window[slowCalls]++
	}
	if f.how.judged() {
		b.latency[latencyBin(f.took)]++
		b.sum += f.took
	}
	if f.how == succeeded {
		b.success += f.took
		s.success += f.took
	}
}

// count adds one to a counter that isn't the end of a call let through.
func (s *stripe) count(what counter, now int64, epoch uint64) {
	s.total[what]++
	if b := s.bucketAt(now, epoch); b != nil {
		b.tally[what]++
		s.window[what]++
	}
}

// countPast adds n to a counter for what happened then, however long ago, in a window
// that the stripe has seen.
func (s *stripe) countPast(what counter, n uint64, then int64, epoch uint64) {
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
func (s *stripe) bucketAt(now int64, epoch uint64) *bucket {
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
func (s *stripe) reach(now int64) {
	if now >= s.bucketEnd || isForeign(now, s.bucketEnd-int64(s.width)) {
		s.rotate(now)
	}
}

// rotate forgets the buckets that have left the window, or where the clock has gone
// back, all of them.
func (s *stripe) rotate(now int64) {
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
func (s *stripe) begin(now int64) {
	s.origin, s.current = now, 0
	s.bucketEnd = now + int64(s.width)
}

// addTo adds what the stripe's window holds.
func (s *stripe) addTo(sum *windowSum, now int64, epoch uint64) {
	if s.bucketAt(now, epoch) != nil {
		sum.tally.add(&s.window)
		sum.success += s.success
		sum.until = min(sum.until, s.bucketEnd)
	}
}

func (s *stripe) clear() {
	s.buckets = [buckets]bucket{}
	s.window = tally{}
	s.success = 0
}

// resize changes the width of the buckets and keeps what they hold.
func (s *stripe) resize(now int64, width time.Duration) {
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
}

func (s *stripe) merge(to, from *bucket) {
	to.tally.add(&from.tally)
	to.success += from.success
	to.sum += from.sum
	for i, n := range from.latency {
		to.latency[i] += n
	}
	s.window.add(&from.tally)
	s.success += from.success
}
