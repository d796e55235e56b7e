package runtime

import "sync/atomic"

// recent is a window of the last so many calls, for BreakerPolicy.WindowCalls. It
// takes no lock: a call swaps its result for the oldest one, and moves the sums where
// the two differ. What a caller reads meanwhile may lack the newest results, whose own
// callers read it after them.
type recent struct {
	next  atomic.Uint64
	calls []atomic.Uint32 // how each ended, plus one; zero is none yet
	sums  [slowCalls + 1]atomic.Int64
}

// recentSlow marks a slow call in recent.calls.
const recentSlow = 1 << 8

func newRecent(size int) *recent { return &recent{calls: make([]atomic.Uint32, size)} }

// fresh returns an empty window of the same size; nil for none.
func (r *recent) fresh() *recent {
	if r == nil {
		return nil
	}
	return newRecent(len(r.calls))
}

func (r *recent) add(how counter, slow bool) {
	entry := uint32(how) + 1
	if slow {
		entry |= recentSlow
	}
	slot := (r.next.Add(1) - 1) % uint64(len(r.calls))
	if old := r.calls[slot].Swap(entry); old != entry {
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

// resized returns a window of the given size that holds the newest of r's calls.
func (r *recent) resized(size int) *recent {
	resized := newRecent(size)
	next, held := r.next.Load(), uint64(len(r.calls))
	for i := next - min(next, held); i < next; i++ {
		if entry := r.calls[i%held].Load(); entry != 0 {
			resized.add(counter(entry&(recentSlow-1)-1), entry&recentSlow != 0)
		}
	}
	return resized
}

// filled adds what a window of time has counted: where that is more than there is room
// for, in the same proportions. The order of it is not known.
func (r *recent) filled(counts tally) *recent {
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
			r.add(failed, i < slow)
		case i < failures+timeouts:
			r.add(timedOut, i < slow)
		default:
			r.add(succeeded, i < slow)
		}
	}
	return r
}
