package window

import (
	"sync/atomic"

	"github.com/breakergen/breakergen/runtime/internal/clock"
)

// Flight is a call that was let through and is under way, as its caller keeps it: the
// statistics allocate nothing for one. The lock of its stripe guards it. The zero value isn't
// under way.
type Flight struct {
	home       *Stripe // nil while it isn't under way, and where it has no deadline
	prev, next *Flight
	Call       any   // whose flight it is
	Began      int64 // when
	Deadline   int64 // clock.Never for none now
	Counted    bool  // TakeOverdue has taken it
}

// Depart enters a call that was let through. One without a deadline needs no lock.
func (s *Stats) Depart(f *Flight, call any, hint uint32, now, deadline int64) {
	f.Began, f.Deadline, f.Counted = now, deadline, false
	if deadline == clock.Never {
		s.stripe(hint).untimed.Add(1)
		return
	}
	home := s.Lock(hint)
	f.home, f.Call = home, call
	home.begun++
	if f.prev = home.newest; f.prev != nil {
		f.prev.next = f
	} else {
		home.oldest = f
	}
	home.newest = f
	home.mu.Unlock()
	if deadline < s.due.Load() {
		lower(&s.due, deadline)
	}
}

// Expect notes another deadline than the one that the call began with.
func (s *Stats) Expect(f *Flight, deadline int64) {
	if f.home != nil && f.Deadline != deadline {
		s.expect(f, deadline)
	}
}

func (s *Stats) expect(f *Flight, deadline int64) {
	f.home.mu.Lock()
	f.Deadline = deadline
	f.home.mu.Unlock()
	lower(&s.due, deadline)
}

// Arrive takes a call out that has ended, and returns where its result is to be added,
// locked.
func (s *Stats) Arrive(f *Flight, hint uint32) *Stripe {
	home := f.home
	if home == nil {
		home = s.Lock(hint)
		home.ended++
		return home
	}
	home.mu.Lock()
	home.ended++
	if f.prev != nil {
		f.prev.next = f.next
	} else {
		home.oldest = f.next
	}
	if f.next != nil {
		f.next.prev = f.prev
	} else {
		home.newest = f.prev
	}
	f.home, f.prev, f.next = nil, nil, nil
	return home
}

// OverdueAt reports whether calls may be past their deadline.
func (s *Stats) OverdueAt(now int64) bool { return now >= s.due.Load() }

// TakeOverdue has take called with each call that is past its deadline, once. The call's
// stripe is locked: take may read what its caller doesn't change before Arrive.
func (s *Stats) TakeOverdue(now int64, take func(*Flight)) {
	s.due.Store(clock.Never) // first: those that begin meanwhile lower it again
	next := int64(clock.Never)
	for _, st := range s.made {
		st.mu.Lock()
		for f := st.oldest; f != nil; f = f.next {
			switch {
			case f.Counted:
			case f.Deadline > now:
				next = min(next, f.Deadline)
			default:
				f.Counted = true
				take(f)
			}
		}
		st.mu.Unlock()
	}
	lower(&s.due, next)
}

// lower has due be no later than at.
func lower(due *atomic.Int64, at int64) {
	for {
		next := due.Load()
		if at >= next || due.CompareAndSwap(next, at) {
			return
		}
	}
}
