package runtime

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/runtime/internal/callctx"
)

// enterRunner is the first of the built-in links: it finds or makes the pass, and sets
// the total's deadline.
type enterRunner struct {
	next  goresilience.Runner
	fresh func(context.Context) (*pass, error)
}

// Run satisfies goresilience.Runner.
func (r *enterRunner) Run(ctx context.Context, f goresilience.Func) error {
	p, ok := ctx.(*pass)
	if !ok {
		if ctx == nil {
			ctx = context.Background()
		}
		if err := ctx.Err(); err != nil {
			return err // the call is over before it began, or a link has ended it
		}
		var err error
		if p, err = r.fresh(ctx); err != nil {
			return err
		}
		p.now = p.circuit.use()
	}
	if timeout := &p.plan.Timeout; timeout.Total > 0 && !timeout.Off {
		return p.withTotal(r.next, f)
	}
	return r.next.Run(p, f)
}

// withTotal runs the rest under the total's deadline.
func (p *pass) withTotal(next goresilience.Runner, f goresilience.Func) error {
	p.endsAt = p.in(p.plan.Timeout.Total)
	p.total, _ = callctx.New(p.caller, p.circuit.registry.clock, p.endsAt, p.plan.livesOn)
	p.Context = p.total
	succeeded := false
	defer func() {
		callctx.End(p.total, succeeded)
		p.total = nil
	}()
	err := next.Run(p, f)
	succeeded = err == nil
	return err
}

// newPass makes the pass of a call without a wrapper.
func (c *circuit) newPass(ctx context.Context) (*pass, error) {
	within := callctx.From(ctx)
	return &pass{
		within:  within,
		nested:  within.Has(c),
		Context: ctx,
		caller:  ctx,
		call:    bareCall{},
		circuit: c,
		plan:    c.bare.plan(c.applied.Load()),
		stripe:  rand.Uint32(),
	}, nil
}

// bareCall is a call through Circuit.Runner, of which nothing is known. So is a
// wrapper's call whose context a link has replaced, until its method is reached.
type bareCall struct{}

func (bareCall) judge(p *plan, _ *attempt, err error) Outcome {
	switch {
	case err == nil:
		return Success
	case p.Classify != nil:
		return p.Classify(err)
	default:
		return Failure
	}
}
func (bareCall) judgeOverdue(p *plan, err error) Outcome { return bareCall{}.judge(p, nil, err) }
func (bareCall) worthRetry(*plan, error) bool            { return false }
func (bareCall) leastWait(error) time.Duration           { return 0 }
func (bareCall) repeatable() bool                        { return false }
func (bareCall) renew() error                            { return nil }
func (bareCall) drop()                                   {}
func (bareCall) settled(*attempt)                        {}
func (bareCall) abandon(*attempt, error)                 {}

// lastRunner calls. goresilience's own would ask the context for Done, and turn its
// error into another.
type lastRunner struct{}

// Run satisfies goresilience.Runner.
func (lastRunner) Run(ctx context.Context, f goresilience.Func) error {
	if p, ok := ctx.(*pass); ok {
		ctx = p.Context
	}
	return f(ctx)
}
