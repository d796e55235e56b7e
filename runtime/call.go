package runtime

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/runtime/internal/callctx"
	"github.com/breakergen/breakergen/runtime/internal/fault"
	"github.com/breakergen/breakergen/runtime/internal/runs"
	"github.com/breakergen/breakergen/runtime/internal/slot"
)

// call is one call of a method. It is used again for a later one, so that a call allocates
// nothing. Where nothing but built-in links is in its chain, only one goroutine sees it;
// else a sharedCall stands for it in the chain.
type call struct {
	pass
	method       *method
	run          goresilience.Func // bound to invoke once
	slot         any
	args, result any  // pointers into the slot
	used         bool // the method has been called with the arguments
}

// newStripe numbers the calls that are made. The pool keeps them by processor, and
// so callers on different processors use different stripes of the statistics.
var newStripe atomic.Uint32

func newCall(m *method) *call {
	c := &call{method: m, slot: m.kind.Slots.New()}
	c.args, c.result = slot.Parts(c.slot)
	c.run = c.invoke
	c.pass.call = c
	c.stripe = newStripe.Add(1)
	return c
}

// admit lets a call that only one goroutine sees into its circuit, or turns it away. c is the
// call, or nil where one is yet to be had.
func (m *method) admit(ctx context.Context, circuit *circuit, p *plan, c *call) (*call, error) {
	now := circuit.use()
	within := callctx.From(ctx)
	nested := within.Has(&circuit.id)
	if !nested && circuit.rejects(now, p.breaker()) {
		return nil, circuit.turnAway(ctx, now)
	}
	if c == nil {
		c = m.calls.Get().(*call)
	}
	c.now, c.within, c.nested = now, within, nested
	c.Context, c.caller, c.circuit, c.plan = ctx, ctx, circuit, p
	return c, nil
}

func (c *call) make() error {
	switch {
	case c.method.careful:
		return c.makeCarefully()
	case c.plan.shared:
		return c.method.protocol.refuse(c.makeShared())
	default:
		return c.method.protocol.refuse(c.method.runner.Run(&c.pass, c.run))
	}
}

func (c *call) leave() {
	c.used = false
	c.Context, c.caller, c.circuit, c.plan, c.within, c.failure = nil, nil, nil, nil, nil, nil
	c.method.calls.Put(c)
}

// makeCarefully makes a call whose arguments choose its circuit, are to be discarded, however
// it ends, where they weren't used, or may go to a fallback.
func (c *call) makeCarefully() error {
	m := c.method
	if m.discard != nil {
		defer func() {
			if !c.used {
				m.discard(c.args)
			}
		}()
	}
	if c.caller.Err() != nil {
		return c.ended(fault.EndOf(c.caller))
	}
	circuit, err := m.circuitOf(c.args)
	if err != nil {
		return err
	}
	if m.family != nil {
		defer circuit.release()
	}
	c.circuit, c.plan = circuit, m.bound.plan(circuit.applied.Load())
	if c.plan.shared {
		err = c.makeShared()
	} else if _, err = m.admit(c.caller, circuit, c.plan, c); err == nil {
		err = m.runner.Run(&c.pass, c.run)
	}
	failed := m.fallback.IsValid() && c.failed(err)
	if err = m.protocol.refuse(err); failed {
		m.dropResult(c.result) // it may hold what the fallback needs
		return c.fallBack(err)
	}
	return err
}

func (c *call) invoke(ctx context.Context) error {
	c.used = true
	return c.method.invoke(ctx, c.slot)
}

func (c *call) judge(p *plan, _ *attempt, err error) Outcome {
	return c.method.judge(p, c.result, err)
}

func (c *call) judgeOverdue(p *plan, err error) Outcome { return c.method.judgeOverdue(p, err) }

func (c *call) worthRetry(p *plan, _ *attempt, err error) bool {
	return c.method.worthRetry(p, c.args, c.result, err)
}

func (c *call) leastWait(_ *attempt, err error) time.Duration {
	return c.method.leastWait(c.result, err)
}

func (c *call) repeatable() bool { return c.method.canRepeat(c.args) }

func (c *call) ended(err error) error { return c.method.protocol.ended(err) }

func (c *call) renew() error {
	if c.method.renew == nil {
		return nil
	}
	err := c.method.renew(c.args)
	if err == nil {
		c.used = false
	}
	return err
}

func (c *call) drop(*attempt) {
	if c.method.dropResult(c.result) {
		slot.Forget(c.result)
	}
}

func (c *call) settled(*attempt) bool   { return true }
func (c *call) abandon(*attempt, error) {}

// sharedCall is a call that several goroutines may see. Each run of the method keeps its results
// apart; the caller gets those of one.
type sharedCall struct {
	method *method
	runs   runs.Runs[*attempt]
}

func (c *call) makeShared() error {
	s := &sharedCall{method: c.method}
	s.runs.Init(&c.method.kind, c.slot)
	returned := false
	defer func() {
		if !returned { // a panic or a Goexit
			c.used = s.runs.GiveUp()
		}
	}()
	err := c.method.runner.Run(&callContext{c.caller, c.circuit, c.plan, s}, s.invoke)
	returned = true

	used, answered := s.runs.Finish(err, c.result)
	if err == nil && !answered {
		err = errNoEnd(c.circuit)
	}
	c.used = used
	return err
}

func (s *sharedCall) invoke(ctx context.Context) error {
	a, ctx := attemptFrom(ctx)
	if a != nil {
		a.belongsTo(s)
	}
	own, err := s.runs.Begin(a)
	if err != nil {
		return err
	}
	err = s.method.invoke(ctx, own)
	s.runs.End(a, own, err)
	return err
}

func (s *sharedCall) judge(p *plan, a *attempt, err error) Outcome {
	return s.method.judge(p, s.runs.ResultOf(a, err), err)
}

func (s *sharedCall) judgeOverdue(p *plan, err error) Outcome { return s.method.judgeOverdue(p, err) }

func (s *sharedCall) worthRetry(p *plan, a *attempt, err error) bool {
	return s.method.worthRetry(p, s.runs.Args(), s.runs.ResultOf(a, err), err)
}

func (s *sharedCall) leastWait(a *attempt, err error) time.Duration {
	return s.method.leastWait(s.runs.ResultOf(a, err), err)
}

func (s *sharedCall) ended(err error) error         { return s.method.protocol.ended(err) }
func (s *sharedCall) repeatable() bool              { return s.runs.Repeatable() }
func (s *sharedCall) renew() error                  { return s.runs.Renew() }
func (s *sharedCall) drop(a *attempt)               { s.runs.Drop(a) }
func (s *sharedCall) settled(a *attempt) bool       { return s.runs.Settled(a) }
func (s *sharedCall) abandon(a *attempt, err error) { s.runs.Abandon(a, err) }
