// Package failsafe has circuits use the circuit breaker of failsafe-go.
//
// It opens by a rate or by failures in a row, not by both. A probe that hangs keeps its
// permit for ever.
package failsafe

import (
	"context"
	"fmt"
	"math"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/engines/internal/engine"
	"github.com/breakergen/breakergen/runtime"
)

// Engine returns the engine. The builder is told what was asked for, and configure, which
// may be left out, goes on with it. A delay function isn't called, as there is no execution,
// and what counts as a failure the runtime has judged before. Without more it opens at the
// built-in breaker's rate, and not by failures in a row.
//
// What was asked for and failsafe-go lacks is an error of the wrapper's constructor:
// MaxOpenFor, Slow, SlowRate, Consecutive beside a rate, MinCalls beside WindowCalls.
func Engine(configure ...func(circuitbreaker.Builder[any])) runtime.Engine {
	return func(_ string, asked runtime.BreakerPolicy) (runtime.Breaker, error) {
		if err := check(asked); err != nil {
			return nil, err
		}
		policy := asked.WithDefaults()
		builder := circuitbreaker.NewBuilder[any]().
			WithDelay(policy.OpenFor).
			WithSuccessThreshold(uint(policy.Probes))
		switch {
		case asked.Consecutive > 0:
			builder.WithFailureThreshold(uint(asked.Consecutive))
		case asked.WindowCalls > 0:
			failures := math.Ceil(policy.FailureRate * float64(asked.WindowCalls))
			builder.WithFailureThresholdRatio(uint(failures), uint(asked.WindowCalls))
		default:
			builder.WithFailureRateThreshold(policy.FailureRate, uint(policy.MinCalls), policy.Window)
		}
		for _, change := range configure {
			change(builder)
		}
		return breaker{builder.Build()}, nil
	}
}

func check(asked runtime.BreakerPolicy) error {
	rated := asked.FailureRate != 0 || asked.MinCalls != 0 || asked.Window != 0 || asked.WindowCalls != 0
	switch {
	case asked.Consecutive > 0 && rated:
		return fmt.Errorf("Breaker.Consecutive is %d: failsafe-go opens by a rate or by failures in a row, "+
			"not by both", asked.Consecutive)
	case asked.WindowCalls > 0 && asked.MinCalls > 0:
		return fmt.Errorf("Breaker.MinCalls is %d: failsafe-go has none for a window of calls",
			asked.MinCalls)
	default:
		return engine.Refuse("failsafe-go", asked, "FailureRate", "MinCalls", "Window", "WindowCalls",
			"OpenFor", "Probes", "Consecutive")
	}
}

// breaker takes permits and reports by hand: an execution loses those of calls that panic
// or exit.
type breaker struct {
	circuitbreaker.CircuitBreaker[any]
}

// Wrap satisfies runtime.Breaker.
func (b breaker) Wrap(next goresilience.Runner) goresilience.Runner {
	return goresilience.RunnerFunc(func(ctx context.Context, f goresilience.Func) error {
		if !b.TryAcquirePermit() {
			return circuitbreaker.ErrOpen
		}
		report := b.RecordFailure
		defer func() { report() }()
		err := next.Run(ctx, f)
		switch {
		case runtime.IsIgnored(ctx):
			// A probe's permit can't be given back but with a result: rather open for too
			// long than closed by nothing.
			if !b.IsHalfOpen() {
				report = func() {}
			}
		case err == nil:
			report = b.RecordSuccess
		}
		return err
	})
}

// State satisfies runtime.Breaker.
func (b breaker) State() runtime.State {
	switch b.CircuitBreaker.State() {
	case circuitbreaker.OpenState:
		return runtime.Open
	case circuitbreaker.HalfOpenState:
		return runtime.HalfOpen
	default:
		return runtime.Closed
	}
}
