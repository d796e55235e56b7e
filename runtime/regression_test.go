package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/runtime"
)

// A registry from outside of a bubble, as Default is, shows a time inside from which
// deadlines and windows can be counted, and again after the bubble.
func TestRegression_RegistryFromOutsideABubble(t *testing.T) {
	registry := runtime.NewRegistry()
	w := wrap(t, runtime.Policy{
		Breaker: runtime.BreakerPolicy{Consecutive: 3},
		Retry:   runtime.RetryPolicy{Off: true},
	}, in(registry))
	w.run(fail, succeed)
	for range 2 {
		synctest.Test(t, func(t *testing.T) {
			w.does(after(100*time.Millisecond, succeed))
			if err := w.call(); err != nil {
				t.Fatalf("a call of 100ms under a timeout of 1s: %v", err)
			}
			w.does(fail)
			w.run(fail, fail, fail)
			w.is(t, runtime.Open)
			time.Sleep(5 * time.Second)
			w.run(succeed)
			w.is(t, runtime.Closed)
			time.Sleep(11 * time.Second)
			if held := w.circuit.Snapshot().Window.Calls(); held != 0 {
				t.Errorf("a window of 10s holds %d calls after 11s", held)
			}
		})
	}
	w.does(succeed)
	if err := w.call(); err != nil {
		t.Error(err)
	}
	if held := w.circuit.Snapshot().Window.Calls(); held != 1 {
		t.Errorf("after the bubbles, the window holds %d calls", held)
	}
}

// Calls that only waited for a place say nothing of the dependency.
func TestRegression_TotalEndsAWaitForAPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, runtime.Policy{
			Bulkhead: runtime.BulkheadPolicy{Limit: 1, Wait: time.Minute},
			Timeout:  runtime.TimeoutPolicy{Total: 600 * time.Millisecond},
		})
		w.does(after(500*time.Millisecond, succeed))
		var all sync.WaitGroup
		for range 30 {
			all.Go(func() {
				var timeout *runtime.TimeoutError
				if err := w.call(); err != nil && (!errors.As(err, &timeout) || !timeout.Total) {
					t.Errorf("got %v", err)
				}
			})
		}
		all.Wait()
		w.is(t, runtime.Closed)
		if total := w.circuit.Snapshot().Total; total.Full < 28 {
			t.Errorf("counted %+v", total)
		}
	})
}

// An attempt that failed is a failure, also where another finds no place.
func TestRegression_RetryFindsTheBulkheadFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, runtime.Policy{
			Breaker:  runtime.BreakerPolicy{Consecutive: 3},
			Bulkhead: runtime.BulkheadPolicy{Limit: 1},
			Retry:    runtime.RetryPolicy{Attempts: 2},
			Timeout:  runtime.TimeoutPolicy{Off: true},
		})
		for range 3 {
			var blocker *blocked
			w.will(func(context.Context, int) (int, error) { return 0, errBoom })
			done := w.start(context.Background(), 1)
			synctest.Wait() // it has failed, and waits
			blocker = w.startBlocked(t)
			if e := <-done; !errors.Is(e.err, errBoom) || !errors.As(e.err, new(*runtime.FullError)) {
				t.Errorf("got %v", e.err)
			}
			blocker.release()
		}
		if total := w.circuit.Snapshot().Total; total.Failures != 3 || total.Full != 0 {
			t.Errorf("counted %+v", total)
		}
	})
}

// A circuit inside of this one that is open isn't asked again.
func TestRegression_NestedOpenCircuitIsNotRetried(t *testing.T) {
	inside := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 1}))
	inside.run(fail)
	w := wrap(t, retryOnly(runtime.RetryPolicy{Attempts: 3, On: func(error) bool { return true }}))
	w.does(func(ctx context.Context, n int) (int, error) { return inside.method(ctx, n) })
	if err := w.call(); !errors.As(err, new(*runtime.OpenError)) || w.calls() != 1 {
		t.Errorf("%d attempts, %v", w.calls(), err)
	}
}

// So isn't one whose bulkhead is full.
func TestRegression_NestedFullBulkheadIsNotRetried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inside := wrap(t, bulkheadOnly(1, 0))
		held := inside.startBlocked(t)
		w := wrap(t, retryOnly(runtime.RetryPolicy{Attempts: 3, On: func(error) bool { return true }}))
		w.does(func(ctx context.Context, n int) (int, error) { return inside.method(ctx, n) })
		if err := w.call(); !errors.As(err, new(*runtime.FullError)) || w.calls() != 1 {
			t.Errorf("%d attempts, %v", w.calls(), err)
		}
		held.release()
	})
}

