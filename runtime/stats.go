package runtime

import (
	"math"
	goruntime "runtime"
	"sync"
	"sync/atomic"
	"time"
)

// maxStripes bounds a circuit's memory on large machines: a stripe takes 5 kB, and
// 1.6 kB for the durations of each way that calls have ended.
const maxStripes = 16

// stats are all that a circuit counts. Its methods are safe for concurrent use.
type stats struct {
	// stripes are made where callers meet at one: a circuit with little traffic
	// keeps its first only.
	stripes [maxStripes]atomic.Pointer[stripe]
	mask    uint32
	growing sync.Mutex // held where a stripe is made, or none must be
	// For stripes to come: when the first bucket began, and a bucket's width.
	origin int64
	width  atomic.Int64

	rejected rejections
	due      dueTime
}

func (s *stats) init(now int64, window time.Duration) {
	n := 1
	for n < goruntime.GOMAXPROCS(0) && n < maxStripes {
		n *= 2
	}
	s.mask = uint32(n - 1)
	s.origin = now
	s.due.at.Store(noDeadline)
	s.width.Store(int64(bucketWidth(window)))
	s.stripes[0].Store(s.newStripe())
}

func (s *stats) newStripe() *stripe {
	st := &stripe{width: time.Duration(s.width.Load())}
	st.begin(s.origin)
	return st
}

func bucketWidth(window time.Duration) time.Duration {
	return max(1, window/buckets)
}

// stripe returns the stripe for hint without its lock.
func (s *stats) stripe(hint uint32) *stripe {
	if st := s.stripes[hint&s.mask].Load(); st != nil {
		return st
	}
	return s.stripes[0].Load()
}

// lock returns the stripe for hint with its lock held.
func (s *stats) lock(hint uint32) *stripe {
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
func (s *stats) grow(slot *atomic.Pointer[stripe]) *stripe {
	s.growing.Lock()
	defer s.growing.Unlock()
	if st := slot.Load(); st != nil {
		return st
	}
	st := s.newStripe()
	slot.Store(st)
	return st
}

// count adds one to what.
func (s *stats) count(hint uint32, what counter, now int64, epoch uint64) {
	st := s.lock(hint)
	st.count(what, now, epoch)
	st.mu.Unlock()
}

// made yields the stripes that there are, by their numbers.
func (s *stats) made(yield func(uint32, *stripe) bool) {
	for i := range s.mask + 1 {
		if st := s.stripes[i].Load(); st != nil && !yield(i, st) {
			return
		}
	}
}

// each calls f with each stripe, its lock held.
func (s *stats) each(f func(*stripe)) {
	for i, st := range s.made {
		st.mu.Lock()
		if i == 0 {
			s.takeRejections(st)
		}
		f(st)
		st.mu.Unlock()
	}
}

// stop holds all locks, so that nothing can be counted until resume. What is let through
// meanwhile may be.
func (s *stats) stop() {
	s.growing.Lock()
	for _, st := range s.made {
		st.mu.Lock()
	}
}

func (s *stats) resume() {
	for _, st := range s.made {
		st.mu.Unlock()
	}
	s.growing.Unlock()
}

// inFlight returns how many calls that were let through haven't ended.
func (s *stats) inFlight() uint64 {
	s.stop()
	defer s.resume()
	return s.underWay()
}

// underWay is inFlight between stop and resume. What has ended is held, so each call that
// has begun is under way or among those.
func (s *stats) underWay() (calls uint64) {
	for _, st := range s.made {
		calls += st.begun + st.untimed.Load() - st.ended
	}
	return calls
}

// oldest returns how long the oldest call has been under way, between stop and resume.
func (s *stats) oldest(now int64) (age time.Duration) {
	for _, st := range s.made {
		if st.oldest != nil {
			age = max(age, time.Duration(now-st.oldest.began))
		}
	}
	return age
}

// turnedAway returns how many calls were rejected.
func (s *stats) turnedAway() (calls uint64) {
	s.each(func(st *stripe) { calls += st.total[rejected] })
	return calls
}

// lately returns how many calls there were within the budget's span, in one reading: those
// that have ended, and with underWay those that haven't.
func (s *stats) lately(now int64, underWay bool) (calls uint64) {
	s.stop()
	defer s.resume()
	for _, st := range s.made {
		calls += st.calls.sum(now)
	}
	if underWay {
		calls += s.underWay()
	}
	return calls
}

// windowSum is what a window holds.
type windowSum struct {
	tally   tally
	success time.Duration // sum of the successes' durations
	until   int64         // when the first of its buckets leaves
}

// window returns what the window of that epoch holds.
func (s *stats) window(now int64, epoch uint64) (sum windowSum) {
	sum.until = math.MaxInt64
	s.each(func(st *stripe) { st.addTo(&sum, now, epoch) })
	return sum
}

// mean returns how long the successes took on average; 0 where there is none.
func (w *windowSum) mean() time.Duration {
	if w.tally[succeeded] == 0 {
		return 0
	}
	return w.success / time.Duration(w.tally[succeeded])
}

// whole calls f with what the window of that epoch holds, while nothing can be counted.
func (s *stats) whole(now int64, epoch uint64, f func(windowSum)) {
	s.stop()
	defer s.resume()
	var sum windowSum
	for _, st := range s.made {
		st.addTo(&sum, now, epoch)
	}
	f(sum)
}

// resize changes what the window spans and keeps what it holds.
func (s *stats) resize(now int64, window time.Duration) {
	s.growing.Lock()
	defer s.growing.Unlock()
	width := bucketWidth(window)
	s.width.Store(int64(width))
	first := s.stripes[0].Load()
	s.each(func(st *stripe) {
		st.resize(now, width)
		if st == first {
			s.rejected.end.Store(st.bucketEnd)
		}
	})
}

// fill writes the window, the totals and the durations into a snapshot, all of one moment:
// a call is either in flight or counted.
func (s *stats) fill(snapshot *Snapshot, now int64, epoch uint64) {
	s.stop()
	defer s.resume()
	s.takeRejections(s.stripes[0].Load())
	var window, total tally
	for _, st := range s.made {
		total.add(&st.total)
		st.durations.addTo(&snapshot.Durations)
		if st.bucketAt(now, epoch) == nil {
			continue
		}
		window.add(&st.window)
		for i := range st.buckets {
			if b := &st.buckets[i]; b.tally.judged() > 0 {
				snapshot.Latency.add(b)
			}
		}
	}
	snapshot.InFlight, snapshot.Oldest = int(s.underWay()), s.oldest(now)
	snapshot.Window, snapshot.Total = window.counts(), total.counts()
}

// totals returns all that was ever counted.
func (s *stats) totals() (total tally, durations FineDurations) {
	s.each(func(st *stripe) {
		total.add(&st.total)
		durations.Add(&st.durations)
	})
	return total, durations
}
