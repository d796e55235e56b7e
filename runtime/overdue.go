package runtime

import (
	"cmp"
	"slices"
	"time"

	"github.com/breakergen/breakergen/runtime/internal/clock"
	"github.com/breakergen/breakergen/runtime/internal/state"
	"github.com/breakergen/breakergen/runtime/internal/window"
)

// A callee that doesn't heed its context keeps its caller past the deadline, and a circuit
// that waits for it to return learns of the trouble only then, or never. So a call that is
// past its deadline is counted by whoever comes next: as the timeout that it is by then, and
// once. Nothing runs in the background for it.

// depart enters a call that was let through.
func (p *pass) depart(admission state.Ticket) {
	p.admission = admission
	p.circuit.stats.Depart(&p.flight, p, p.stripe, p.now, p.expects())
}

// expects returns the deadline of an attempt that is made at once.
func (p *pass) expects() int64 {
	deadline := int64(clock.Never)
	if limit, limited := p.attemptTimeout(); limited {
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
func (p *pass) expect(deadline int64) { p.circuit.stats.Expect(&p.flight, deadline) }

// overdue is what must be known of a call to count it.
type overdue struct {
	admission state.Ticket
	began     int64
	deadline  int64
	call      subject
	plan      *plan
	stripe    uint32
	isCall    bool
	err       *TimeoutError
}

// countOverdue counts the calls that are past their deadline. p is the one that comes by, nil
// where that is none.
func (c *circuit) countOverdue(now int64, p *pass) {
	for _, late := range c.takeOverdue(now) {
		move := c.count(&late, now)
		if p != nil {
			p.moved(move)
		}
	}
}

// takeOverdue marks the calls that are past their deadline as counted, and returns them.
func (c *circuit) takeOverdue(now int64) (taken []overdue) {
	c.stats.TakeOverdue(now, func(f *window.Flight) {
		p := f.Call.(*pass)
		total := p.total != nil && f.Deadline == p.endsAt
		taken = append(taken, overdue{
			admission: p.admission, began: f.Began, deadline: f.Deadline,
			call: p.call, plan: p.plan, stripe: p.stripe, isCall: p.isCall,
			err: &TimeoutError{Circuit: c.name, After: time.Duration(f.Deadline - f.Began), Total: total},
		})
	})
	slices.SortStableFunc(taken, func(a, b overdue) int { return cmp.Compare(a.deadline, b.deadline) })
	return taken
}

// count counts an overdue call, and tells the machine.
func (c *circuit) count(late *overdue, now int64) state.Move {
	policy := late.plan.breaker()
	f := &window.Result{
		Now:    now,
		Epoch:  late.admission.Period().Epoch,
		How:    window.TimedOut,
		Took:   time.Duration(now - late.began),
		IsCall: late.isCall,
	}
	switch late.call.judgeOverdue(late.plan, late.err) {
	case Success:
		f.How = window.Succeeded
	case Ignored:
		f.How = window.Ignored
	}
	f.Slow = policy.IsSlow(f)
	stripe := c.stats.Lock(late.stripe)
	stripe.Add(f, late.admission.Period().Recent())
	stripe.Unlock()
	return c.conclude(&late.admission, f, policy, late.err)
}

// conclude draws the conclusions from a call's end, which has been counted.
func (c *circuit) conclude(admission *state.Ticket, f *window.Result, policy *state.Policy, err error) state.Move {
	if f.How == window.Failed || f.How == window.TimedOut {
		c.last.Store(&lastFailure{err, f.Now})
	}
	if admission.ChangesNothing(f, policy) || c.engine != nil { // which decides by itself
		return state.Move{}
	}
	move := c.machine.Ended(admission, f, policy)
	if admission.IsProbe() || move.From != move.To {
		c.registry.events.Deliver()
	}
	return move
}
