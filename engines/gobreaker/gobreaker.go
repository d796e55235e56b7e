// Package gobreaker has circuits use sony/gobreaker v2.
//
// Its half-open state ends with its probes: one that hangs keeps it for ever. It judges a
// rate only when a call fails, and failures in a row only within its window.
package gobreaker

import (
	"context"
	"errors"

	"github.com/slok/goresilience"
	"github.com/sony/gobreaker/v2"

	"github.com/breakergen/breakergen/engines/internal/engine"
	"github.com/breakergen/breakergen/runtime"
)

// Engine returns the engine. The settings are made from what was asked for, and configure,
// which may be left out, changes them. Without more it opens as the built-in breaker does.
//
// What was asked for and gobreaker lacks (WindowCalls, MaxOpenFor, Slow, SlowRate) is an
// error of the wrapper's constructor.
func Engine(configure ...func(*gobreaker.Settings)) runtime.Engine {
	return func(name string, asked runtime.BreakerPolicy) (runtime.Breaker, error) {
		if err := engine.Refuse("gobreaker", asked,
			"FailureRate", "MinCalls", "Window", "OpenFor", "Probes", "Consecutive"); err != nil {
			return nil, err
		}
		policy := asked.WithDefaults()
		settings := gobreaker.Settings{
			Name:         name,
			MaxRequests:  uint32(policy.Probes),
			Interval:     policy.Window,
			BucketPeriod: policy.Window / 10,
			Timeout:      policy.OpenFor,
			ReadyToTrip:  func(counts gobreaker.Counts) bool { return trips(&policy, counts) },
		}
		for _, change := range configure {
			change(&settings)
		}
		excluded := settings.IsExcluded
		settings.IsExcluded = func(err error) bool {
			return err == errIgnored || excluded != nil && excluded(err)
		}
		return breaker{gobreaker.NewTwoStepCircuitBreaker[any](settings)}, nil
	}
}

// trips counts results and not requests, which may be under way.
func trips(p *runtime.BreakerPolicy, counts gobreaker.Counts) bool {
	if p.Consecutive > 0 && int(counts.ConsecutiveFailures) >= p.Consecutive {
		return true
	}
	judged := counts.TotalSuccesses + counts.TotalFailures
	return int(judged) >= p.MinCalls &&
		float64(counts.TotalFailures)/float64(judged) >= p.FailureRate
}

// errIgnored has gobreaker leave a call out.
var errIgnored = errors.New("ignored")

// breaker takes gobreaker's two steps: Execute would lose the permit of a call that exits,
// and the stack of one that panics.
type breaker struct {
	*gobreaker.TwoStepCircuitBreaker[any]
}

// Wrap satisfies runtime.Breaker.
func (b breaker) Wrap(next goresilience.Runner) goresilience.Runner {
	return goresilience.RunnerFunc(func(ctx context.Context, f goresilience.Func) error {
		done, err := b.Allow()
		if err != nil {
			return err
		}
		result := engine.ErrFailed
		defer func() { done(result) }()
		err = next.Run(ctx, f)
		if result = err; runtime.IsIgnored(ctx) {
			result = errIgnored
		}
		return err
	})
}

// State satisfies runtime.Breaker.
func (b breaker) State() runtime.State {
	switch b.TwoStepCircuitBreaker.State() {
	case gobreaker.StateOpen:
		return runtime.Open
	case gobreaker.StateHalfOpen:
		return runtime.HalfOpen
	default:
		return runtime.Closed
	}
}