func TestRegression_FallbackThatPanicsIsCounted(t *testing.T) {
	w := wrap(t, retryOnly(runtime.RetryPolicy{Off: true}), fallsBack(crash))
	w.does(fail)
	if e := w.do(context.Background(), 1); e.panicked != "crash" {
		t.Errorf("got %+v", e)
	}
	if total := w.circuit.Snapshot().Total; total.FallbackFailures != 1 {
		t.Errorf("counted %+v", total)
	}
}

// A link that gives an attempt up gets the caller no results of it with the error of
// a later one.
func TestRegression_ResultsOfAnAbandonedAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		impatient := func(next goresilience.Runner) goresilience.Runner {
			return goresilience.RunnerFunc(func(ctx context.Context, f goresilience.Func) error {
				go next.Run(ctx, f)
				time.Sleep(10 * time.Millisecond)
				return errBoom
			})
		}
		w := wrap(t, retryOnly(runtime.RetryPolicy{Attempts: 2, Backoff: time.Nanosecond}), inner(impatient))
		w.will(after(15*time.Millisecond, func(context.Context, int) (int, error) { return 7, nil }))
		w.does(after(time.Second, succeed))
		if e := w.do(context.Background(), 1); e.n != 0 || e.err != errBoom {
			t.Errorf("got %+v", e)
		}
		time.Sleep(time.Second)
	})
}

// The longest of timeouts still ends the context of a failed call.
func TestRegression_LongestTimeoutOfWhatLivesOn(t *testing.T) {
	var ctx context.Context
	w := wrap(t, timeoutOnly(runtime.TimeoutPolicy{Attempt: math.MaxInt64}), livesOn)
	w.does(keepContext(&ctx, fail))
	w.call()
	if ctx.Err() == nil {
		t.Error("the context of a failed call lives on")
	}
}

func TestRegression_KeysThatClash(t *testing.T) {
	registry := runtime.NewRegistry()
	keyed := func(max int) option {
		return func(s *setup) {
			s.Registry, s.spec.Circuit, s.spec.MaxKeys = registry, "c", max
			s.spec.Key = func(int) string { return "a" }
		}
	}
	named := func(name string) option { return func(s *setup) { s.Registry, s.spec.Circuit = registry, name } }
	wrap(t, runtime.Policy{}, keyed(10))
	for name, clash := range map[string]option{
		"has max=10 already, not 20": keyed(20),
		"one that a key makes":       named("c[a]"),
	} {
		if _, err := tryWrap(runtime.Policy{}, clash); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("got %v, want %s", err, name)
		}
	}
}

// No key can make the name that another circuit has: whoever comes second is refused. Brackets
// alone say nothing.
func TestRegression_NamesThatKeysCouldMake(t *testing.T) {
	for _, c := range []struct {
		first, second           string
		firstKeyed, secondKeyed bool
		clash                   bool
	}{
		{"c[a]", "c", false, false, false},
		{"c[a]", "c", false, true, true},
		{"c[a]", "d[a]", false, false, false},
		{"c[a]", "d", false, true, false},
		{"c", "d[a]", true, false, false},
		{"c", "c[a]", true, false, true},
		{"c", "c[a", true, true, true},
		{"c[a", "c", true, true, true},
		{"c[a", "c", true, false, false},
		{"c[a", "c[a[b]", true, false, true},
	} {
		t.Run(fmt.Sprintf("%s keyed %t, %s keyed %t", c.first, c.firstKeyed, c.second, c.secondKeyed), func(t *testing.T) {
			named := func(name string, keyed bool) option {
				return func(s *setup) {
					if s.spec.Circuit = name; keyed {
						byKey(0)(s)
					}
				}
			}
			w := wrap(t, runtime.Policy{}, named(c.first, c.firstKeyed))
			_, err := tryWrap(runtime.Policy{}, named(c.second, c.secondKeyed), in(w.registry))
			if (err != nil) != c.clash || c.clash && !strings.Contains(err.Error(), "one that a key makes") {
				t.Errorf("got %v", err)
			}
		})
	}
}
