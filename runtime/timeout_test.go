package runtime_test

import (
	"context"
	"errors"
	"math"
	"runtime/debug"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	goerrors "github.com/slok/goresilience/errors"

	"github.com/breakergen/breakergen/runtime"
)

func TestTimeoutIsCooperative(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, timeoutOnly(runtime.TimeoutPolicy{Attempt: time.Second}), order)
		var stack string
		w.does(func(ctx context.Context, _ int) (int, error) {
			stack = string(debug.Stack())
			<-ctx.Done()
			time.Sleep(time.Minute) // it takes its time to listen
			return 7, errBoom
		})
		var n int
		var err error
		took := elapsed(func() { n, err = w.method(background, 1) })
		if took != time.Second+time.Minute {
			t.Errorf("took %v: the call wasn't waited for", took)
		}
		if !strings.Contains(stack, "TestTimeoutIsCooperative") {
			t.Errorf("the call ran in a goroutine of its own:\n%s", stack)
		}
		if n != 7 {
			t.Errorf("result %d, want the one that came with the error", n)
		}
		isTimeout(t, err, runtime.TimeoutError{
			Circuit: "Echo.Do", After: time.Second, Err: errBoom,
		})
		if got := w.total(); got.Timeouts != 1 || got.Calls() != 1 {
			t.Errorf("counted %+v", got)
		}
	})
}

// isTimeout fails the test where err isn't that timeout, or doesn't say what is true.
func isTimeout(t *testing.T, err error, want runtime.TimeoutError) {
	t.Helper()
	var got *runtime.TimeoutError
	if !errors.As(err, &got) || *got != want {
		t.Fatalf("got %v, want %v", err, &want)
	}
	for _, is := range []error{context.DeadlineExceeded, goerrors.ErrTimeout, want.Err} {
		if is != nil && !errors.Is(err, is) {
			t.Errorf("%v isn't %v", err, is)
		}
	}
	if errors.Is(err, goerrors.ErrCircuitOpen) || errors.Is(err, context.Canceled) {
		t.Errorf("%v is what it isn't", err)
	}
	if timeout, ok := err.(interface{ Timeout() bool }); !ok || !timeout.Timeout() {
		t.Error("net.Error's Timeout isn't true")
	}
}

// The total is part of the timeout, with which it is off; and it may be as short as it likes.
func TestTotalIsTheTimeouts(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		off := wrap(t, timeoutOnly(runtime.TimeoutPolicy{Total: time.Second, Off: true}), order)
		off.does(after(time.Minute, func(ctx context.Context, n int) (int, error) { return n, ctx.Err() }))
		if err := off.call(); err != nil {
			t.Errorf("off it says %v", err)
		}
		short := wrap(t, timeoutOnly(runtime.TimeoutPolicy{Attempt: time.Second, Total: 1}), order)
		short.does(hang)
		isTimeout(t, short.call(), runtime.TimeoutError{Circuit: "Echo.Do", After: 1, Total: true, Err: late})
	})
}

// foreign is a context that the standard library doesn't know: one that is derived from it takes a
// goroutine for as long as it lasts.
type foreign struct{ context.Context }

func (foreign) Done() <-chan struct{} { return make(chan struct{}) }

// Nothing of a call is left at its caller's context, however it has ended.
func TestTotalLeavesNothingBehind(t *testing.T) {
	for name, c := range map[string]struct {
		step  step
		lives bool
	}{
		"success": {succeed, false}, "failure": {fail, true}, "panic": {crash, true}, "exit": {exit, true},
	} {
		bubble(t, name, func(t *testing.T) {
			during := 0
			w := wrap(t, timeoutOnly(runtime.TimeoutPolicy{Attempt: time.Hour, Total: time.Hour}),
				func(s *setup) { s.spec.LivesOn = c.lives })
			w.does(func(ctx context.Context, n int) (int, error) {
				ctx.Done() // has it a timer?
				synctest.Wait()
				during = bubbled()
				return c.step(ctx, n)
			})
			before := bubbled()
			w.do(foreign{background}, 1)
			synctest.Wait()
			if after := bubbled(); after != before || during < before+2 {
				t.Errorf("%d goroutines, %d while the call and what ends its context were there, then %d", before, during, after)
			}
			time.Sleep(time.Hour)
		})
	}
}

