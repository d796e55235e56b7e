package runtime

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/breakergen/breakergen/runtime/internal/fault"
	"github.com/breakergen/breakergen/runtime/internal/slot"
)

// sharedCall is a call that several goroutines may see: links of the user's may run
// it again, in another goroutine, or when its caller is gone, and a detached attempt
// goes on alone. Each run keeps its results apart; the caller gets those of one.
type sharedCall struct {
	method *method

	mu         sync.Mutex
	mine, args any // the caller's own, whose arguments the next run gets; guarded by mu, as all below
	used       bool
	runs       []run // in the order of their ends
	last       *attempt
	left       []*attempt
	over       bool // the caller has got its results: the slot isn't this call's any more
}

// run is one run of the method.
type run struct {
	attempt *attempt // nil where a link has replaced the context
	result  any      // a pointer to it; nil where nobody is to see it, as it is dropped
	err     error
}

func (c *call) makeShared() error {
	s := &sharedCall{method: c.method, mine: c.slot, args: c.args}
	returned := false
	defer func() {
		if !returned { // a panic or a Goexit
			c.used = s.giveUp()
		}
	}()
	err := c.method.runner.Run(&callContext{c.caller, c.circuit, c.plan, s}, s.invoke)
	returned = true

	c.used = s.finish(err, c.result)
	return err
}

// finish puts what goes with the call's error in result, and drops all other results, also
// those to come. It reports whether the method has been called with the arguments.
func (s *sharedCall) finish(err error, result any) (used bool) {
	s.mu.Lock()
	s.over = true
	chosen := s.runFor(err, s.runs)
	runs, used := s.runs, s.used
	s.mu.Unlock()
	kept := chosen != nil && chosen.result != nil
	if kept {
		slot.Assign(result, chosen.result)
	}
	for i := range runs {
		if r := &runs[i]; r != chosen && r.result != nil && !(kept && slot.Same(r.result, result)) {
			s.method.dropResult(r.result)
		}
	}
	return used
}

// giveUp ends a call that nobody gets an answer to.
func (s *sharedCall) giveUp() (used bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	return s.used
}

func (s *sharedCall) invoke(ctx context.Context) error {
	a, ctx := attemptFrom(ctx)
	if a != nil {
		a.belongsTo(s)
	}
	own, err := s.begin(a)
	if err != nil {
		return err
	}
	err = s.method.invoke(ctx, own)
	_, result := slot.Parts(own)
	if !s.end(run{attempt: a, result: result, err: err}) {
		s.method.dropResult(result)
	}
	return err
}

// begin returns a slot of its own for a run. The arguments are renewed where a link runs the call
// again, as the retry has them renewed. A run that comes when its caller has left isn't
// made: the arguments aren't the call's any more.
func (s *sharedCall) begin(a *attempt) (own any, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over || a != nil && slices.Contains(s.left, a) {
		return nil, context.Canceled
	}
	if s.used && s.method.renewable(s.args) {
		err = s.renewLocked()
	}
	s.used = true
	return s.method.slots.Fork(s.mine), err
}

// end keeps what a run returned; false where nobody will see it.
func (s *sharedCall) end(r run) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over || r.attempt != nil && slices.Contains(s.left, r.attempt) {
		return false
	}
	s.runs = append(s.runs, r)
	return true
}

// drop closes the results of all runs so far.
func (s *sharedCall) drop() {
	s.mu.Lock()
	runs := slices.Clone(s.runs)
	s.mu.Unlock()
	for i, r := range runs {
		if r.result == nil || !s.method.dropResult(r.result) {
			continue
		}
		s.mu.Lock() // it only grows while its caller is here
		s.runs[i].result = nil
		s.mu.Unlock()
	}
}

// abandon drops the results of an attempt that is left alone, also those to come.
func (s *sharedCall) abandon(a *attempt, err error) {
	s.mu.Lock()
	var dropped []any
	kept := make([]run, 0, len(s.runs)+1)
	for _, r := range s.runs {
		if r.attempt != a {
			kept = append(kept, r)
		} else if r.result != nil {
			dropped = append(dropped, r.result)
		}
	}
	s.left = append(s.left, a)
	s.runs = append(kept, run{attempt: a, err: err})
	s.mu.Unlock()
	for _, result := range dropped {
		s.method.dropResult(result)
	}
}

// settled notes whose error went on last.
func (s *sharedCall) settled(a *attempt) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = a
}

// runFor returns the run whose results go with an error: the newest that returned it, or
// where a link made another one of it, the last attempt's newest; nil for none.
func (s *sharedCall) runFor(err error, runs []run) *run {
	for i := len(runs) - 1; i >= 0; i-- {
		if r := &runs[i]; r.err == nil && err == nil || r.err != nil && fault.ComesFrom(err, r.err) {
			return r
		}
	}
	for i := len(runs) - 1; i >= 0; i-- {
		if r := &runs[i]; r.attempt == nil || s.last == nil || r.attempt == s.last {
			return r
		}
	}
	return nil
}

// resultFor returns a pointer to those results.
func (s *sharedCall) resultFor(err error, runs []run) (result any) {
	if r := s.runFor(err, runs); r != nil && r.result != nil {
		return r.result
	}
	return s.method.slots.NoResult()
}

func (s *sharedCall) judge(p *plan, a *attempt, err error) Outcome {
	return s.method.judge(p, s.resultOf(a, err), err)
}

func (s *sharedCall) judgeOverdue(p *plan, err error) Outcome { return s.method.judgeOverdue(p, err) }

// resultOf returns the results of one attempt, or of what may be one.
func (s *sharedCall) resultOf(a *attempt, err error) any {
	s.mu.Lock()
	defer s.mu.Unlock()
	var runs []run
	for _, r := range s.runs {
		if r.attempt == a || r.attempt == nil {
			runs = append(runs, r)
		}
	}
	return s.resultFor(err, runs)
}

func (s *sharedCall) worthRetry(p *plan, err error) bool {
	args, result := s.lastOf(err)
	return s.method.worthRetry(p, args, result, err)
}

func (s *sharedCall) leastWait(err error) time.Duration {
	_, result := s.lastOf(err)
	return s.method.leastWait(result, err)
}

// lastOf returns a copy of the arguments, and the results of the attempt that ended last with
// err.
func (s *sharedCall) lastOf(err error) (args, result any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	from := s.mine
	if s.over {
		from = s.method.slots.New()
	}
	args, _ = slot.Parts(s.method.slots.Fork(from))
	return args, s.resultFor(err, s.runs)
}

func (s *sharedCall) repeatable() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.over && s.method.canRepeat(s.args)
}

func (s *sharedCall) renew() error {
	if s.method.renew == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.renewLocked()
}

func (s *sharedCall) renewLocked() error {
	if s.over {
		return context.Canceled
	}
	err := s.method.renew(s.args)
	if err == nil {
		s.used = false
	}
	return err
}
