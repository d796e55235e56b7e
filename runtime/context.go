package runtime

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/runtime/internal/callctx"
	"github.com/breakergen/breakergen/runtime/internal/clock"
)

// WithoutRetry returns a context for one call that is to make one attempt, whatever its
// policy says. The wrapper's method reads it as the call begins; what is wrapped doesn't see
// it, nor do the calls that that makes itself.
func WithoutRetry(ctx context.Context) context.Context { return callctx.WithoutRetry(ctx) }

// WithTimeout returns a context for one call whose attempts have d each, whatever its policy
// says. It ends nothing itself: the caller's own deadline is a context.WithTimeout's. As
// WithoutRetry, it is read as the call begins, and not seen by what is wrapped.
func WithTimeout(ctx context.Context, d time.Duration) context.Context {
	return callctx.WithTimeout(ctx, d)
}

// CallInfo tells a link of the user's own about the call that runs through it.
type CallInfo struct {
	// Circuit is the circuit of the call.
	Circuit *Circuit
	// Attempt is the number of the attempt under way, from 1, for links in Inner; for
	// links in Outer, which see the whole call, it is 0.
	Attempt int
}

// CallInfoFrom returns what is known of the call whose context a link in Outer or Inner
// has; false where ctx isn't such a context.
func CallInfoFrom(ctx context.Context) (CallInfo, bool) {
	switch of := ctx.Value(infoKey{}).(type) {
	case *attempt:
		return CallInfo{Circuit: of.circuit.public, Attempt: of.number}, true
	case *callContext:
		return CallInfo{Circuit: of.circuit.public}, true
	default:
		return CallInfo{}, false
	}
}

// CauseFrom returns the error that a fallback is asked to make good, given the context
// of the fallback's method, a *ResultsError where its call had none; nil elsewhere. A fallback that
// has no answer to it returns it.
func CauseFrom(ctx context.Context) error {
	cause, _ := ctx.Value(causeKey{}).(error)
	return cause
}

type causeKey struct{}

// What links of the user's own see of a call: a callContext outside of the built-in
// links, an attempt inside.

// callContext is the context of a whole call.
type callContext struct {
	context.Context
	circuit *circuit
	plan    *plan
	call    subject
}

// attempt is the context of one attempt: it says whose results come back.
type attempt struct {
	context.Context
	circuit *circuit
	number  int
	// call is whose attempt it is: nil until the method is reached, maybe in another goroutine.
	// Where a link in Outer has replaced the context, nothing else says so.
	call atomic.Pointer[subject]
}

// found is the context of an attempt in place of one that a link in Inner made
// without it.
type found struct {
	context.Context
	attempt *attempt
}

type callKey struct{}
type attemptKey struct{}
type infoKey struct{} // whichever of the two is nearer

// Value finds the callContext itself.
func (c *callContext) Value(key any) any {
	if key == (callKey{}) || key == (infoKey{}) {
		return c
	}
	return c.Context.Value(key)
}

// Value finds the attempt itself.
func (a *attempt) Value(key any) any {
	if key == (attemptKey{}) || key == (infoKey{}) {
		return a
	}
	return a.Context.Value(key)
}

// Value finds the attempt.
func (f *found) Value(key any) any {
	if key == (attemptKey{}) {
		return f.attempt
	}
	return f.Context.Value(key)
}

// newPass makes a pass for each way through the chain that a link in Outer takes.
func (m *method) newPass(ctx context.Context) (*pass, error) {
	p := &pass{Context: ctx, caller: ctx, stripe: rand.Uint32()}
	call, ok := ctx.Value(callKey{}).(*callContext)
	if !ok {
		return p, m.replaced(p)
	}
	p.call, p.circuit, p.plan = call.call, call.circuit, call.plan
	if ctx == call {
		p.Context, p.caller = call.Context, call.Context
	}
	p.within = callctx.From(p.caller)
	p.nested = p.within.Has(&p.circuit.id)
	return p, nil
}

// replaced completes a pass whose context a link has replaced. The key is lost with
// it: such calls share the circuit of the empty key.
func (m *method) replaced(p *pass) (err error) {
	p.call, p.circuit = bareCall{}, m.circuit
	if m.family != nil {
		if p.circuit, err = m.family.circuit(""); err != nil {
			return err
		}
	}
	p.plan = m.bound.plan(p.circuit.applied.Load())
	return nil
}

// inner returns the context for the links inside of the built-in ones, and where
// more than those see the call, its attempt.
func (p *pass) inner(ctx context.Context) (context.Context, *attempt) {
	if !p.plan.shared {
		return ctx, nil
	}
	if ctx == p {
		ctx = p.Context
	}
	a := &attempt{Context: ctx, circuit: p.circuit, number: p.attempt}
	return a, a
}

// carry has f find the attempt, also where a link inside replaces the context.
func (a *attempt) carry(f goresilience.Func) goresilience.Func {
	if a == nil {
		return f
	}
	return func(ctx context.Context) error {
		if ctx.Value(attemptKey{}) != a {
			ctx = &found{ctx, a}
		}
		return f(ctx)
	}
}

// attemptFrom returns the attempt that ctx belongs to, or nil, and the context that
// the callee would have without it.
func attemptFrom(ctx context.Context) (*attempt, context.Context) {
	a, _ := ctx.Value(attemptKey{}).(*attempt)
	switch own := ctx.(type) {
	case *attempt:
		ctx = own.Context
	case *found:
		ctx = own.Context
	}
	return a, ctx
}

// belongsTo says whose attempt it is, where that wasn't said before.
func (a *attempt) belongsTo(call subject) { a.call.CompareAndSwap(nil, &call) }

// meet finds out whose attempt it was.
func (p *pass) meet(a *attempt) {
	if a == nil || p.call != (bareCall{}) {
		return
	}
	if call := a.call.Load(); call != nil {
		p.expect(clock.Never) // who counts what is overdue reads whose it is
		p.call = *call
	}
}
