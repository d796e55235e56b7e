package runtime_test

import (
	"context"
	"testing"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// badResults judges results without an error a failure: whether their context goes on is then
// decided late.
func badResults(int, error) runtime.Outcome { return runtime.Failure }

// userPanics are the places where what the user gave may panic while that is open.
var userPanics = map[string]option{
	"RetryResult": func(s *setup) { s.spec.RetryResult = func(int, int, error) bool { panic(errBoom) } },
	"RetryAfter":  func(s *setup) { s.spec.RetryAfter = func(int, error) (time.Duration, bool) { panic(errBoom) } },
	"Repeatable":  func(s *setup) { s.spec.Repeatable = func(int) bool { panic(errBoom) } },
	"Renew":       func(s *setup) { s.spec.Renew = func(int) (int, error) { panic(errBoom) } },
	"Drop":        func(s *setup) { s.spec.Drop = func(int) bool { panic(errBoom) } },
	"a listener of retries": func(s *setup) {
		s.Registry.SubscribeCalls(func(context.Context, runtime.CallEvent) { panic(errBoom) })
	},
	"a listener of changes": func(s *setup) {
		undecided(s)
		s.spec.Config.Breaker.Consecutive = 1
		s.Registry.Subscribe(func(runtime.Event) { panic(errBoom) })
	},
	"an engine after the call": func(s *setup) {
		undecided(s)
		s.Engine = (&fakeEngine{around: func(ctx context.Context, run func(context.Context) error) error {
			run(ctx)
			panic(errBoom)
		}}).engine
	},
	"an engine asked for its state": func(s *setup) {
		undecided(s)
		e := &fakeEngine{}
		e.around = func(ctx context.Context, run func(context.Context) error) error {
			err := run(ctx)
			e.mu.Lock()
			e.asked = func() { panic(errBoom) }
			e.mu.Unlock()
			return err
		}
		s.Engine = e.engine
	},
}

// undecided has the breaker inside of the retry: around it, that has let the results go on already.
func undecided(s *setup) { s.Order = runtime.RetryFirst }

// Nothing that the user gave leaves a context at its parent, whatever it does.
func TestPanicEndsWhatMightLiveOn(t *testing.T) {
	for name, panics := range userPanics {
		t.Run(name, func(t *testing.T) {
			bothOrders(t, func(t *testing.T, order option) {
				w := wrap(t, runtime.Policy{}, order, livesOn, judgedWithResult(badResults), panics)
				var given context.Context
				w.does(keepContext(&given, giving(1)))
				if e := w.do(background, 1); e.panicked != errBoom {
					t.Fatalf("got %+v", e)
				}
				if given.Err() == nil {
					t.Error("the context outlives the call")
				}
			})
		})
	}
}

// Nor does it in a call that is part of another one, which has no admission of its own.
func TestPanicEndsWhatMightLiveOnInNestedCalls(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		shared := func(s *setup) { s.spec.Circuit = "shared" }
		inner := wrap(t, runtime.Policy{}, order, shared, livesOn, judgedWithResult(badResults), userPanics["RetryResult"])
		outer := wrap(t, runtime.Policy{Retry: runtime.RetryPolicy{Off: true}}, order, shared, in(inner.registry))
		nest(outer, inner)
		var given context.Context
		inner.does(keepContext(&given, giving(1)))
		if e := outer.do(background, 1); e.panicked != errBoom {
			t.Fatalf("got %+v", e)
		}
		if given.Err() == nil {
			t.Error("the context outlives the call")
		}
	})
}
