package runtime_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// nest has the calls of outer make one of inner, with their own context.
func nest(outer, inner *wrapper) {
	outer.does(func(ctx context.Context, n int) (int, error) { return inner.method(ctx, n) })
}

// TestNestedCallIsPartOfTheOuter: through one circuit a second time. It is counted once, and
// a circuit that has opened closes again, whether or not attempts have a deadline.
func TestNestedCallIsPartOfTheOuter(t *testing.T) {
	for name, timeout := range map[string]runtime.TimeoutPolicy{"timeout": {}, "no timeout": {Off: true}} {
		for _, lives := range []bool{false, true} {
			bubble(t, name, func(t *testing.T) {
				p := runtime.Policy{Retry: runtime.RetryPolicy{Off: true}, Timeout: timeout}
				shared := func(s *setup) { s.spec.Circuit = "shared"; s.spec.LivesOn = lives }
				inner := wrap(t, p, shared)
				outer := wrap(t, p, shared, in(inner.registry))
				nest(outer, inner)
				inner.does(fail)
				for range 10 {
					outer.call()
				}
				outer.is(t, runtime.Open)
				if err := outer.call(); !errors.As(err, new(*runtime.OpenError)) {
					t.Errorf("an open circuit says %v", err)
				}
				inner.does(nil)
				time.Sleep(6 * time.Second)
				if err := outer.call(); err != nil {
					t.Errorf("the probe says %v", err)
				}
				outer.is(t, runtime.Closed)
				if before := outer.total(); timeout == (runtime.TimeoutPolicy{}) && before.Failures > 10 {
					t.Errorf("counted twice: %+v", before)
				}
			})
		}
	}
}

// TestNestedCallNeedsNoPlace: the outer call has the only one.
func TestNestedCallNeedsNoPlace(t *testing.T) {
	for name, timeout := range map[string]runtime.TimeoutPolicy{"timeout": {}, "no timeout": {Off: true}} {
		bubble(t, name, func(t *testing.T) {
			p := runtime.Policy{Timeout: timeout, Bulkhead: runtime.BulkheadPolicy{Limit: 1, Wait: time.Minute}}
			shared := func(s *setup) { s.spec.Circuit = "shared" }
			for _, links := range []option{func(*setup) {}, inner(onward)} {
				inner := wrap(t, p, shared, links)
				outer := wrap(t, p, shared, links, in(inner.registry))
				nest(outer, inner)
				if err := outer.call(); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// TestNestedCallOfACircuitThatOpened: the outer call was let in before.
func TestNestedCallOfACircuitThatOpened(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		shared := func(s *setup) { s.spec.Circuit = "shared" }
		inner := wrap(t, runtime.Policy{}, shared, order)
		outer := wrap(t, runtime.Policy{}, shared, order, in(inner.registry))
		outer.does(func(ctx context.Context, n int) (int, error) {
			outer.circuit.ForceOpen()
			return inner.method(ctx, n)
		})
		if err := outer.call(); err != nil || inner.calls() != 1 {
			t.Errorf("got %v after %d calls within", err, inner.calls())
		}
	})
}

// TestWhatOutlivesACallStandsAlone: a goroutine that goes on with the context of a call
// that has ended is no part of it.
func TestWhatOutlivesACallStandsAlone(t *testing.T) {
	for name, p := range map[string]runtime.Policy{
		"timeout":    {},
		"no timeout": {Timeout: runtime.TimeoutPolicy{Off: true}},
		"no timeout, but a place": {
			Timeout: runtime.TimeoutPolicy{Off: true}, Bulkhead: runtime.BulkheadPolicy{Limit: 1},
		},
		"detached": detached(),
	} {
		bubble(t, name, func(t *testing.T) {
			w := wrap(t, p)
			var kept context.Context
			w.will(func(ctx context.Context, n int) (int, error) { kept = context.WithoutCancel(ctx); return n, nil })
			w.call()
			w.circuit.ForceOpen()
			if _, err := w.method(kept, 1); !errors.As(err, new(*runtime.OpenError)) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestRetriesDoNotMultiply: a wrapped client on a wrapped client.
func TestRetriesDoNotMultiply(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		inner := wrap(t, runtime.Policy{}, order)
		outer := wrap(t, runtime.Policy{}, order)
		nest(outer, inner)
		inner.does(fail)
		outer.call()
		if outer.calls() != 3 || inner.calls() != 3 {
			t.Errorf("%d calls, and %d within", outer.calls(), inner.calls())
		}
	})
}

// What makes one attempt itself keeps nothing within it from being made again; two do.
func TestRetriesWithinASingleAttempt(t *testing.T) {
	for name, c := range map[string]struct {
		retry  runtime.RetryPolicy
		within int // calls within each attempt
	}{
		"off": {runtime.RetryPolicy{Off: true}, 3}, "one": {runtime.RetryPolicy{Attempts: 1}, 3},
		"two": {runtime.RetryPolicy{Attempts: 2}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			bothOrders(t, func(t *testing.T, order option) {
				inner := wrap(t, runtime.Policy{}, order)
				outer := wrap(t, runtime.Policy{Retry: c.retry}, order)
				nest(outer, inner)
				inner.does(fail)
				outer.call()
				if inner.calls() != c.within*outer.calls() {
					t.Errorf("%d calls, and %d within", outer.calls(), inner.calls())
				}
			})
		})
	}
}

// A probe is one attempt, whatever its policy says: the calls within are retried.
func TestRetriesWithinAProbe(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		inner := wrap(t, runtime.Policy{}, order)
		outer := wrap(t, runtime.Policy{Breaker: runtime.BreakerPolicy{Consecutive: 1}}, order)
		outer.does(fail)
		outer.call()
		time.Sleep(6 * time.Second)
		nest(outer, inner)
		inner.will(fail, fail)
		if err := outer.call(); err != nil || inner.calls() != 3 {
			t.Errorf("got %v after %d calls within", err, inner.calls())
		}
		outer.is(t, runtime.Closed)
	})
}

// TestRetriesOfADirectiveMultiply: they were asked for.
func TestRetriesOfADirectiveMultiply(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		inner := wrap(t, runtime.Policy{}, order, func(s *setup) { s.spec.AsksForRetry = true })
		outer := wrap(t, runtime.Policy{}, order)
		nest(outer, inner)
		inner.does(fail)
		outer.call()
		if inner.calls() != 9 {
			t.Errorf("%d calls", inner.calls())
		}
	})
}

