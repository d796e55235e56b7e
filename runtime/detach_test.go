package runtime_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/runtime"
)

// deaf does s after a minute, and doesn't listen to its context meanwhile.
func deaf(s step) step { return after(time.Minute, s) }

func TestDetachFreesTheCallerAtTheDeadline(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, detached(), order)
		ended := make(chan error, 1)
		w.does(deaf(func(ctx context.Context, n int) (int, error) {
			ended <- ctx.Err()
			return n, nil
		}))
		var got end
		took := elapsed(func() { got = w.do(background, 7) })
		if took != time.Second || got.n != 0 {
			t.Errorf("took %v and got %d", took, got.n)
		}
		isTimeout(t, got.err, runtime.TimeoutError{Circuit: "Echo.Do", After: time.Second})
		if err := <-ended; err == nil {
			t.Error("the call's context didn't end")
		}
		if got := w.total(); got.Timeouts != 1 || got.Calls() != 1 {
			t.Errorf("counted %+v: what the call returns late is nobody's", got)
		}
	})
}

func TestDetachFreesTheCallerAtHisOwnEnd(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		for want, caller := range callersEnd {
			w := wrap(t, detached(), order)
			w.does(deaf(succeed))
			ctx, cancel := caller(300 * time.Millisecond)
			took := elapsed(func() {
				if e := w.do(ctx, 1); e.err != want || e.n != 0 {
					t.Errorf("got %d and %v, want %v", e.n, e.err, want)
				}
			})
			cancel()
			if took != 300*time.Millisecond {
				t.Errorf("took %v", took)
			}
			time.Sleep(time.Hour)
		}
	})
}

func TestDetachJoinsTheLastAttemptWhereTheCallerEnds(t *testing.T) {
	byOrder(t, runtime.Counts{Ignored: 1, Retries: 1},
		runtime.Counts{Failures: 1, Ignored: 1, Retries: 1},
		func(t *testing.T, order option, want runtime.Counts) {
			w := wrap(t, runtime.Policy{Timeout: runtime.TimeoutPolicy{Detach: true}}, order)
			w.will(failWith(after5s), deaf(succeed))
			ctx, cancel := context.WithCancel(background)
			time.AfterFunc(5500*time.Millisecond, cancel)
			if e := w.do(ctx, 1); !errors.Is(e.err, context.Canceled) || !errors.Is(e.err, after5s) {
				t.Errorf("got %v, want both errors", e.err)
			}
			w.counted(t, want)
			time.Sleep(time.Hour)
		})
}

// lateShapes are a plain chain, and one with links that have goroutines of their own or
// that drop the context.
var lateShapes = map[string][]option{
	"plain":   nil,
	"inside":  {inner(elsewhere)},
	"dropped": {inner(forgetful)},
	"outside": {outer(elsewhere), inner(onward)},
}

// elsewhere runs the call in another goroutine, and waits for it.
var elsewhere = link(func(ctx context.Context, f goresilience.Func, r goresilience.Runner) error {
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx, f) }()
	return <-done
})

// forgetful doesn't pass its context on.
var forgetful = link(func(_ context.Context, f goresilience.Func, next goresilience.Runner) error {
	return next.Run(background, f)
})

func TestLateResultsAreNeverSeen(t *testing.T) {
	for name, shape := range lateShapes {
		t.Run(name, func(t *testing.T) {
			bothOrders(t, func(t *testing.T, order option) {
				w := wrap(t, runtime.Policy{
					Retry:   runtime.RetryPolicy{Backoff: time.Millisecond},
					Timeout: runtime.TimeoutPolicy{Detach: true},
				}, append(shape, order, judgedWithResult(odd))...)

				// The first attempt's results arrive while the second is under way, and
				// after it has returned, and with its error.
				w.will(after(1500*time.Millisecond, giving(2)),
					after(700*time.Millisecond, giving(4)))
				if n, err := w.method(background, 1); n != 4 || err != nil {
					t.Errorf("got %d and %v, want the second attempt's 4", n, err)
				}
				w.will(after(1500*time.Millisecond, giving(2)), giving(4))
				if n, err := w.method(background, 1); n != 4 || err != nil {
					t.Errorf("got %d and %v, want the second attempt's 4", n, err)
				}
				w.will(after(1200*time.Millisecond, func(context.Context, int) (int, error) {
					return 3, errBoom
				}), after(700*time.Millisecond, func(context.Context, int) (int, error) {
					return 5, errBoom
				}), fail)
				if n, err := w.method(background, 1); n != 0 || err != errBoom {
					t.Errorf("got %d and %v, want the third attempt's 0", n, err)
				}
				// An attempt that is left alone has no results, whatever came before it.
				w.will(func(ctx context.Context, _ int) (int, error) {
					return 9, context.DeadlineExceeded
				}, deaf(giving(2)), deaf(giving(4)))
				n, err := w.method(background, 1)
				if n != 0 || !isA[*runtime.TimeoutError](err) {
					t.Errorf("got %d and %v", n, err)
				}
				time.Sleep(time.Hour)
			})
		})
	}
}

