package window

import (
	"sync/atomic"
	"time"
)

// Recent is a window of the last so many calls. It takes no lock and is safe for concurrent
// use: a call swaps its result for the oldest one, and moves the sums where
// the two differ. What a caller reads meanwhile may lack the newest results, whose own
// callers read it after them, and still have the oldest.
type Recent struct {
	next  atomic.Uint64
	calls []recentCall
	sums  [Slow + 1]atomic.Int64
	took  atomic.Int64 // sum of the successes' durations
}

type recentCall struct {
	how  atomic.Uint32 // plus one; zero is none yet
	took atomic.Int64  // zero where it isn't a success
}

// recentSlow marks a slow call in recentCall.how.
const recentSlow = 1 << 8

// NewRecent returns an empty window of so many calls.
func NewRecent(size int) *Recent { return &Recent{calls: make([]recentCall, size)} }

// Size returns how many calls it has room for.
func (r *Recent) Size() int { return len(r.calls) }

// Fresh returns an empty window of the same size; nil for none.
func (r *Recent) Fresh() *Recent {
	if r == nil {
		return nil
	}
	return NewRecent(len(r.calls))
}

func (r *Recent) add(how Counter, slow bool, took time.Duration) {
	if how != Succeeded {
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

func (r *Recent) move(entry uint32, by int64) {
	if entry == 0 {
		return
	}
	r.sums[entry&(recentSlow-1)-1].Add(by)
	if entry&recentSlow != 0 {
		r.sums[Slow].Add(by)
	}
}

// Tally returns the sums; those of what isn't a judged call are zero. The successes are
// what the others leave of the calls: so a sum under way can't raise a rate.
func (r *Recent) Tally() Tally {
	var t Tally
	for _, how := range []Counter{Failed, TimedOut, Slow} {
		t[how] = uint64(max(0, r.sums[how].Load()))
	}
	held := min(r.next.Load(), uint64(len(r.calls)))
	t[Succeeded] = held - min(held, t[Failed]+t[TimedOut])
	return t
}

// MeanSuccess returns how long the successes took on average; 0 where there is none.
func (r *Recent) MeanSuccess() time.Duration {
	sum := Sum{Tally: r.Tally(), success: time.Duration(r.took.Load())}
	return sum.Mean()
}

// Resized returns a window of the given size that holds the newest of r's calls.
func (r *Recent) Resized(size int) *Recent {
	resized := NewRecent(size)
	next, held := r.next.Load(), uint64(len(r.calls))
	for i := next - min(next, held); i < next; i++ {
		call := &r.calls[i%held]
		if entry := call.how.Load(); entry != 0 {
			how, slow := Counter(entry&(recentSlow-1)-1), entry&recentSlow != 0
			resized.add(how, slow, time.Duration(call.took.Load()))
		}
	}
	return resized
}

// Filled adds what a window of time has counted: where that is more than there is room
// for, in the same proportions. The order of it is not known.
func (r *Recent) Filled(window *Sum) *Recent {
	counts, took := &window.Tally, window.Mean()
	judged, size := counts.Judged(), uint64(len(r.calls))
	share := func(n uint64) uint64 {
		if judged <= size {
			return n
		}
		return n * size / judged
	}
	failures, timeouts := share(counts[Failed]), share(counts[TimedOut])
	slow := share(counts[Slow])
	for i := range min(judged, size) {
		switch {
		case i < failures:
			r.add(Failed, i < slow, 0)
		case i < failures+timeouts:
			r.add(TimedOut, i < slow, 0)
		default:
			r.add(Succeeded, i < slow, took)
		}
	}
	return r
}