func TestTimeoutLosesNoResult(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		for _, p := range []runtime.TimeoutPolicy{
			{Attempt: time.Second}, {Attempt: time.Hour, Total: time.Second},
		} {
			w := wrap(t, runtime.Policy{Timeout: p}, order, fallsBack(fail))
			w.does(after(2*time.Second, succeed))
			if n, err := w.method(background, 7); n != 7 || err != nil || w.calls() != 1 {
				t.Errorf("got %d and %v after %d calls", n, err, w.calls())
			}
			if got := w.total(); got.Timeouts != 1 || got.Calls() != 1 {
				t.Errorf("counted %+v, want a timeout", got)
			}
		}
	})
}

// TestTimeoutLeavesAnswersAlone: an error that comes late and is judged to be an answer, or nobody's fault, is
// to the caller what the call returned. What is a failure tells of the timeout.
func TestTimeoutLeavesAnswersAlone(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		for o, want := range map[runtime.Outcome]runtime.Counts{
			runtime.Success: {Successes: 1}, runtime.Ignored: {Ignored: 1}, runtime.Failure: {Timeouts: 1},
		} {
			for about, says := range map[error]func(context.Context) error{
				errBoom:                  func(context.Context) error { return errBoom },
				context.DeadlineExceeded: context.Context.Err,
			} {
				for _, p := range []runtime.TimeoutPolicy{
					{Attempt: time.Second}, {Attempt: time.Hour, Total: time.Second},
				} {
					for _, links := range []option{func(*setup) {}, inner(onward)} {
						w := wrap(t, timeoutOnly(p), order, links, judgedBy(classify(about, o)))
						w.does(func(ctx context.Context, _ int) (int, error) { <-ctx.Done(); return 7, says(ctx) })
						n, err := w.method(background, 1)
						untouched := err == about
						if untouched != (o != runtime.Failure) || !untouched && !isA[*runtime.TimeoutError](err) || n != 7 {
							t.Errorf("%v, %+v: got %d and %v, a %T", o, p, n, err, err)
						}
						w.counted(t, want)
					}
				}
			}
		}
	})
}

func TestTimeoutIsRetriedWithANewDeadline(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{}, order)
		w.will(hang)
		var got context.Context
		w.does(keepContext(&got, func(ctx context.Context, n int) (int, error) {
			if deadline, _ := ctx.Deadline(); time.Until(deadline) != time.Second {
				t.Errorf("the second attempt has %v", time.Until(deadline))
			}
			return n, ctx.Err()
		}))
		if n, err := w.method(background, 7); n != 7 || err != nil {
			t.Errorf("got %d and %v", n, err)
		}
		if got.Err() == nil {
			t.Error("the context outlives the call")
		}
	})
}

func TestTotalBoundsAllAttempts(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		for _, links := range []option{func(*setup) {}, inner(onward), livesOn} {
			w := wrap(t, runtime.Policy{
				Retry:   runtime.RetryPolicy{Attempts: 9, Backoff: 1},
				Timeout: runtime.TimeoutPolicy{Total: 2500 * time.Millisecond},
			}, order, links)
			w.does(hang)
			var err error
			took := elapsed(func() { err = w.call() })
			if took != 2500*time.Millisecond || w.calls() != 3 {
				t.Errorf("took %v and %d calls", took, w.calls())
			}
			isTimeout(t, err, runtime.TimeoutError{
				Circuit: "Echo.Do", After: 2500 * time.Millisecond, Total: true,
				Err: context.DeadlineExceeded,
			})
		}
	})
}

func TestTotalLeavesADetachedAttemptAlone(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{
			Retry:   runtime.RetryPolicy{Backoff: 1},
			Timeout: runtime.TimeoutPolicy{Total: 1500 * time.Millisecond, Detach: true},
		}, order)
		w.does(deaf(succeed))
		var err error
		took := elapsed(func() { err = w.call() })
		if took != 1500*time.Millisecond || w.calls() != 2 {
			t.Errorf("took %v and %d calls", took, w.calls())
		}
		isTimeout(t, err, runtime.TimeoutError{
			Circuit: "Echo.Do", After: 1500 * time.Millisecond, Total: true,
		})
		time.Sleep(time.Hour)
	})
}

