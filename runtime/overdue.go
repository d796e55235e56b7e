package runtime

import (
	"cmp"
	"slices"
	"sync/atomic"
	"time"

	"github.com/breakergen/breakergen/runtime/internal/clock"
)

// A callee that doesn't heed its context keeps its caller past the deadline, and a circuit
// that waits for it to return learns of the trouble only then, or never. So a call that is
// past its deadline is counted by whoever comes next: as the timeout that it is by then, and
// once. Nothing runs in the background for it.

// flight is what others may know of a call that a circuit has let through, that is under way,
// and that has a deadline. Its stripe's lock guards it.
type flight struct {
	home       *stripe // nil while it isn't under way, and where it has no deadline
	prev, next *pass
	admission  ticket
	began      int64
	deadline   int64 // of the attempt under way, or the call's; clock.Never for none now
	counted    bool  // somebody has counted the call at its deadline
}

// depart enters a call that was let through. One without a deadline needs no lock.
func (p *pass) depart(admission ticket) {
	stats := &p.circuit.stats
	p.admission, p.began, p.deadline, p.counted = admission, p.now, p.expects(), false
	if p.deadline == clock.Never {
		stats.stripe(p.stripe).untimed.Add(1)
		return
	}
	home := stats.lock(p.stripe)
	p.home = home
	home.begun++
	if p.prev = home.newest; p.prev != nil {
		p.prev.next = p
	} else {
		home.oldest = p
	}
	home.newest = p
	home.mu.Unlock()
	if p.deadline < stats.due.at.Load() {
		stats.due.lower(p.deadline)
	}
}

// expects returns the deadline of an attempt that is made at once.
func (p *pass) expects() int64 {
	deadline := int64(clock.Never)
	if limit, limited := p.within.timeoutFor(&p.plan.Timeout); limited {
		deadline = p.in(limit)
	}
	return min(deadline, p.callDeadline())
}

// callDeadline returns the deadline of the whole call.
func (p *pass) callDeadline() int64 {
	if p.total == nil {
		return clock.Never
	}
	return p.endsAt
}

// expect notes another deadline than the one that the call began with: it has waited since.
func (p *pass) expect(deadline int64) {
	if p.home == nil || p.deadline == deadline {
		return
	}
	p.home.mu.Lock()
	p.deadline = deadline
	p.home.mu.Unlock()
	p.circuit.stats.due.lower(deadline)
}

// arrive takes a call out that has ended, and returns where it is to be counted, locked.
func (p *pass) arrive() *stripe {
	home := p.home
	if home == nil {
		home = p.circuit.stats.lock(p.stripe)
		home.ended++
		return home
	}
	home.mu.Lock()
	home.ended++
	if p.prev != nil {
		p.prev.next = p.next
	} else {
		home.oldest = p.next
	}
	if p.next != nil {
		p.next.prev = p.prev
	} else {
		home.newest = p.prev
	}
	p.home, p.prev, p.next = nil, nil, nil
	return home
}

// overdueAt reports whether calls may be past their deadline.
func (s *stats) overdueAt(now int64) bool { return now >= s.due.at.Load() }

// dueTime is the earliest time at which a call may be overdue.
type dueTime struct{ at atomic.Int64 }

// lower has somebody look at that time, too.
func (d *dueTime) lower(at int64) {
	for {
		next := d.at.Load()
		if at >= next || d.at.CompareAndSwap(next, at) {
			return
		}
	}
}

// overdue is what must be known of a call to count it.
type overdue struct {
	flight
	call   subject
	plan   *plan
	stripe uint32
	isCall bool
	err    *TimeoutError
}

// countOverdue counts the calls that are past their deadline. p is the one that comes by, nil
// where that is none.
func (c *circuit) countOverdue(now int64, p *pass) {
	for _, late := range c.stats.takeOverdue(now, c.name) {
		move := c.count(&late, now)
		if p != nil {
			p.moved(move)
		}
	}
}

// takeOverdue marks the calls that are past their deadline as counted, and returns them.
func (s *stats) takeOverdue(now int64, circuit string) (taken []overdue) {
	s.due.at.Store(clock.Never) // first: those that begin meanwhile lower it again
	next := int64(clock.Never)
	for _, st := range s.made {
		st.mu.Lock()
		for p := st.oldest; p != nil; p = p.next {
			switch {
			case p.counted:
			case p.deadline > now:
				next = min(next, p.deadline)
			default:
				p.counted = true
				total := p.total != nil && p.deadline == p.endsAt
				taken = append(taken, overdue{
					flight: p.flight, call: p.call, plan: p.plan, stripe: p.stripe, isCall: p.isCall,
					err: &TimeoutError{Circuit: circuit, After: time.Duration(p.deadline - p.began), Total: total},
				})
			}
		}
		st.mu.Unlock()
	}
	s.due.lower(next)
	slices.SortStableFunc(taken, func(a, b overdue) int { return cmp.Compare(a.deadline, b.deadline) })
	return taken
}

// count counts an overdue call, and tells the machine.
func (c *circuit) count(late *overdue, now int64) move {
	policy := &late.plan.Breaker
	f := &finish{
		now:    now,
		epoch:  late.admission.period.epoch,
		how:    timedOut,
		took:   time.Duration(now - late.began),
		isCall: late.isCall,
	}
	switch late.call.judgeOverdue(late.plan, late.err) {
	case Success:
		f.how = succeeded
	case Ignored:
		f.how = ignored
	}
	f.slow = policy.Slow > 0 && f.took >= policy.Slow && f.how.judged()
	stripe := c.stats.lock(late.stripe)
	stripe.finish(f, late.admission.period)
	stripe.mu.Unlock()
	return c.conclude(late.admission, f, policy, late.err)
}

// conclude draws the conclusions from a call's end, which has been counted.
func (c *circuit) conclude(admission ticket, f *finish, policy *BreakerPolicy, err error) move {
	if f.how == failed || f.how == timedOut {
		c.last.Store(&lastFailure{err, f.now})
	}
	if admission.changesNothing(f, policy) {
		return move{}
	}
	return c.machine.ended(admission, f, policy)
}
