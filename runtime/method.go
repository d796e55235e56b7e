package runtime

import (
	"context"
	"sync"
	"time"

	"github.com/slok/goresilience"
)

// Method is one method of a wrapper, behind its chain. It is safe for concurrent use.
type Method[A, R any] struct {
	chain    methodChain
	spec     methodSpec[A, R]
	fallback func(context.Context, A) (R, error) // nil for none
	calls    *sync.Pool                          // of *soloCall[A, R]; shared by what NewUnbound makes
}

// methodSpec is a Spec without the type that is wrapped.
type methodSpec[A, R any] struct {
	call           func(context.Context, A) (R, error)
	repeatable     func(A) bool
	renew          func(A) (A, error)
	discard        func(A)
	classifyResult func(R, error) Outcome
	retryResult    func(A, R, error) bool
	retryAfter     func(R, error) (time.Duration, bool)
	protocol       *Protocol
	drop           func(R) bool
	key            func(A) string
}

// methodChain is the part of a Method that knows no types.
type methodChain struct {
	runner  goresilience.Runner
	bound   *bound
	circuit *Circuit // one of the two
	family  *family
}

// NewMethod adds a method to b. It may be called once b.Build has succeeded.
func NewMethod[T, A, R any](b *Builder[T], spec Spec[T, A, R]) *Method[A, R] {
	m := &Method[A, R]{spec: methodSpec[A, R]{
		repeatable:     spec.Repeatable,
		renew:          spec.Renew,
		discard:        spec.Discard,
		classifyResult: spec.ClassifyResult,
		retryResult:    spec.RetryResult,
		retryAfter:     spec.RetryAfter,
		protocol:       spec.Protocol,
		drop:           spec.Drop,
		key:            spec.Key,
	}}
	next, fallback := b.Next, b.Fallback
	m.spec.call = func(ctx context.Context, args A) (R, error) { return spec.Call(next, ctx, args) }
	if !isNil(fallback) {
		m.fallback = func(ctx context.Context, args A) (R, error) {
			return spec.Call(fallback, ctx, args)
		}
	}
	m.calls = &sync.Pool{New: func() any { return newSoloCall[A, R]() }}

	policy, errs := spec.policy()
	b.fault(errs...)
	m.chain.bound = newBound(policy, rules{
		notRepeated:  spec.NotRepeated != "",
		noContext:    spec.NoContext,
		livesOn:      spec.LivesOn,
		fallsBack:    m.fallback != nil,
		asksForRetry: spec.AsksForRetry,
		sequence:     spec.Sequence,
		judgesResult: spec.ClassifyResult != nil,
		foreign:      len(b.Outer) > 0 || len(b.Inner) > 0 || b.Engine != nil,
	})
	name, owner := b.circuitName(spec.Name, spec.Circuit)
	wish := &binding{
		path:    b.path + "Policies." + spec.Name,
		name:    name,
		owner:   owner,
		bound:   m.chain.bound,
		engine:  b.Engine,
		keyed:   spec.Key != nil,
		maxKeys: spec.MaxKeys,
	}
	all := b.all()
	all.bindings = append(all.bindings, wish)
	all.finish = append(all.finish, func() {
		m.chain.circuit, m.chain.family = wish.circuit, wish.family
		m.chain.runner = newChain(b.Order, m.chain.newPass, b.Outer, b.Inner)
	})
	return m
}

// Call makes one call through the chain. It returns what the method returned, or the
// fallback, or zero results with the error of the link that ended the call: an
// *OpenError, a *FullError, a *TimeoutError, or ctx's own error.
func (m *Method[A, R]) Call(ctx context.Context, args A) (R, error) {
	var result R
	if err := ctx.Err(); err != nil {
		m.discard(args)
		return result, err
	}
	circuit, err := m.circuit(args)
	if err != nil {
		m.discard(args)
		return result, err
	}
	p := m.chain.bound.plan(circuit.applied.Load())
	var used bool // what is in args then
	if p.shared {
		result, args, used, err = m.callShared(ctx, circuit, p, args)
	} else {
		result, args, used, err = m.callSolo(ctx, circuit, p, args)
	}
	if m.fallback != nil && m.failed(ctx, circuit, p, result, err) {
		m.drop(result) // it may hold what the fallback needs
		return m.fallBack(ctx, circuit, args, used, err)
	}
	if !used {
		m.discard(args)
	}
	return result, m.spec.protocol.refuse(err)
}

// circuit returns the circuit of a call.
func (m *Method[A, R]) circuit(args A) (*Circuit, error) {
	if m.chain.family == nil {
		return m.chain.circuit, nil
	}
	return m.chain.family.circuit(m.spec.key(args))
}

// discard ends arguments with which the method was never called.
func (m *Method[A, R]) discard(args A) {
	if m.spec.discard != nil {
		m.spec.discard(args)
	}
}

// drop closes results that the caller never gets.
func (m *Method[A, R]) drop(result R) (closed bool) {
	if m.spec.drop != nil {
		return m.spec.drop(result)
	}
	return Drop(result)
}

// renewable reports whether the method has other arguments made for each call of it,
// and can have them made of these.
func (m *Method[A, R]) renewable(args A) bool {
	return m.spec.renew != nil && (m.spec.repeatable == nil || m.spec.repeatable(args))
}

// judge says who is at fault for what the method returned.
func (m *Method[A, R]) judge(p *plan, result R, err error) Outcome {
	switch {
	case p.judgesResult:
		return m.spec.classifyResult(result, err)
	case err == nil:
		return Success
	case p.Classify != nil:
		return p.Classify(err)
	case m.spec.protocol != nil:
		return m.spec.protocol.Judge(err)
	default:
		return Failure
	}
}

// worthRetry reports whether a failure is worth another attempt.
func (m *Method[A, R]) worthRetry(p *plan, args A, result R, err error) bool {
	switch {
	case p.Retry.On != nil:
		return err != nil && p.Retry.On(err)
	case m.spec.retryResult != nil:
		return m.spec.retryResult(args, result, err)
	case m.spec.protocol != nil && m.spec.protocol.Retry != nil:
		return err != nil && m.spec.protocol.Retry(err)
	default:
		return true
	}
}

// leastWait returns how long a failure asks to be left alone before another attempt.
func (m *Method[A, R]) leastWait(result R, err error) time.Duration {
	if m.spec.retryAfter != nil {
		if wait, ok := m.spec.retryAfter(result, err); ok {
			return wait
		}
	}
	return m.spec.protocol.least(err)
}
