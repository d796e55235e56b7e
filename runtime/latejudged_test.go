package runtime_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/runtime"
)

// Where results are judged, those of a run that comes too late for its caller are its own, though he never
// gets them: a dependency that answers isn't held to have failed.
func TestLateRunIsJudgedByItsOwnResults(t *testing.T) {
	nothingIsAFailure := func(n int, err error) runtime.Outcome {
		if n == 0 {
			return runtime.Failure
		}
		return runtime.Success
	}
	for name, gives := range map[string]option{
		"an engine": func(s *setup) {
			s.Engine = (&fakeEngine{around: func(ctx context.Context, run func(context.Context) error) error {
				go run(ctx)
				time.Sleep(time.Millisecond)
				return errEngine
			}}).engine
		},
		"a link": outer(link(func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
			go next.Run(ctx, f)
			time.Sleep(time.Millisecond)
			return errBoom
		})),
	} {
		t.Run(name, func(t *testing.T) {
			bothOrders(t, func(t *testing.T, order option) {
				w := wrap(t, once, order, judgedWithResult(nothingIsAFailure), gives, func(s *setup) {
					s.spec.Drop = func(int) bool { return true }
				})
				w.will(after(100*time.Millisecond, giving(7)), after(100*time.Millisecond, giving(0)))
				for range 2 {
					if e := w.do(background, 1); e.n != 0 || e.err == nil {
						t.Errorf("got %+v", e)
					}
					time.Sleep(time.Second)
				}
				w.counted(t, runtime.Counts{Successes: 1, Failures: 1})
			})
		})
	}
}

// A run that a link begins when its caller has left isn't made, which says nothing of the dependency.
func TestRunThatBeginsTooLate(t *testing.T) {
	late := outer(link(func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
		time.AfterFunc(time.Minute, func() { next.Run(ctx, f) })
		return errBoom
	}))
	wraps := inner(link(func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
		return fmt.Errorf("sadly: %w", next.Run(ctx, f))
	}))
	for name, also := range map[string]option{"alone": inner(), "wrapped": wraps} {
		t.Run(name, func(t *testing.T) {
			bothOrders(t, func(t *testing.T, order option) {
				w := wrap(t, once, order, late, also)
				if err := w.call(); err != errBoom {
					t.Errorf("got %v", err)
				}
				time.Sleep(time.Hour)
				if w.counted(t, runtime.Counts{Ignored: 1}); w.calls() != 0 {
					t.Errorf("%d calls were made", w.calls())
				}
			})
		})
	}
}
