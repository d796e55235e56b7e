package runtime

import (
	"context"
	"math"
	"math/rand/v2"
	"time"

	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/runtime/internal/callctx"
	"github.com/breakergen/breakergen/runtime/internal/fault"
	"github.com/breakergen/breakergen/runtime/internal/places"
	"github.com/breakergen/breakergen/runtime/internal/state"
	"github.com/breakergen/breakergen/runtime/internal/window"
)

// Middleware is goresilience's: a link of a chain. Generated code has it from here, so that a
// module that wraps something needs goresilience itself only where it has links of its own.
type Middleware = goresilience.Middleware

// Order is the order of a chain's links.
type Order uint8

const (
	// BreakerFirst is
	// Fallback(Outer(Total(Breaker(Retry(Bulkhead(Timeout(Inner(call)))))))):
	// the breaker counts calls, not attempts.
	BreakerFirst Order = iota
	// RetryFirst is
	// Fallback(Outer(Total(Retry(Breaker(Bulkhead(Timeout(Inner(call)))))))):
	// the breaker counts attempts, as in resilience4j and MicroProfile.
	RetryFirst
)

// newChain builds a method's chain. fresh makes the pass of a call that comes through
// links of the user's own.
func newChain(
	order Order, fresh func(context.Context) (*pass, error), outer, inner []goresilience.Middleware,
) goresilience.Runner {
	links := append([]goresilience.Middleware{}, outer...)
	links = append(links, enterLink(fresh))
	if order == RetryFirst {
		links = append(links, retryLink(order), breakerLink(order))
	} else {
		links = append(links, breakerLink(order), retryLink(order))
	}
	links = append(links, bulkheadLink, attemptLink)
	links = append(links, inner...)
	return goresilience.RunnerChain(append(links, lastLink)...)
}

// newBareChain builds the chain of calls without a wrapper: breaker and bulkhead.
func newBareChain(fresh func(context.Context) (*pass, error)) goresilience.Runner {
	return goresilience.RunnerChain(
		enterLink(fresh), breakerLink(BreakerFirst), bulkheadLink, attemptLink, lastLink,
	)
}

// The links as goresilience's middlewares. Their runners are structs and not
// goresilience.RunnerFuncs, which would add a call to each link.

func enterLink(fresh func(context.Context) (*pass, error)) goresilience.Middleware {
	return func(next goresilience.Runner) goresilience.Runner {
		return &enterRunner{next, fresh}
	}
}

func breakerLink(order Order) goresilience.Middleware {
	return func(next goresilience.Runner) goresilience.Runner {
		return &breakerRunner{next, order == BreakerFirst}
	}
}

func retryLink(order Order) goresilience.Middleware {
	return func(next goresilience.Runner) goresilience.Runner {
		return &retryRunner{next, order == RetryFirst}
	}
}

func bulkheadLink(next goresilience.Runner) goresilience.Runner { return &bulkheadRunner{next} }

func attemptLink(next goresilience.Runner) goresilience.Runner { return &attemptRunner{next} }

func lastLink(goresilience.Runner) goresilience.Runner { return lastRunner{} }

// pass is one way of a call through the built-in links, and the context that they
// hand each other. In a chain of built-in links only, a call makes one pass, which
// is used again for a later call; so nothing that a callee gets may refer to it.
type pass struct {
	// Context is what the callee is to see: the caller's own context, or the one
	// that ends at the total's deadline.
	context.Context
	caller  context.Context // the context that the call came with
	call    subject
	circuit *circuit
	plan    *plan
	stripe  uint32 // which part of the statistics to use

	now     int64         // the newest reading of the clock
	isCall  bool          // what the breaker sees is the whole call, not one attempt
	probe   bool          // let through by a half-open circuit: one attempt only
	made    bool          // an attempt was made since the breaker let it through
	attempt int           // the number of the attempt under way, from 1
	limit   time.Duration // the time of the attempt under way
	within  *callctx.Mark // the attempt that the call is part of; nil for none
	nested  bool          // that one, or one around it, has the same circuit
	// countsAttempts says that the retry is outside of the breaker.
	countsAttempts bool
	place          *places.Places // whose place the attempt holds; nil for none
	total          callctx.Ending
	endsAt         int64 // the total's deadline on the registry's clock
	verdict        verdict
	failure        error       // what the breaker link got
	panicked       *PanicError // where a detached attempt has
	ran            *engineRun  // what an engine's breaker has done with the call; nil elsewhere
	flight         window.Flight
	admission      state.Ticket
}

// in returns the time d from now, which is never past the end of all time.
func (p *pass) in(d time.Duration) int64 { return p.now + min(int64(d), math.MaxInt64-1-p.now) }

// subject is what the links ask of the call that passes through them.
type subject interface {
	// judge says who is at fault for err, which is nil for the results alone.
	judge(p *plan, a *attempt, err error) Outcome
	// worthRetry reports whether an attempt's failure, err or results without one, is worth another
	// attempt, and leastWait how long that has to wait at least.
	worthRetry(p *plan, a *attempt, err error) bool
	leastWait(a *attempt, err error) time.Duration
	// ended returns the error for a call that its caller's end has ended, given that end's.
	ended(err error) error
	// repeatable reports whether the arguments can be used again.
	repeatable() bool
	// renew makes the arguments of the next attempt.
	renew() error
	// drop closes the results of an attempt: another one replaces them.
	drop(a *attempt)
	// judgeOverdue judges a call that is still under way after its deadline, without its
	// results: it may be asked while the call goes on, and after its end.
	judgeOverdue(p *plan, err error) Outcome
	// settled is told of each attempt whose error goes on, and reports whether the method has
	// returned in it.
	settled(a *attempt) (answered bool)
	// abandon drops the results of an attempt that is left alone, also those to come.
	// err is what its caller gets in their place.
	abandon(a *attempt, err error)
}

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
		var err error
		if p, err = r.fresh(ctx); err != nil {
			return err
		}
		if ctx.Err() != nil { // the call is over before it began, or a link has ended it
			return p.call.ended(fault.EndOf(ctx))
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
		nested:  within.Has(&c.id),
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
	if p.Classify != nil {
		return p.Classify(err)
	}
	return Failure
}
func (bareCall) judgeOverdue(p *plan, err error) Outcome { return bareCall{}.judge(p, nil, err) }
func (bareCall) worthRetry(*plan, *attempt, error) bool  { return false }
func (bareCall) leastWait(*attempt, error) time.Duration { return 0 }
func (bareCall) ended(err error) error                   { return err }
func (bareCall) repeatable() bool                        { return false }
func (bareCall) renew() error                            { return nil }
func (bareCall) drop(*attempt)                           {}
func (bareCall) settled(*attempt) bool                   { return false }
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
