// Package rubyist has circuits use rubyist/circuitbreaker.
//
// Its half-open state limits the probes only while its open time grows, which MaxOpenFor
// asks for: where that is always the same, every call goes through. It isn't shown either:
// the circuit is said to be half-open while a call is under way that it let through though
// it is tripped.
package rubyist

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/cenk/backoff"
	"github.com/rubyist/circuitbreaker"
	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/engines/internal/engine"
	"github.com/breakergen/breakergen/runtime"
)

// Engine returns the engine. The options are made from what was asked for, and configure,
// which may be left out, changes them. Without more it opens as the built-in breaker does.
//
// What was asked for and the library lacks (WindowCalls, more than one of Probes, Slow,
// SlowRate) is an error of the wrapper's constructor.
func Engine(configure ...func(*circuit.Options)) runtime.Engine {
	return func(_ string, asked runtime.BreakerPolicy) (runtime.Breaker, error) {
		if asked.Probes > 1 {
			return nil, fmt.Errorf("Breaker.Probes is %d: one success closes rubyist/circuitbreaker",
				asked.Probes)
		}
		if err := engine.Refuse("rubyist/circuitbreaker", asked, "FailureRate", "MinCalls",
			"Window", "OpenFor", "MaxOpenFor", "Probes", "Consecutive"); err != nil {
			return nil, err
		}
		policy := asked.WithDefaults()
		options := circuit.Options{
			BackOff:    openTime(policy.OpenFor, policy.MaxOpenFor),
			ShouldTrip: func(b *circuit.Breaker) bool { return trips(&policy, b) },
			WindowTime: policy.Window,
		}
		for _, change := range configure {
			change(&options)
		}
		return &breaker{Breaker: circuit.NewBreakerWithOptions(&options)}, nil
	}
}

func trips(p *runtime.BreakerPolicy, b *circuit.Breaker) bool {
	if p.Consecutive > 0 && b.ConsecFailures() >= int64(p.Consecutive) {
		return true
	}
	return b.Failures()+b.Successes() >= int64(p.MinCalls) && b.ErrorRate() >= p.FailureRate
}

// openTime is always the same, or doubles up to longest, drawn from its last fifth.
func openTime(first, longest time.Duration) backoff.BackOff {
	if longest <= first {
		return backoff.NewConstantBackOff(first)
	}
	grows := backoff.NewExponentialBackOff()
	grows.InitialInterval = first / 10 * 9
	grows.MaxInterval = longest / 10 * 9
	grows.RandomizationFactor = 1.0 / 9
	grows.Multiplier = 2
	grows.MaxElapsedTime = 0
	grows.Reset()
	return grows
}

// breaker asks and reports in two steps: Call would lose calls that panic or exit.
type breaker struct {
	*circuit.Breaker
	probes atomic.Int64 // under way
}

// Wrap satisfies runtime.Breaker.
func (b *breaker) Wrap(next goresilience.Runner) goresilience.Runner {
	return goresilience.RunnerFunc(func(ctx context.Context, f goresilience.Func) error {
		tripped := b.Tripped()
		if !b.Ready() {
			return circuit.ErrBreakerOpen
		}
		if tripped {
			b.probes.Add(1)
			defer b.probes.Add(-1)
		}
		report := b.Fail
		defer func() { report() }()
		err := next.Run(ctx, f)
		switch {
		case runtime.IsIgnored(ctx):
			report = func() {}
		case err == nil:
			report = b.Success
		}
		return err
	})
}

// State satisfies runtime.Breaker.
func (b *breaker) State() runtime.State {
	switch {
	case !b.Tripped():
		return runtime.Closed
	case b.probes.Load() > 0:
		return runtime.HalfOpen
	default:
		return runtime.Open
	}
}