// WithTimeout has calls detached whose timeout is off but for that. What one of them leaves behind is no later
// call's.
func TestLateResultsOfACallWithATimeOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, runtime.Policy{
			Retry:   runtime.RetryPolicy{Off: true},
			Timeout: runtime.TimeoutPolicy{Detach: true, Off: true},
		})
		w.does(func(_ context.Context, n int) (int, error) {
			time.Sleep(time.Duration(n) * time.Millisecond)
			return n, nil
		})
		short := runtime.WithTimeout(background, 5*time.Millisecond)
		for range 5 {
			for _, ms := range []int{7, 100} {
				if n, err := w.method(short, ms); n != 0 || !isA[*runtime.TimeoutError](err) {
					t.Errorf("the call for %d got %d, %v", ms, n, err)
				}
			}
		}
		time.Sleep(time.Second)
	})
}

// An attempt is left alone with its link, whose call may have ended in time, or not:
// neither is seen, whatever the link of a later attempt says.
func TestLateResultsInsideOfALink(t *testing.T) {
	lingers := link(func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
		next.Run(ctx, f)
		time.Sleep(400 * time.Millisecond)
		return nil // also where the call has failed
	})
	for _, took := range []time.Duration{900 * time.Millisecond, 1300 * time.Millisecond} {
		for _, links := range []option{inner(lingers), inner(lingers, forgetful)} {
			bothOrders(t, func(t *testing.T, order option) {
				w := wrap(t, runtime.Policy{
					Retry:   runtime.RetryPolicy{Backoff: time.Millisecond},
					Timeout: runtime.TimeoutPolicy{Detach: true},
				}, order, links)
				w.will(after(took, giving(2)), after(10*time.Millisecond,
					func(context.Context, int) (int, error) { return 7, errBoom }))
				if n, err := w.method(background, 1); n != 7 || err != nil {
					t.Errorf("got %d and %v, want the second attempt's 7", n, err)
				}
				time.Sleep(time.Hour)
			})
		}
	}
}

func TestDetachHoldsItsPlaceUntilTheCallHasEnded(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		policy := detached()
		policy.Bulkhead.Limit = 2
		w := wrap(t, policy, order)
		w.will(deaf(succeed), deaf(crash))
		w.call()
		w.call()
		if err := w.call(); !isA[*runtime.FullError](err) || w.calls() != 2 {
			t.Errorf("got %v after %d calls: both places are held by what hangs", err, w.calls())
		}
		time.Sleep(time.Minute)
		if err := w.call(); err != nil {
			t.Errorf("got %v: the places are free", err)
		}
	})
}

// Who is at fault is asked as of a call that is waited for, but never about what comes
// back late.
func TestDetachedFault(t *testing.T) {
	for name, c := range map[string]struct {
		end    error // how the caller's context ends after 300ms; nil: it doesn't
		says   runtime.Outcome
		about  error // nil where nobody is asked
		counts func(*runtime.Counts) *uint64
	}{
		"a timeout":             {nil, runtime.Failure, late, timeouts},
		"an answer":             {nil, runtime.Success, late, successes},
		"the caller's deadline": {late, runtime.Failure, late, timeouts},
		"ignored":               {late, runtime.Ignored, late, ignored},
		"the caller's cancel":   {context.Canceled, runtime.Failure, nil, ignored},
	} {
		t.Run(name, func(t *testing.T) {
			bothOrders(t, func(t *testing.T, order option) {
				var asked []error
				w := wrap(t, detached(), order, judgedBy(func(err error) runtime.Outcome {
					asked = append(asked, err)
					return c.says
				}))
				w.does(deaf(fail))
				ctx, cancel := background, func() {}
				if c.end != nil {
					ctx, cancel = callersEnd[c.end](300 * time.Millisecond)
				}
				w.do(ctx, 1)
				cancel()
				time.Sleep(time.Hour)
				if len(asked) > 1 || len(asked) == 1 && !errors.Is(asked[0], c.about) ||
					len(asked) == 0 && c.about != nil {
					t.Errorf("asked about %v, want %v", asked, c.about)
				}
				if got := w.total(); got != one(c.counts) {
					t.Errorf("counted %+v", got)
				}
			})
		})
	}
}

// Everything that a detached call needs ends with it, and no earlier.
func TestDetachLeavesNothingBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, detached())
		w.will(succeed, fail, hang, deaf(succeed), deaf(fail), deaf(crash), deaf(exit), crash, exit)
		ctx, cancel := context.WithCancel(background)
		for range 9 {
			w.do(ctx, 1)
		}
		cancel()
		w.does(hang)
		w.do(ctx, 1)
		time.Sleep(2 * time.Minute)
		// The bubble fails where a goroutine is left.
	})
}
