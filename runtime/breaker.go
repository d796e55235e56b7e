package runtime

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/runtime/internal/clock"
	"github.com/breakergen/breakergen/runtime/internal/state"
	"github.com/breakergen/breakergen/runtime/internal/window"
)

// breakerRunner is the breaker's link: it asks the circuit for admission, and counts
// how what was let through has ended.
type breakerRunner struct {
	next   goresilience.Runner
	isCall bool // it sees whole calls, and not their attempts
}

// Run satisfies goresilience.Runner.
func (r *breakerRunner) Run(ctx context.Context, f goresilience.Func) error {
	p := ctx.(*pass)
	c := p.circuit
	p.isCall = r.isCall
	if p.nested { // what it is part of was let in, and is counted
		p.probe = false
		return r.next.Run(p, f)
	}
	if c.stats.OverdueAt(p.now) {
		c.countOverdue(p.now, p)
	}
	current := c.machine.Current()
	if c.engine != nil && !p.plan.Breaker.Off && !current.Forced {
		return c.engine.run(p, r.next, f)
	}
	admission, rejection := c.machine.Admit(current, p.now, p.plan.breaker())
	if rejection != nil {
		return p.rejected(rejection)
	}
	return p.admitted(admission, r.next, f)
}

// admitted runs what was let through, and counts how it ended, whichever way.
func (p *pass) admitted(admission state.Ticket, next goresilience.Runner, f goresilience.Func) error {
	p.probe = admission.IsProbe()
	p.depart(admission)
	returned := false
	p.made = false
	defer func() {
		if !returned { // a panic or a Goexit
			p.now = p.circuit.registry.clock.Now()
			if p.failure = nil; p.panicked != nil {
				p.failure = p.panicked
			}
			p.verdict = verdict{how: window.Ignored} // a listener's, which says nothing of the dependency
			if p.made && !p.loopHasLeft() {
				p.verdict.how = window.Failed
			}
		}
		if p.verdict.results != nil {
			p.endedUndecided()
			return
		}
		p.ended()
	}()
	if p.probe {
		p.circuit.registry.events.Deliver()
		p.moved(admission.Move)
	}
	err := next.Run(p, f)
	returned = true
	p.failure = err
	return err
}

// rejected counts a rejection.
func (p *pass) rejected(rejection error) error {
	c := p.circuit
	c.stats.Count(p.stripe, window.Rejected, p.now, c.machine.Current().Epoch)
	c.tellCall(p.caller, CallEvent{What: Rejected})
	p.verdict = verdict{how: window.Rejected}
	return rejection
}

// ended counts the end of what was let through, and tells the machine.
func (p *pass) ended() {
	c, policy, admission := p.circuit, p.plan.breaker(), &p.admission
	f := &window.Result{
		Now:    p.now,
		Epoch:  admission.Period().Epoch,
		How:    p.verdict.how,
		Took:   time.Duration(p.now - p.flight.Began),
		IsCall: p.isCall,
	}
	if p.verdict.impatient && f.Took < c.machine.MeanSuccess(f.Now) {
		f.How, p.verdict.how = window.Ignored, window.Ignored // an engine is told so too
	}
	f.Slow = policy.IsSlow(f)

	stripe := c.stats.Arrive(&p.flight, p.stripe)
	if !p.flight.Counted {
		stripe.Add(f, admission.Period().Recent())
	}
	stripe.Unlock()
	switch f.How {
	case window.TimedOut:
		c.tellCall(p.caller, CallEvent{What: TimedOut, Err: p.failure})
	case window.Ignored:
		c.tellCall(p.caller, CallEvent{What: WasIgnored, Err: p.failure})
	}
	if !p.flight.Counted {
		p.moved(c.conclude(admission, f, policy, p.failure))
	}
}

// endedUndecided is ended where the retry has yet to decide what becomes of the results' context,
// which a listener's panic would keep from it.
func (p *pass) endedUndecided() {
	told := false
	defer func() {
		if !told {
			p.verdict.decide(false)
		}
	}()
	p.ended()
	told = true
}

// A callee that doesn't heed its context keeps its caller past the deadline, and a circuit
// that waits for it to return learns of the trouble only then, or never. So a call that is
// past its deadline is counted by whoever comes next: as the timeout that it is by then, and
// once. Nothing runs in the background for it.

// depart enters a call that was let through.
func (p *pass) depart(admission state.Ticket) {
	p.admission = admission
	p.circuit.stats.Depart(&p.flight, p, p.stripe, p.now, p.expects())
}

// expects returns when a call is overdue that makes its first attempt at once.
func (p *pass) expects() int64 {
	limit, limited := p.attemptTimeout()
	if !limited {
		return p.callDeadline()
	}
	return p.overdueAt(limit, 1)
}

// minGrace is what a busy machine may keep a callee waiting that has heard its context's end.
const minGrace = 10 * time.Millisecond

// overdueAt returns when a call is overdue whose attempt has limit from now. Where another attempt may make
// it good, that isn't before it is sure that the callee doesn't heed its context: a tenth of its time later,
// or minGrace.
func (p *pass) overdueAt(limit time.Duration, attempt int) int64 {
	deadline, retry := p.in(limit), &p.plan.Retry
	if p.isCall && !p.probe && !retry.Off && attempt < retry.Attempts {
		deadline += min(int64(max(limit/10, minGrace)), clock.Never-deadline)
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
		after, total := p.plan.Timeout.Total, f.Deadline == p.callDeadline()
		if !total {
			after, _ = p.attemptTimeout()
		}
		taken = append(taken, overdue{
			admission: p.admission, began: f.Began, deadline: f.Deadline,
			call: p.call, plan: p.plan, stripe: p.stripe, isCall: p.isCall,
			err: &TimeoutError{Circuit: c.name, After: after, Total: total},
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
	switch late.judge() {
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

// judge asks the classification. Where that panics, as one may that expects results, nobody here has to
// do with it: the call is the failure that zero stands for, and gets the panic itself if it ever returns.
func (late *overdue) judge() Outcome {
	defer func() { _ = recover() }()
	return late.call.judgeOverdue(late.plan, late.err)
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
	if move.From != move.To {
		c.registry.events.Deliver()
	}
	return move
}
