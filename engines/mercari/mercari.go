// Package mercari has circuits use mercari/go-circuitbreaker.
//
// It empties its counters at the window's end, all at once, and half-open it lets every call
// through. A closed breaker keeps a goroutine, also one that nobody uses any more.
package mercari

import (
	"context"
	"time"

	"github.com/cenkalti/backoff/v3"
	"github.com/mercari/go-circuitbreaker"
	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/engines/internal/engine"
	"github.com/breakergen/breakergen/runtime"
)

// Engine returns the engine. The library's options go over those that are made from what was
// asked for. WithFailOnContextCancel and WithFailOnContextDeadline change nothing: the
// runtime has judged before. Without more it opens as the built-in breaker does.
//
// Probes is how many successes close it, and limits nothing. What was asked for and the
// library lacks (WindowCalls, Slow, SlowRate) is an error of the wrapper's constructor.
func Engine(options ...circuitbreaker.BreakerOption) runtime.Engine {
	return func(_ string, asked runtime.BreakerPolicy) (runtime.Breaker, error) {
		if err := engine.Refuse("mercari/go-circuitbreaker", asked, "FailureRate", "MinCalls",
			"Window", "OpenFor", "MaxOpenFor", "Probes", "Consecutive"); err != nil {
			return nil, err
		}
		policy := asked.WithDefaults()
		ours := []circuitbreaker.BreakerOption{
			circuitbreaker.WithTripFunc(func(c *circuitbreaker.Counters) bool { return trips(&policy, c) }),
			circuitbreaker.WithCounterResetInterval(policy.Window),
			circuitbreaker.WithOpenTimeoutBackOff(openTime(policy.OpenFor, policy.MaxOpenFor)),
			circuitbreaker.WithHalfOpenMaxSuccesses(int64(policy.Probes)),
		}
		return breaker{circuitbreaker.New(append(ours, options...)...)}, nil
	}
}

func trips(p *runtime.BreakerPolicy, c *circuitbreaker.Counters) bool {
	if p.Consecutive > 0 && c.ConsecutiveFailures >= int64(p.Consecutive) {
		return true
	}
	judged := c.Successes + c.Failures
	return judged >= int64(p.MinCalls) && float64(c.Failures)/float64(judged) >= p.FailureRate
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

// breaker asks and reports in two steps: Do would lose calls that panic or exit.
type breaker struct {
	*circuitbreaker.CircuitBreaker
}

// Wrap satisfies runtime.Breaker.
func (b breaker) Wrap(next goresilience.Runner) goresilience.Runner {
	return goresilience.RunnerFunc(func(ctx context.Context, f goresilience.Func) error {
		if !b.Ready() {
			return circuitbreaker.ErrOpen
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
func (b breaker) State() runtime.State {
	switch b.CircuitBreaker.State() {
	case circuitbreaker.StateOpen:
		return runtime.Open
	case circuitbreaker.StateHalfOpen:
		return runtime.HalfOpen
	default:
		return runtime.Closed
	}
}
