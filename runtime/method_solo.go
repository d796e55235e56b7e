package runtime

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/slok/goresilience"
)

// soloCall is a call that only one goroutine sees, as nothing but built-in links is
// in its chain. It is used again for a later call, so that a call allocates nothing.
type soloCall[A, R any] struct {
	pass
	method *Method[A, R]
	run    goresilience.Func // bound to invoke once
	args   A
	result R
	used   bool // the method has been called with args
}

// newStripe numbers the calls that are made. The pool keeps them by processor, and
// so callers on different processors use different stripes of the statistics.
var newStripe atomic.Uint32

func newSoloCall[A, R any]() *soloCall[A, R] {
	c := &soloCall[A, R]{}
	c.run = c.invoke
	c.pass.call = c
	c.stripe = newStripe.Add(1)
	return c
}

func (m *Method[A, R]) callSolo(
	ctx context.Context, circuit *Circuit, p *plan, args A,
) (result R, rest A, used bool, err error) {
	now := circuit.use()
	within := markFrom(ctx)
	nested := within.has(circuit)
	if !nested && circuit.rejects(now, &p.Breaker) {
		return result, args, false, m.turnAway(ctx, circuit, now, args)
	}
	c := m.calls.Get().(*soloCall[A, R])
	c.now, c.within, c.nested = now, within, nested
	c.Context, c.caller, c.circuit, c.plan = ctx, ctx, circuit, p
	c.method, c.args = m, args
	if m.spec.discard != nil {
		returned := false
		defer func() {
			if !returned && !c.used { // a listener's panic, before the call was made
				m.discard(c.args)
			}
		}()
		err = m.chain.runner.Run(&c.pass, c.run)
		returned = true
	} else {
		err = m.chain.runner.Run(&c.pass, c.run)
	}
	result, rest, used = c.result, c.args, c.used
	c.clear()
	m.calls.Put(c) // not after a panic: the chain's defers may still be at it
	return result, rest, used, err
}

// clear forgets all that belongs to the caller.
func (c *soloCall[A, R]) clear() {
	var args A
	var result R
	c.method, c.args, c.result, c.used = nil, args, result, false
	c.Context, c.caller, c.circuit, c.plan, c.within, c.failure = nil, nil, nil, nil, nil, nil
}

// turnAway rejects a call, whose arguments are to be discarded also where a listener that
// is told of it panics.
func (m *Method[A, R]) turnAway(ctx context.Context, circuit *Circuit, now int64, args A) error {
	if m.spec.discard == nil {
		return circuit.turnAway(ctx, now)
	}
	told := false
	defer func() {
		if !told {
			m.discard(args)
		}
	}()
	rejection := circuit.turnAway(ctx, now)
	told = true
	return rejection
}

func (c *soloCall[A, R]) invoke(ctx context.Context) (err error) {
	c.used = true
	c.result, err = c.method.spec.call(ctx, c.args)
	return err
}

func (c *soloCall[A, R]) judge(p *plan, _ *attempt, err error) Outcome {
	return c.method.judge(p, c.result, err)
}

func (c *soloCall[A, R]) worthRetry(p *plan, err error) bool {
	return c.method.worthRetry(p, c.args, c.result, err)
}

func (c *soloCall[A, R]) leastWait(err error) time.Duration {
	return c.method.leastWait(c.result, err)
}

func (c *soloCall[A, R]) repeatable() bool {
	return c.method.spec.repeatable == nil || c.method.spec.repeatable(c.args)
}

func (c *soloCall[A, R]) renew() error {
	if c.method.spec.renew == nil {
		return nil
	}
	args, err := c.method.spec.renew(c.args)
	if err == nil {
		c.args, c.used = args, false
	}
	return err
}

func (c *soloCall[A, R]) drop() {
	if c.method.drop(c.result) {
		var none R
		c.result = none
	}
}

func (c *soloCall[A, R]) settled(*attempt)      {}
func (c *soloCall[A, R]) leave(*attempt, error) {}
