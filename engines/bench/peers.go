package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	gohystrix "github.com/afex/hystrix-go/hystrix"
	"github.com/cep21/circuit/v4"
	"github.com/cep21/circuit/v4/closers/hystrix"
	resiliency "github.com/eapache/go-resiliency/breaker"
	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/failsafe-go/failsafe-go/retrypolicy"
	"github.com/failsafe-go/failsafe-go/timeout"
	mercari "github.com/mercari/go-circuitbreaker"
	rubyist "github.com/rubyist/circuitbreaker"
	"github.com/slok/goresilience"
	stockbreaker "github.com/slok/goresilience/circuitbreaker"
	stockretry "github.com/slok/goresilience/retry"
	stocktimeout "github.com/slok/goresilience/timeout"
	"github.com/sony/gobreaker/v2"
	handy "github.com/streadway/handy/breaker"

	"github.com/breakergen/breakergen/engines/internal/all"
	"github.com/breakergen/breakergen/engines/internal/echo"
	breaker "github.com/breakergen/breakergen/runtime"
)

// bare are the libraries by themselves, each as its own documentation has it, with half of
// twenty calls in ten seconds where that can be said. The built-in breaker's is a circuit's
// Runner.
func bare() []contender {
	return []contender{
		{all.BuiltIn, func(next echo.Echo, openFor time.Duration) call {
			r := breaker.NewRegistry()
			throughIn(r, next, nil, breakerOnly(openFor))
			c, _ := r.Circuit("Echo.Do")
			return stock(next, func(goresilience.Runner) goresilience.Runner { return c.Runner() })
		}},
		{"goresilience", func(next echo.Echo, openFor time.Duration) call {
			return stock(next, stockBreaker(openFor))
		}},
		{"cep21", func(next echo.Echo, openFor time.Duration) call {
			return cep21(next, openFor, noTimeout, 1)
		}},
		{"hystrix", bareHystrix},
		{"eapache", func(next echo.Echo, openFor time.Duration) call {
			b := resiliency.New(10, 1, openFor)
			return func(ctx context.Context) error {
				return b.Run(func() error { _, err := next.Do(ctx, 1); return err })
			}
		}},
		{"mercari", func(next echo.Echo, openFor time.Duration) call {
			b := mercari.New(
				mercari.WithTripFunc(mercari.NewTripFuncFailureRate(20, 0.5)),
				mercari.WithCounterResetInterval(10*time.Second),
				mercari.WithOpenTimeout(openFor),
			)
			return func(ctx context.Context) error {
				_, err := b.Do(ctx, func() (any, error) { return next.Do(ctx, 1) })
				return err
			}
		}},
		{"gobreaker", func(next echo.Echo, openFor time.Duration) call {
			return sony(next, openFor, 1)
		}},
		{"handy", bareHandy},
		{"rubyist", func(next echo.Echo, openFor time.Duration) call {
			b := rubyist.NewRateBreaker(0.5, 20)
			return func(ctx context.Context) error {
				return b.CallContext(ctx, func() error { _, err := next.Do(ctx, 1); return err }, 0)
			}
		}},
		{"failsafe", func(next echo.Echo, openFor time.Duration) call {
			return failsafeBreaker(next, openFor)
		}},
	}
}

// stock is a chain of goresilience's.
func stock(next echo.Echo, links ...goresilience.Middleware) call {
	chain := goresilience.RunnerChain(links...)
	return func(ctx context.Context) error {
		var result int
		return chain.Run(ctx, func(ctx context.Context) (err error) {
			result, err = next.Do(ctx, 1)
			_ = result
			return err
		})
	}
}

func stockBreaker(openFor time.Duration) goresilience.Middleware {
	return stockbreaker.NewMiddleware(stockbreaker.Config{WaitDurationInOpenState: openFor})
}

func stockRetry() goresilience.Middleware { return stockretry.NewMiddleware(stockretry.Config{}) }

func stockTimeout() goresilience.Middleware {
	return stocktimeout.NewMiddleware(stocktimeout.Config{Timeout: time.Second})
}

