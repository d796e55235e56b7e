package runtime

import (
	"context"
	"fmt"
	"reflect"
	"sync"
	"time"

	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/runtime/internal/drop"
	"github.com/breakergen/breakergen/runtime/internal/fault"
	"github.com/breakergen/breakergen/runtime/internal/runs"
	"github.com/breakergen/breakergen/runtime/internal/slot"
)

// NewMethod adds a method with arguments A and results R to b: a method's one argument or
// result itself, a struct of several, struct{} for none; the context and the error aren't
// among them. call calls the method, on what is wrapped or on the fallback.
//
// What it returns makes, for what is wrapped, the function that makes one call through the
// chain, once b.Build has succeeded. That returns what the method returned, or the fallback,
// or zero results with the error of the link that ended the call: an *OpenError, a
// *FullError, a *TimeoutError, or the context's own error. Both are safe for concurrent use.
func NewMethod[T, A, R any](
	b *Builder[T], spec Spec, call func(next T, ctx context.Context, args A) (R, error),
) func(next T) func(context.Context, A) (R, error) {
	enter := b.plain().method(spec, (*slot.Of[T, A, R])(nil), func(ctx context.Context, in any) (err error) {
		s := in.(*slot.Of[T, A, R])
		s.Result, err = call(s.Next, ctx, s.Args)
		return err
	})
	return func(next T) func(context.Context, A) (R, error) {
		return func(ctx context.Context, args A) (result R, err error) {
			c, in, err := enter(ctx)
			if c == nil {
				return result, err
			}
			s := in.(*slot.Of[T, A, R])
			s.Next, s.Args = next, args
			err = c.make()
			result = s.Result
			*s = slot.Of[T, A, R]{}
			c.leave() // not after a panic: the chain's defers may still be at it
			return result, err
		}
	}
}

// method is one method of a wrapper, behind its chain.
type method struct {
	kind   runs.Kind                                 // of its calls
	invoke func(ctx context.Context, slot any) error // calls the method
	hooks
	protocol *Protocol
	fallback reflect.Value // not valid for none
	// careful says that what becomes of a call depends on its arguments, or they on that.
	careful  bool
	readOnce bool // see Spec.ReadOnce

	runner  goresilience.Runner
	bound   *bound
	circuit *circuit // one of the two
	family  *family
	calls   sync.Pool // of *call
}

// underway is a *call. With its type, every package that has a wrapper would compile again the
// generic types that are somewhere in there.
type underway interface {
	// make makes the call with the slot's arguments; its results are there then.
	make() error
	// leave keeps the call for a later one.
	leave()
}

// method adds a method. sample is a nil pointer to one of its slots. What it returns begins a
// call, and returns its slot; or no call where that has ended with the error.
func (b *builder) method(
	spec Spec, sample any, invoke func(context.Context, any) error,
) (enter func(context.Context) (underway, any, error)) {
	slots := slot.TypeOf(sample)
	m := &method{invoke: invoke, protocol: spec.Protocol, readOnce: spec.ReadOnce}
	if fallback := reflect.ValueOf(b.fallback).Elem(); !isNil(fallback) {
		m.fallback = fallback
	}
	m.calls.New = func() any { return newCall(m) }
	if spec.Hooks != nil {
		m.hooks = *spec.Hooks.hooks().(*hooks)
		for what, types := range map[string][2]reflect.Type{
			"arguments": {m.args, slots.Args()}, "results": {m.result, slots.Result()},
		} {
			if types[0] != types[1] {
				b.fault(fmt.Errorf("%s: Hooks are about %s of type %v, not %v", spec.Name, what, types[0], types[1]))
			}
		}
	}
	m.kind = runs.Kind{Slots: slots, Repeatable: m.canRepeat, Renew: m.renew, Drop: m.dropResult}
	m.careful = m.fallback.IsValid() || m.key != nil || m.discard != nil

	policy, errs := spec.policy()
	b.fault(errs...)
	m.bound = newBound(policy, rules{
		notRepeated:  spec.NotRepeated != "",
		noContext:    spec.NoContext,
		livesOn:      spec.LivesOn,
		fallsBack:    m.fallback.IsValid(),
		asksForRetry: spec.AsksForRetry,
		sequence:     spec.Sequence,
		judgesResult: m.classify != nil,
		foreign:      len(b.outer) > 0 || len(b.inner) > 0 || b.engine != nil,
	})
	if registryIn(b.registry).tested { // others keep nothing that leads to a method
		m.bound.judge = m.judgeOverdue
	}
	name, owner := b.circuitName(spec.Name, spec.Circuit)
	wish := &binding{
		path:    b.path + "Policies." + spec.Name,
		name:    name,
		owner:   owner,
		bound:   m.bound,
		engine:  b.engine,
		keyed:   m.key != nil,
		maxKeys: spec.MaxKeys,
	}
	order, outer, inner := b.order, b.outer, b.inner
	all := wishesOf(b)
	all.bindings = append(all.bindings, wish)
	all.finish = append(all.finish, func() {
		m.circuit, m.family = wish.circuit, wish.family
		m.runner = newChain(order, m.newPass, outer, inner)
	})
	return m.enter
}

