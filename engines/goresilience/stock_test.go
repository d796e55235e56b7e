package goresilience_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slok/goresilience"
	"github.com/slok/goresilience/bulkhead"
	"github.com/slok/goresilience/circuitbreaker"
	goerrors "github.com/slok/goresilience/errors"
	"github.com/slok/goresilience/retry"
	"github.com/slok/goresilience/timeout"

	"github.com/breakergen/breakergen/engines/internal/bubble"
	"github.com/breakergen/breakergen/engines/internal/echo"
	"github.com/breakergen/breakergen/runtime"
)

// ours has the wrapper's own links off.
var ours = runtime.Policy{
	Breaker: runtime.BreakerPolicy{Off: true},
	Retry:   runtime.RetryPolicy{Off: true},
	Timeout: runtime.TimeoutPolicy{Off: true},
}

type dependency func(ctx context.Context) error

func (d dependency) Do(ctx context.Context, n int) (int, error) { return 2 * n, d(ctx) }

// All links are goresilience's own. The wrapper hands over arguments and results, and counts.
func Example_stockChain() {
	attempts := 0
	users := dependency(func(context.Context) error {
		if attempts++; attempts == 1 {
			return errors.New("down")
		}
		return nil
	})
	registry := runtime.NewRegistry()
	wrapper, err := echo.NewEchoBreaker(users, echo.EchoBreakerConfig{
		Registry: registry,
		Policies: echo.EchoPolicies{Do: runtime.Policy{
			Breaker: runtime.BreakerPolicy{Off: true},
			Retry:   runtime.RetryPolicy{Off: true},
			Timeout: runtime.TimeoutPolicy{Off: true},
		}},
		Outer: []goresilience.Middleware{
			circuitbreaker.NewMiddleware(circuitbreaker.Config{MinimumRequestToOpen: 20}),
			retry.NewMiddleware(retry.Config{Times: 2, WaitBase: time.Millisecond}),
			bulkhead.NewMiddleware(bulkhead.Config{Workers: 10, MaxWaitTime: time.Second}),
			timeout.NewMiddleware(timeout.Config{Timeout: time.Second}),
		},
	})
	if err != nil {
		panic(err)
	}
	result, err := wrapper.Do(context.Background(), 21)
	fmt.Println(result, err, "after", attempts, "attempts")

	circuit, _ := registry.Circuit("Echo.Do")
	total := circuit.Snapshot().Total
	fmt.Println(total.Successes, "success,", total.Failures, "failure")
	// Output:
	// 42 <nil> after 2 attempts
	// 1 success, 1 failure
}

// stock wraps a dependency behind stock links.
func stock(t *testing.T, next dependency, links ...goresilience.Middleware) func(context.Context) error {
	t.Helper()
	wrapper, err := echo.NewEchoBreaker(next, echo.EchoBreakerConfig{
		Registry: runtime.NewRegistry(), Policies: echo.EchoPolicies{Do: ours}, Outer: links,
	})
	if err != nil {
		t.Fatal(err)
	}
	return func(ctx context.Context) error {
		n, err := wrapper.Do(ctx, 4)
		if err == nil && n != 8 {
			t.Errorf("got %d", n)
		}
		return err
	}
}

// Each stock link does its work behind the wrapper, whose own do nothing.
func TestStockChain(t *testing.T) {
	errDown := errors.New("down")
	made := 0
	fails := dependency(func(context.Context) error { made++; return errDown })
	hangs := dependency(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
	breaker := func() goresilience.Middleware {
		return circuitbreaker.NewMiddleware(circuitbreaker.Config{MinimumRequestToOpen: 5})
	}
	for name, test := range map[string]func(t *testing.T){
		"breaker": func(t *testing.T) {
			call := stock(t, fails, breaker())
			for range 5 {
				if err := call(t.Context()); err != errDown {
					t.Errorf("got %v", err)
				}
			}
			if err := call(t.Context()); !errors.Is(err, goerrors.ErrCircuitOpen) || made != 5 {
				t.Errorf("after %d calls got %v", made, err)
			}
		},
		"retry": func(t *testing.T) {
			call := stock(t, fails, breaker(), retry.NewMiddleware(retry.Config{Times: 2}))
			if err := call(t.Context()); err != errDown || made != 3 {
				t.Errorf("after %d attempts got %v", made, err)
			}
		},
		"timeout": func(t *testing.T) {
			call := stock(t, hangs, timeout.NewMiddleware(timeout.Config{Timeout: time.Second}))
			begun := time.Now()
			if err := call(t.Context()); !errors.Is(err, goerrors.ErrTimeout) || time.Since(begun) != time.Second {
				t.Errorf("after %s got %v", time.Since(begun), err)
			}
		},
		"bulkhead": func(t *testing.T) {
			gate := make(chan error)
			stop := make(chan struct{})
			defer close(stop)
			call := stock(t, func(context.Context) error { return <-gate }, bulkhead.NewMiddleware(
				bulkhead.Config{Workers: 1, MaxWaitTime: time.Second, StopC: stop},
			))
			first := make(chan error)
			go func() { first <- call(t.Context()) }()
			synctest.Wait()
			if err := call(t.Context()); !errors.Is(err, goerrors.ErrTimeoutWaitingForExecution) {
				t.Errorf("got %v", err)
			}
			gate <- nil
			if err := <-first; err != nil {
				t.Errorf("the first got %v", err)
			}
		},
		"all": func(t *testing.T) {
			stop := make(chan struct{})
			defer close(stop)
			call := stock(t, hangs,
				breaker(),
				retry.NewMiddleware(retry.Config{Times: 1, WaitBase: time.Millisecond}),
				bulkhead.NewMiddleware(bulkhead.Config{Workers: 2, MaxWaitTime: time.Second, StopC: stop}),
				timeout.NewMiddleware(timeout.Config{Timeout: time.Second}),
			)
			for range 5 {
				if err := call(t.Context()); !errors.Is(err, goerrors.ErrTimeout) {
					t.Errorf("got %v", err)
				}
			}
			if err := call(t.Context()); !errors.Is(err, goerrors.ErrCircuitOpen) {
				t.Errorf("open it got %v", err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			made = 0
			bubble.Run(t, test)
		})
	}
}