// sony is sony/gobreaker v2. It has no retry: the loop around it is what a user would
// write.
func sony(next echo.Echo, openFor time.Duration, attempts int) call {
	b := gobreaker.NewCircuitBreaker[int](gobreaker.Settings{
		Interval:     10 * time.Second,
		BucketPeriod: time.Second,
		Timeout:      openFor,
		ReadyToTrip: func(c gobreaker.Counts) bool {
			return c.Requests >= 20 && float64(c.TotalFailures)/float64(c.Requests) >= 0.5
		},
	})
	return func(ctx context.Context) (err error) {
		for range attempts {
			_, err = b.Execute(func() (int, error) { return next.Do(ctx, 1) })
			if err == nil || errors.Is(err, gobreaker.ErrOpenState) {
				break
			}
		}
		return err
	}
}

// cep21 is cep21/circuit v4 with its Hystrix opener. It has no retry: as for sony.
func cep21(
	next echo.Echo, openFor, limit time.Duration, attempts int,
	properties ...circuit.CommandPropertiesConstructor,
) call {
	opener := hystrix.Factory{ConfigureCloser: hystrix.ConfigureCloser{SleepWindow: openFor}}
	manager := circuit.Manager{DefaultCircuitProperties: append(
		[]circuit.CommandPropertiesConstructor{opener.Configure}, properties...,
	)}
	made := manager.MustCreateCircuit("echo", circuit.Config{
		Execution: circuit.ExecutionConfig{Timeout: limit, MaxConcurrentRequests: 1000},
	})
	return func(ctx context.Context) (err error) {
		for range attempts {
			err = made.Execute(ctx, func(ctx context.Context) error {
				_, err := next.Do(ctx, 1)
				return err
			}, nil)
			if err == nil {
				break
			}
		}
		return err
	}
}

const noTimeout = -1

// commands counts the commands in hystrix-go's one registry.
var commands atomic.Int64

func bareHystrix(next echo.Echo, openFor time.Duration) call {
	name := fmt.Sprint("bare ", commands.Add(1))
	gohystrix.ConfigureCommand(name, gohystrix.CommandConfig{
		MaxConcurrentRequests: 1000, SleepWindow: int(openFor / time.Millisecond),
	})
	return func(ctx context.Context) error {
		return gohystrix.DoC(ctx, name, func(ctx context.Context) error {
			_, err := next.Do(ctx, 1)
			return err
		}, nil)
	}
}

// bareHandy is what its http.RoundTripper does.
func bareHandy(next echo.Echo, _ time.Duration) call {
	b := handy.NewBreaker(0.5)
	return func(ctx context.Context) error {
		if !b.Allow() {
			return handy.ErrCircuitOpen
		}
		begun := time.Now()
		if _, err := next.Do(ctx, 1); err != nil {
			b.Failure(time.Since(begun))
			return err
		}
		b.Success(time.Since(begun))
		return nil
	}
}

func failsafePolicy(openFor time.Duration) failsafe.Policy[int] {
	return circuitbreaker.NewBuilder[int]().
		WithFailureRateThreshold(0.5, 20, 10*time.Second).WithDelay(openFor).Build()
}

func failsafeBreaker(next echo.Echo, openFor time.Duration) call {
	return failsafeCall(next, failsafePolicy(openFor))
}

// failsafeChain is failsafe-go's, the retry inside of the breaker, as ours.
func failsafeChain(next echo.Echo, openFor time.Duration, timed bool) call {
	policies := []failsafe.Policy[int]{
		failsafePolicy(openFor), retrypolicy.NewBuilder[int]().WithMaxAttempts(3).Build(),
	}
	if timed {
		policies = append(policies, timeout.New[int](time.Second))
	}
	return failsafeCall(next, policies...)
}

func failsafeCall(next echo.Echo, policies ...failsafe.Policy[int]) call {
	chain := failsafe.With(policies...)
	return func(ctx context.Context) error {
		_, err := chain.WithContext(ctx).GetWithExecution(func(e failsafe.Execution[int]) (int, error) {
			return next.Do(e.Context(), 1)
		})
		return err
	}
}
