package main

import (
	"context"
	"errors"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/failsafe-go/failsafe-go/retrypolicy"
	"github.com/failsafe-go/failsafe-go/timeout"
	"github.com/slok/goresilience"
	stockbreaker "github.com/slok/goresilience/circuitbreaker"
	stockretry "github.com/slok/goresilience/retry"
	stocktimeout "github.com/slok/goresilience/timeout"
	"github.com/sony/gobreaker/v2"

	"github.com/breakergen/breakergen/engines/internal/echo"
	"github.com/breakergen/breakergen/runtime"
)

// chain is one way to call the dependency. make is called once a process.
type chain struct {
	name string
	make func(*dependency) func(context.Context) error
}

// chains have three attempts of a second each, and a breaker of half of twenty calls in ten
// seconds, or as near to that as they can be set.
var chains = []chain{
	{"breakergen", ours(runtime.BreakerFirst)},
	{"breakergen, retry outside", ours(runtime.RetryFirst)},
	{"goresilience's own links", stock},
	{"failsafe-go", failsafeChain},
	{"gobreaker in a retry loop", loop},
	{"no resilience", func(d *dependency) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := d.Do(ctx, 1)
			return err
		}
	}},
}

// ours has all defaults, but for the waits: see request.failure.
func ours(order runtime.Order) func(*dependency) func(context.Context) error {
	return func(d *dependency) func(context.Context) error {
		wrapper, err := echo.Wrap(order, d, runtime.NewRegistry(), nil, runtime.Policy{
			Retry: runtime.RetryPolicy{Backoff: 1, MaxBackoff: 1},
		})
		if err != nil {
			panic(err)
		}
		return func(ctx context.Context) error {
			_, err := wrapper.Do(ctx, 1)
			return err
		}
	}
}

func stock(d *dependency) func(context.Context) error {
	links := goresilience.RunnerChain(
		stockbreaker.NewMiddleware(stockbreaker.Config{}),
		stockretry.NewMiddleware(stockretry.Config{Times: attempts - 1, WaitBase: 25 * time.Millisecond}),
		stocktimeout.NewMiddleware(stocktimeout.Config{Timeout: attemptTime}),
	)
	return func(ctx context.Context) error {
		return links.Run(ctx, func(ctx context.Context) error {
			_, err := d.Do(ctx, 1)
			return err
		})
	}
}

// failsafeChain is in the order that its documentation advises: the retry outside.
func failsafeChain(d *dependency) func(context.Context) error {
	policies := failsafe.With(
		retrypolicy.NewBuilder[int]().WithMaxAttempts(attempts).
			WithDelayFunc(func(e failsafe.ExecutionAttempt[int]) time.Duration {
				return requestFrom(e.Context()).wait()
			}).Build(),
		circuitbreaker.NewBuilder[int]().WithFailureRateThreshold(0.5, 20, 10*time.Second).
			WithSuccessThreshold(1).WithDelay(5*time.Second).Build(),
		timeout.New[int](attemptTime),
	)
	return func(ctx context.Context) error {
		_, err := policies.WithContext(ctx).GetWithExecution(func(e failsafe.Execution[int]) (int, error) {
			return d.Do(e.Context(), 1)
		})
		return err
	}
}

// loop is what many write.
func loop(d *dependency) func(context.Context) error {
	breaker := gobreaker.NewCircuitBreaker[int](gobreaker.Settings{
		Interval:     10 * time.Second,
		BucketPeriod: time.Second,
		Timeout:      5 * time.Second,
		ReadyToTrip: func(c gobreaker.Counts) bool {
			return c.Requests >= 20 && float64(c.TotalFailures)/float64(c.Requests) >= 0.5
		},
	})
	return func(ctx context.Context) (err error) {
		for n := range attempts {
			if n > 0 {
				select {
				case <-time.After(requestFrom(ctx).wait()):
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			_, err = breaker.Execute(func() (int, error) {
				ctx, cancel := context.WithTimeout(ctx, attemptTime)
				defer cancel()
				return d.Do(ctx, 1)
			})
			if err == nil || errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
				return err
			}
		}
		return err
	}
}
