// Package goresilience has circuits use goresilience's own circuit breaker, v0.2.0.
//
// That shows no state, but tells its metrics recorder of each change, at once and in order:
// the circuit's state is what the recorder was told last. Open it goes on to half-open with
// the first call after the open time. A recorder of the user's isn't told of this breaker:
// the circuit's events are there for that.
//
// v0.2.0 doesn't read ErrorPercentThresholdToOpen. It opens at as many percents of failures as
// MinimumRequestToOpen says: at 20% of at least 20 calls. Half-open it lets every call
// through. Each breaker keeps a goroutine, also one that nobody uses any more.
package goresilience

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/slok/goresilience"
	"github.com/slok/goresilience/circuitbreaker"
	"github.com/slok/goresilience/metrics"

	"github.com/breakergen/breakergen/engines/internal/engine"
	"github.com/breakergen/breakergen/runtime"
)

// Engine returns the engine. The configuration is made from what was asked for, and
// configure, which may be left out, changes it. Without more it takes the library's
// defaults, which are the built-in breaker's but for the rate.
//
// Probes is how many results end the half-open state, and limits nothing. What was asked for
// and the library lacks is an error of the wrapper's constructor: another FailureRate than MinCalls
// in percent, WindowCalls, MaxOpenFor, Consecutive, Slow, SlowRate, and MinCalls over 100,
// which never opens.
func Engine(configure ...func(*circuitbreaker.Config)) runtime.Engine {
	return func(_ string, asked runtime.BreakerPolicy) (runtime.Breaker, error) {
		policy := asked.WithDefaults()
		if asked.FailureRate != 0 && asked.FailureRate != float64(policy.MinCalls)/100 {
			return nil, fmt.Errorf("Breaker.FailureRate is %v: goresilience v0.2.0 opens at %d%%, "+
				"as it takes MinCalls for the rate too", asked.FailureRate, policy.MinCalls)
		}
		if asked.MinCalls > 100 {
			return nil, fmt.Errorf("Breaker.MinCalls is %d: goresilience v0.2.0 takes it for the rate too, "+
				"in percent, and would never open", asked.MinCalls)
		}
		if err := engine.Refuse("goresilience", asked,
			"FailureRate", "MinCalls", "Window", "OpenFor", "Probes"); err != nil {
			return nil, err
		}
		config := circuitbreaker.Config{
			MinimumRequestToOpen:               policy.MinCalls,
			SuccessfulRequiredOnHalfOpen:       policy.Probes,
			WaitDurationInOpenState:            policy.OpenFor,
			MetricsSlidingWindowBucketQuantity: 10,
			MetricsBucketDuration:              max(policy.Window/10, time.Nanosecond),
		}
		for _, change := range configure {
			change(&config)
		}
		b := &breaker{}
		b.told = carrying(&recorder{Recorder: metrics.Dummy, breaker: b})
		b.runner = circuitbreaker.NewMiddleware(config)(nil)
		return b, nil
	}
}

// carrying returns a context that carries a recorder. Only the library's metrics middleware
// can make one; to have that in the chain was dropped, as it races with itself.
func carrying(r metrics.Recorder) (told context.Context) {
	keep := func(goresilience.Runner) goresilience.Runner {
		return goresilience.RunnerFunc(func(ctx context.Context, _ goresilience.Func) error {
			told = ctx
			return nil
		})
	}
	_ = goresilience.RunnerChain(metrics.NewMiddleware("", r), keep).Run(context.Background(), nil)
	return told
}

// breaker runs the stock breaker beside the chain, with a context of its own: what the call
// gets stays as it is.
type breaker struct {
	runner goresilience.Runner
	told   context.Context // carries the recorder
	state  atomic.Uint32   // a runtime.State
}

// Wrap satisfies runtime.Breaker.
func (b *breaker) Wrap(next goresilience.Runner) goresilience.Runner {
	return goresilience.RunnerFunc(func(ctx context.Context, f goresilience.Func) error {
		made, returned := false, false
		defer func() {
			if made && !returned {
				_ = b.runner.Run(b.told, func(context.Context) error { return engine.ErrFailed })
			}
		}()
		return b.runner.Run(b.told, func(context.Context) error {
			made = true
			err := next.Run(ctx, f)
			returned = true
			if runtime.IsIgnored(ctx) && b.State() == runtime.HalfOpen {
				return context.Canceled // or it would close by nothing
			}
			return err
		})
	})
}

// State satisfies runtime.Breaker.
func (b *breaker) State() runtime.State { return runtime.State(b.state.Load()) }

// recorder is told of the changes of state.
type recorder struct {
	metrics.Recorder
	breaker *breaker
}

// WithID satisfies metrics.Recorder.
func (r *recorder) WithID(string) metrics.Recorder { return r }

// IncCircuitbreakerState satisfies metrics.Recorder.
func (r *recorder) IncCircuitbreakerState(state string) {
	to := runtime.Closed
	switch state {
	case "open":
		to = runtime.Open
	case "halfopen":
		to = runtime.HalfOpen
	}
	r.breaker.state.Store(uint32(to))
}