func (m *method) enter(ctx context.Context) (underway, any, error) {
	if ctx == nil { // or the panic would be ours
		ctx = context.Background()
	}
	if m.careful {
		c := m.calls.Get().(*call)
		c.caller = ctx
		return c, c.slot, nil
	}
	if ctx.Err() != nil {
		return nil, nil, m.protocol.ended(fault.EndOf(ctx))
	}
	p := m.bound.plan(m.circuit.applied.Load())
	if p.shared {
		c := m.calls.Get().(*call)
		c.caller, c.circuit, c.plan = ctx, m.circuit, p
		return c, c.slot, nil
	}
	c, rejection := m.admit(ctx, m.circuit, p, nil)
	if c == nil {
		return nil, nil, m.protocol.refuse(rejection)
	}
	return c, c.slot, nil
}

// circuitOf returns the circuit of a call with these arguments. One by key is held, until
// the call releases it.
func (m *method) circuitOf(args any) (*circuit, error) {
	if m.family == nil {
		return m.circuit, nil
	}
	return m.family.hold(m.key(args))
}

// dropResult closes results that the caller never gets.
func (m *method) dropResult(result any) (closed bool) {
	if m.drop != nil {
		return m.drop(result)
	}
	return drop.Value(reflect.ValueOf(result).Elem())
}

// canRepeat reports whether the arguments can be used again.
func (m *method) canRepeat(args any) bool {
	return !m.readOnce && (m.repeatable == nil || m.repeatable(args))
}

// judge says who is at fault for what the method returned.
func (m *method) judge(p *plan, result any, err error) Outcome {
	switch {
	case p.judgesResult:
		return m.classify(result, err)
	case err == nil:
		return Success
	case p.Classify != nil:
		return p.Classify(err)
	case m.protocol != nil:
		return m.protocol.Judge(err)
	default:
		return Failure
	}
}

// judgeOverdue judges a call that has returned nothing yet.
func (m *method) judgeOverdue(p *plan, err error) Outcome {
	return m.judge(p, m.kind.Slots.NoResult(), err)
}

// worthRetry reports whether a failure is worth another attempt.
func (m *method) worthRetry(p *plan, args, result any, err error) bool {
	switch {
	case p.Retry.On != nil:
		return err != nil && p.Retry.On(err)
	case m.retry != nil:
		return m.retry(args, result, err)
	case m.protocol != nil && m.protocol.Retry != nil:
		return err != nil && m.protocol.Retry(err)
	default:
		return true
	}
}

// leastWait returns how long a failure asks to be left alone before another attempt.
func (m *method) leastWait(result any, err error) time.Duration {
	if m.retryAfter != nil {
		if wait, ok := m.retryAfter(result, err); ok {
			return wait
		}
	}
	return m.protocol.least(err)
}
