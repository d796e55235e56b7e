package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slok/goresilience"
	goerrors "github.com/slok/goresilience/errors"
	"github.com/slok/goresilience/retry"
	"github.com/slok/goresilience/timeout"

	"github.com/breakergen/breakergen/runtime"
)

type runFunc = func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error

// inEveryPlace puts a link outside of the chain and inside, in both orders, detached
// and not.
func inEveryPlace(t *testing.T, p runtime.Policy, l runFunc, f func(*testing.T, *wrapper)) {
	t.Helper()
	for name, put := range map[string]func(...goresilience.Middleware) option{
		"outside": outer, "inside": inner,
	} {
		for _, detach := range []bool{false, true} {
			p.Timeout.Detach = detach
			t.Run(fmt.Sprintf("%s/detach=%v", name, detach), func(t *testing.T) {
				bothOrders(t, func(t *testing.T, order option) {
					f(t, wrap(t, p, order, put(link(l))))
					time.Sleep(time.Hour) // whatever goes on ends
				})
			})
		}
	}
}

// never is a breaker that doesn't open, once a policy that makes one attempt.
var (
	never = runtime.BreakerPolicy{Consecutive: -1, MinCalls: 1000}
	once  = runtime.Policy{Breaker: never, Retry: runtime.RetryPolicy{Off: true}}
)

// numbered gives each run results of its own: odd ones fail, with an error of their own.
func numbered(runs *atomic.Int64) step {
	return func(context.Context, int) (int, error) {
		n := int(runs.Add(1))
		time.Sleep(time.Duration(n) * time.Millisecond)
		if n%2 == 1 {
			return n, runError(n)
		}
		return n, nil
	}
}

type runError int

func (n runError) Error() string { return fmt.Sprintf("run %d failed", int(n)) }

// isWhole fails the test where a result and an error aren't of one run.
func isWhole(t *testing.T, e end) {
	t.Helper()
	var failed runError
	if e.err == nil && (e.n == 0 || e.n%2 == 1) || e.err != nil &&
		(!errors.As(e.err, &failed) || int(failed) != e.n) {
		t.Errorf("got %d with %v: they are of two runs", e.n, e.err)
	}
}

func TestLinkRunsTheCallTwice(t *testing.T) {
	for _, l := range []runFunc{
		func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
			next.Run(ctx, f)
			return next.Run(ctx, f)
		},
		func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
			first := next.Run(ctx, f)
			next.Run(ctx, f)
			return first
		},
	} {
		inEveryPlace(t, once, l, func(t *testing.T, w *wrapper) {
			var runs atomic.Int64
			w.does(numbered(&runs))
			for range 4 {
				isWhole(t, w.do(background, 1))
			}
			runs.Add(1) // the first of two is an even one now
			for range 4 {
				isWhole(t, w.do(background, 1))
			}
		})
	}
}

// Nor is what isn't worth it made again where links of the user's see it.
func TestLinkSeesOneAttempt(t *testing.T) {
	p := runtime.Policy{Retry: runtime.RetryPolicy{On: func(error) bool { return false }}}
	inEveryPlace(t, p, runFunc(func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
		return next.Run(ctx, f)
	}), func(t *testing.T, w *wrapper) {
		w.does(fail)
		if err := w.call(); err != errBoom || w.calls() != 1 {
			t.Errorf("got %v after %d calls", err, w.calls())
		}
	})
}

// hedge runs the call twice at once, and returns what comes first.
func hedge(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
	ends := make(chan error, 2)
	for range 2 {
		go func() { ends <- next.Run(ctx, f) }()
	}
	return <-ends
}

func TestLinkHedges(t *testing.T) {
	for _, p := range []runtime.Policy{once, {Breaker: never}} {
		inEveryPlace(t, p, hedge, func(t *testing.T, w *wrapper) {
			w.does(numbered(new(atomic.Int64)))
			for range 20 {
				isWhole(t, w.do(background, 1))
			}
		})
	}
}