// What a probe may not do is nothing to the calls after it, nor to those within.
func TestNestedCallAfterAProbeIsRetried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shared := func(s *setup) { s.spec.Circuit, s.spec.AsksForRetry = "shared", true }
		breaker := runtime.BreakerPolicy{Consecutive: 1}
		inner := wrap(t, runtime.Policy{Breaker: breaker}, shared)
		outer := wrap(t, runtime.Policy{
			Breaker: breaker, Retry: runtime.RetryPolicy{Off: true},
		}, shared, in(inner.registry))
		nest(outer, inner)
		for range 5 {
			inner.circuit.ForceOpen()
			inner.circuit.Reset()
			inner.will(times(3, fail)...)
			inner.call()
			time.Sleep(20 * time.Second)         // as long as the retry budget looks back
			if err := inner.call(); err != nil { // the probe
				t.Fatal(err)
			}
			inner.will(fail, fail, succeed)
			if err := outer.call(); err != nil {
				t.Errorf("the call within isn't retried: %v", err)
			}
		}
	})
}

// Nested calls are counted with the call that they are part of: the retry's budget has no more by them.
func TestNestedCallsGiveNoBudget(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		shared := func(s *setup) { s.spec.Circuit = "shared" }
		policy := runtime.Policy{Breaker: never, Retry: runtime.RetryPolicy{Attempts: 2, Backoff: 1}}
		inner := wrap(t, policy, order, shared)
		outer := wrap(t, policy, order, shared, in(inner.registry))
		nest(outer, inner)
		for range 100 {
			outer.call()
		}
		inner.does(fail)
		for range 100 {
			inner.call()
		}
		if got := inner.total().Retries; got != 40 {
			t.Errorf("%d retries of 200 calls, want 40", got)
		}
	})
}