func TestTotalEndsAWaitForAPlace(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{
			Timeout:  runtime.TimeoutPolicy{Attempt: time.Minute, Total: 2 * time.Second},
			Bulkhead: runtime.BulkheadPolicy{Limit: 1, Wait: time.Hour},
		}, order)
		w.does(after(time.Minute, succeed))
		first := w.start(background, 1)
		synctest.Wait()
		var err error
		if took := elapsed(func() { err = w.call() }); took != 2*time.Second || w.calls() != 1 {
			t.Errorf("took %v and %d calls", took, w.calls())
		}
		isTimeout(t, err, runtime.TimeoutError{
			Circuit: "Echo.Do", After: 2 * time.Second, Total: true,
		})
		<-first
	})
}

// A total that has passed is nothing to the next call.
func TestTotalEndsWithItsCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, timeoutOnly(runtime.TimeoutPolicy{Total: time.Millisecond}))
		for range 10 {
			w.run(after(time.Second, fail))
			w.circuit.Reset()
		}
		apply(t, w, runtime.Policy{Timeout: runtime.TimeoutPolicy{Off: true}})
		w.does(fail)
		for range 9 {
			if err := w.call(); err != errBoom {
				t.Errorf("got %v", err)
			}
		}
	})
}

func TestTheCallersDeadlineIsNotTheTimeouts(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{Timeout: runtime.TimeoutPolicy{Total: time.Minute}}, order)
		ctx, cancel := context.WithTimeout(background, time.Millisecond)
		defer cancel()
		w.does(hang)
		if e := w.do(ctx, 1); e.err != context.DeadlineExceeded {
			t.Errorf("got %T, want what the call returned, untouched", e.err)
		}
	})
}

func TestHugeTimeoutsNeverPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, p := range []runtime.TimeoutPolicy{
			{Attempt: math.MaxInt64, Total: math.MaxInt64},
			{Attempt: math.MaxInt64, Detach: true},
		} {
			w := wrap(t, timeoutOnly(p))
			time.Sleep(time.Hour)
			w.does(after(time.Hour, func(ctx context.Context, n int) (int, error) {
				return n, ctx.Err()
			}))
			if n, err := w.method(background, 7); n != 7 || err != nil {
				t.Errorf("%+v: got %d and %v", p, n, err)
			}
		}
	})
}

// A call without a context can't be asked for a time of its own: where it has none, nothing is set up for that.
func TestNoContextAllocatesNothing(t *testing.T) {
	w := wrap(t, runtime.Policy{}, func(s *setup) { s.spec.NoContext = true })
	w.does(giving(1))
	if got := testing.AllocsPerRun(1000, func() { w.call() }); got != 0 {
		t.Errorf("%v allocations", got)
	}
}

func TestNoContextNoTimeout(t *testing.T) {
	noContext := func(s *setup) { s.spec.NoContext = true }
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, runtime.Policy{}, noContext)
		w.does(after(time.Hour, succeed))
		if n, err := w.method(background, 7); n != 7 || err != nil {
			t.Errorf("by default: got %d and %v", n, err)
		}
	})
	ask := runtime.TimeoutPolicy{Attempt: time.Second}
	for name, asks := range map[string]option{
		"a directive":       func(s *setup) { s.spec.Directive.Timeout = ask },
		"the configuration": func(s *setup) { s.spec.Config.Timeout = ask },
	} {
		bubble(t, "asked for by "+name, func(t *testing.T) {
			w := wrap(t, runtime.Policy{Retry: runtime.RetryPolicy{Off: true}}, noContext, asks)
			w.does(after(time.Hour, succeed))
			var err error
			if took := elapsed(func() { err = w.call() }); took != time.Second {
				t.Errorf("took %v: it must be detached", took)
			}
			isTimeout(t, err, runtime.TimeoutError{Circuit: "Echo.Do", After: time.Second})
			w.will(after(1500*time.Millisecond, giving(2)), after(time.Hour, giving(4)))
			for range 2 { // the first one's results come while the second one is under way
				if n, err := w.method(background, 1); n != 0 || !isA[*runtime.TimeoutError](err) {
					t.Errorf("got %d and %v", n, err)
				}
			}
			time.Sleep(time.Hour) // until the calls have ended
		})
	}
}
