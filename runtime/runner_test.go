package runtime_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// A circuit's runner is its breaker and bulkhead, for calls without a wrapper.
func TestCircuitRunner(t *testing.T) {
	background := context.Background()
	failing := func(context.Context) error { return errBoom }
	fine := func(context.Context) error { return nil }
	for _, options := range [][]option{nil, {retryFirst}} {
		bubble(t, "shares the breaker", func(t *testing.T) {
			w := wrap(t, runtime.Policy{Breaker: runtime.BreakerPolicy{Consecutive: 2}}, options...)
			run := w.circuit.Runner().Run
			if err := run(background, fine); err != nil {
				t.Error(err)
			}
			if err := run(background, failing); err != errBoom {
				t.Errorf("got %v, want the call's own error", err)
			}
			if got := w.circuit.Snapshot().Total; got.Calls() != 2 || got.Failures != 1 || got.Retries != 0 {
				t.Errorf("counted %+v, want 2 calls, one of them a failure", got)
			}
			run(background, failing)
			w.is(t, runtime.Open)
			made := false
			err := run(background, func(context.Context) error { made = true; return nil })
			if !isOpen(err) || made || !isOpen(w.call()) {
				t.Errorf("got %v, made %v", err, made)
			}
			time.Sleep(5 * time.Second)
			run(background, fine)
			w.is(t, runtime.Closed)
		})
	}
	bubble(t, "shares the bulkhead", func(t *testing.T) {
		w := wrap(t, runtime.Policy{Bulkhead: runtime.BulkheadPolicy{Limit: 1}})
		held := w.startBlocked(t)
		defer held.release()
		if err := w.circuit.Runner().Run(background, fine); !errors.As(err, new(*runtime.FullError)) {
			t.Errorf("got %v, want full", err)
		}
	})
	bubble(t, "has no timeout", func(t *testing.T) {
		w := wrap(t, runtime.Policy{Timeout: runtime.TimeoutPolicy{Total: time.Second}})
		err := w.circuit.Runner().Run(background, func(ctx context.Context) error {
			if _, ok := ctx.Deadline(); ok {
				t.Error("its context has a deadline")
			}
			time.Sleep(time.Hour)
			return ctx.Err()
		})
		if err != nil {
			t.Error(err)
		}
	})
	bubble(t, "ignores a cancelled call", func(t *testing.T) {
		w := wrap(t, runtime.Policy{})
		ctx, cancel := context.WithCancel(background)
		run := w.circuit.Runner().Run
		run(ctx, func(ctx context.Context) error { cancel(); return ctx.Err() })
		if err := run(ctx, fine); err != context.Canceled {
			t.Errorf("got %v for a context that is over", err)
		}
		if got := w.circuit.Snapshot().Total; got.Calls() != 1 || got.Ignored != 1 {
			t.Errorf("counted %+v, want one ignored call", got)
		}
	})
	bubble(t, "follows Apply", func(t *testing.T) {
		w := wrap(t, runtime.Policy{})
		w.apply(t, runtime.BreakerPolicy{Consecutive: 1})
		w.circuit.Runner().Run(background, failing)
		w.is(t, runtime.Open)
		w.circuit.Reset()
		if err := w.registry.Apply("Echo.Do", runtime.Policy{Classify: outcome(runtime.Success)}); err != nil {
			t.Fatal(err)
		}
		w.circuit.Runner().Run(background, failing) // which is the methods' judgement
		w.is(t, runtime.Open)
	})
	bubble(t, "has panics and values pass", func(t *testing.T) {
		type key struct{}
		w := wrap(t, runtime.Policy{})
		defer func() {
			if got := recover(); got != "value" {
				t.Errorf("recovered %v", got)
			}
			if got := w.circuit.Snapshot().Total.Failures; got != 1 {
				t.Errorf("%d failures, want 1", got)
			}
		}()
		ctx := context.WithValue(background, key{}, "value")
		w.circuit.Runner().Run(ctx, func(ctx context.Context) error { panic(ctx.Value(key{})) })
	})
}

// The runner takes calls from anywhere, also from within a wrapped call, of which those
// with its context are a part.
func TestCircuitRunnerInACall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, runtime.Policy{})
		nothing := func(context.Context) error { return nil }
		w.will(func(ctx context.Context, n int) (int, error) {
			return n, errors.Join(w.circuit.Runner().Run(ctx, nothing), w.circuit.Runner().Run(background, nothing))
		})
		if err := w.call(); err != nil {
			t.Error(err)
		}
		if got := w.circuit.Snapshot().Total.Successes; got != 2 {
			t.Errorf("%d successes, want 2", got)
		}
	})
}