func TestLinkLeavesTheCallAlone(t *testing.T) {
	leaves := func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
		go next.Run(ctx, f)
		time.Sleep(time.Millisecond)
		return errBoom
	}
	inEveryPlace(t, once, leaves, func(t *testing.T, w *wrapper) {
		w.does(after(2*time.Millisecond, giving(7)))
		for range 9 {
			if e := w.do(background, 1); e.n != 0 || e.err != errBoom {
				t.Errorf("got %+v", e)
			}
		}
	})
}

// plainLinks are links that change what comes back. Each call returns 7 and errBoom.
var plainLinks = map[string]struct {
	link runFunc
	n    int
	err  error // nil for none
	made int   // how many calls
}{
	"not at all": {gives(context.Canceled), 0, context.Canceled, 0},
	"swallows the error": {
		func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
			next.Run(ctx, f)
			return nil
		}, 7, nil, 1,
	},
	"replaces the error": {
		func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
			next.Run(ctx, f)
			return errors.ErrUnsupported
		}, 7, errors.ErrUnsupported, 1,
	},
	"wraps the error": {
		func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
			return fmt.Errorf("sadly: %w", next.Run(ctx, f))
		}, 7, errBoom, 1,
	},
	"recovers": {
		func(ctx context.Context, f goresilience.Func, next goresilience.Runner) (err error) {
			defer func() { recover(); err = errors.ErrUnsupported }()
			return next.Run(ctx, func(ctx context.Context) error { f(ctx); panic("lost") })
		}, 7, errors.ErrUnsupported, 1,
	},
}

// gives is a link that doesn't run the call.
func gives(err error) runFunc {
	return func(context.Context, goresilience.Func, goresilience.Runner) error { return err }
}

func TestLinkChangesWhatComesBack(t *testing.T) {
	for name, c := range plainLinks {
		t.Run(name, func(t *testing.T) {
			inEveryPlace(t, once, c.link, func(t *testing.T, w *wrapper) {
				w.does(func(context.Context, int) (int, error) { return 7, errBoom })
				got := w.do(background, 1)
				if got.n != c.n || !errors.Is(got.err, c.err) || got.panicked != nil ||
					w.calls() != c.made {
					t.Errorf("got %+v after %d calls", got, w.calls())
				}
			})
		})
	}
}

func TestLinkPanics(t *testing.T) {
	panics := func(context.Context, goresilience.Func, goresilience.Runner) error { panic(errBoom) }
	inEveryPlace(t, runtime.Policy{Bulkhead: runtime.BulkheadPolicy{Limit: 1}}, panics,
		func(t *testing.T, w *wrapper) {
			for range 2 {
				if e := w.do(background, 1); e.panicked != errBoom || w.calls() != 0 {
					t.Errorf("got %+v", e)
				}
			}
		})
}

// hasty leaves the call alone after a while, as goresilience's own timeout does; which
// then keeps a goroutine for ever, so that it can't time out in a test.
var hasty = link(func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
	done := make(chan error, 1)
	go func() { done <- next.Run(ctx, f) }()
	select {
	case err := <-done:
		return err
	case <-time.After(100 * time.Millisecond):
		return goerrors.ErrTimeout
	}
})

func TestStockLinks(t *testing.T) {
	stockTimeout := timeout.NewMiddleware(timeout.Config{Timeout: time.Hour})
	stockRetry := retry.NewMiddleware(retry.Config{Times: 2, WaitBase: time.Millisecond})
	for name, put := range map[string]option{
		"outside": outer(stockRetry, stockTimeout, hasty),
		"inside":  inner(stockRetry, stockTimeout, hasty),
		"both":    func(s *setup) { outer(stockRetry, hasty)(s); inner(stockTimeout, hasty)(s) },
	} {
		t.Run(name, func(t *testing.T) {
			bothOrders(t, func(t *testing.T, order option) {
				w := wrap(t, once, order, put)
				var runs atomic.Int64
				w.does(numbered(&runs))
				for range 4 {
					isWhole(t, w.do(background, 1))
				}
				w.does(deaf(giving(1)))
				if e := w.do(background, 1); !errors.Is(e.err, goerrors.ErrTimeout) || e.n != 0 {
					t.Errorf("got %+v", e)
				}
				time.Sleep(time.Hour)
			})
		})
	}
}
