package engines

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/cep21/circuit/v4"
	"github.com/cep21/circuit/v4/closers/hystrix"
	"github.com/cep21/circuit/v4/metrics/rolling"
	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/failsafe-go/failsafe-go/retrypolicy"
	"github.com/failsafe-go/failsafe-go/timeout"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/slok/goresilience"
	stockbreaker "github.com/slok/goresilience/circuitbreaker"
	stockretry "github.com/slok/goresilience/retry"
	stocktimeout "github.com/slok/goresilience/timeout"
	"github.com/sony/gobreaker/v2"
)

// stock is goresilience's own chain.
func stock(links ...goresilience.Middleware) call {
	chain := goresilience.RunnerChain(links...)
	return func(ctx context.Context) error {
		var result int
		return chain.Run(ctx, func(ctx context.Context) (err error) {
			result, err = echo{}.Do(ctx, 1)
			_ = result
			return err
		})
	}
}

func stockBreaker() goresilience.Middleware {
	return stockbreaker.NewMiddleware(stockbreaker.Config{})
}

func stockRetry() goresilience.Middleware { return stockretry.NewMiddleware(stockretry.Config{}) }

func stockTimeout() goresilience.Middleware {
	return stocktimeout.NewMiddleware(stocktimeout.Config{Timeout: time.Second})
}

// gobreakerSettings are a window of ten seconds in ten buckets, and half of twenty calls.
var gobreakerSettings = gobreaker.Settings{
	Interval:     10 * time.Second,
	BucketPeriod: time.Second,
	ReadyToTrip: func(c gobreaker.Counts) bool {
		return c.Requests >= 20 && float64(c.TotalFailures)/float64(c.Requests) >= 0.5
	},
}

// sony is sony/gobreaker v2. It has no retry: the loop around it is what a user would
// write.
func sony(next Echo, settings gobreaker.Settings) call {
	breaker := gobreaker.NewCircuitBreaker[int](settings)
	return func(ctx context.Context) (err error) {
		for range 3 {
			_, err = breaker.Execute(func() (int, error) { return next.Do(ctx, 1) })
			if err == nil || errors.Is(err, gobreaker.ErrOpenState) {
				break
			}
		}
		return err
	}
}

// observed times each call for a Prometheus histogram, as users do with libraries that
// keep no latencies: ours does, in all that is measured here.
func observed(f call) call {
	histogram := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "echo_duration_seconds"})
	return func(ctx context.Context) error {
		begun := time.Now()
		err := f(ctx)
		histogram.Observe(time.Since(begun).Seconds())
		return err
	}
}

// cep21 is cep21/circuit v4 with its Hystrix opener. It has no retry: as for sony.
func cep21(b *testing.B, limit time.Duration, properties ...circuit.CommandPropertiesConstructor) call {
	opener := hystrix.Factory{}
	manager := circuit.Manager{DefaultCircuitProperties: append(
		[]circuit.CommandPropertiesConstructor{opener.Configure}, properties...,
	)}
	made, err := manager.CreateCircuit("echo", circuit.Config{
		Execution: circuit.ExecutionConfig{Timeout: limit, MaxConcurrentRequests: 1000},
	})
	if err != nil {
		b.Fatal(err)
	}
	return func(ctx context.Context) (err error) {
		for range 3 {
			err = made.Execute(ctx, func(ctx context.Context) error {
				_, err := echo{}.Do(ctx, 1)
				return err
			}, nil)
			if err == nil {
				break
			}
		}
		return err
	}
}

// cep21Stats has it keep what our circuits keep: rolling counts and latencies.
func cep21Stats() circuit.CommandPropertiesConstructor {
	return (&rolling.StatFactory{}).CreateConfig
}

const noTimeout = -1

// failsafeChain is failsafe-go's.
func failsafeChain(timed bool) call {
	policies := []failsafe.Policy[int]{
		circuitbreaker.NewBuilder[int]().WithFailureRateThreshold(0.5, 20, 10*time.Second).Build(),
		retrypolicy.NewBuilder[int]().WithMaxAttempts(3).Build(),
	}
	if timed {
		policies = append(policies, timeout.New[int](time.Second))
	}
	chain := failsafe.With(policies...)
	return func(ctx context.Context) error {
		_, err := chain.WithContext(ctx).GetWithExecution(func(e failsafe.Execution[int]) (int, error) {
			return echo{}.Do(e.Context(), 1)
		})
		return err
	}
}
