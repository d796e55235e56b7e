package runtime

import (
	"sync/atomic"
	"time"
)

// recent is a window of the last so many calls, for BreakerPolicy.WindowCalls. It
// takes no lock: a call swaps its result for the oldest one, and moves the sums where
// the two differ. What a caller reads meanwhile may lack the newest results, whose own
// callers read it after them, and still have the oldest.
type recent struct {
	next  atomic.Uint64
	calls []recentCall
	sums  [slowCalls + 1]atomic.Int64
	took  atomic.Int64 // sum of the successes' durations
}

type recentCall struct {
	how  atomic.Uint32 // plus one; zero is none yet
	took atomic.Int64  // zero where it isn't a success
}

// recentSlow marks a slow call in recentCall.how.
const recentSlow = 1 << 8

func newRecent(size int) *recent { return &recent{calls: make([]recentCall, size)} }

func (r *recent) size() int { return len(r.calls) }

// fresh returns an empty window of the same size; nil for none.
func (r *recent) fresh() *recent {
	if r == nil {
		return nil
	}
	return newRecent(len(r.calls))
}

func (r *recent) add(how counter, slow bool, took time.Duration) {
	if how != succeeded {
		took = 0
	}
	entry := uint32(how) + 1
	if slow {
		entry |= recentSlow
	}
	slot := &r.calls[(r.next.Add(1)-1)%uint64(len(r.calls))]
	r.took.Add(int64(took) - slot.took.Swap(int64(took)))
	if old := slot.how.Swap(entry); old != entry {
		r.move(old, -1)
		r.move(entry, 1)
	}
}

func (r *recent) move(entry uint32, by int64) {
	if entry == 0 {
		return
	}
	r.sums[entry&(recentSlow-1)-1].Add(by)
	if entry&recentSlow != 0 {
		r.sums[slowCalls].Add(by)
	}
}

// tally returns the sums; those of what isn't a judged call are zero. The successes are
// what the others leave of the calls: so a sum under way can't raise a rate.
func (r *recent) tally() tally {
	var t tally
	for _, how := range []counter{failed, timedOut, slowCalls} {
		t[how] = uint64(max(0, r.sums[how].Load()))
	}
	held := min(r.next.Load(), uint64(len(r.calls)))
	t[succeeded] = held - min(held, t[failed]+t[timedOut])
	return t
}

// meanSuccess returns how long the successes took on average; 0 where there is none.
func (r *recent) meanSuccess() time.Duration {
	sum := windowSum{tally: r.tally(), success: time.Duration(r.took.Load())}
	return sum.mean()
}

// resized returns a window of the given size that holds the newest of r's calls.
func (r *recent) resized(size int) *recent {
	resized := newRecent(size)
	next, held := r.next.Load(), uint64(len(r.calls))
	for i := next - min(next, held); i < next; i++ {
		call := &r.calls[i%held]
		if entry := call.how.Load(); entry != 0 {
			how, slow := counter(entry&(recentSlow-1)-1), entry&recentSlow != 0
			resized.add(how, slow, time.Duration(call.took.Load()))
		}
	}
	return resized
}

// filled adds what a window of time has counted: where that is more than there is room
// for, in the same proportions. The order of it is not known.
func (r *recent) filled(window *windowSum) *recent {
	counts, took := &window.tally, window.mean()
	judged, size := counts.judged(), uint64(len(r.calls))
	share := func(n uint64) uint64 {
		if judged <= size {
			return n
		}
		return n * size / judged
	}
	failures, timeouts := share(counts[failed]), share(counts[timedOut])
	slow := share(counts[slowCalls])
	for i := range min(judged, size) {
		switch {
		case i < failures:
			r.add(failed, i < slow, 0)
		case i < failures+timeouts:
			r.add(timedOut, i < slow, 0)
		default:
			r.add(succeeded, i < slow, took)
		}
	}
	return r
}
