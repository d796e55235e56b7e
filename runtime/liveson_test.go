package runtime_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// A result that lives on, as a body that is read later, goes on using the context of
// the call: TestLivesOn is about that context after the call has returned.
func TestLivesOn(t *testing.T) {
	policies := map[string]runtime.TimeoutPolicy{
		"attempt": {Attempt: time.Second},
		"total":   {Attempt: time.Second, Total: 2 * time.Second},
		"detach":  {Attempt: time.Second, Total: 2 * time.Second, Detach: true},
	}
	for name, p := range policies {
		t.Run(name, func(t *testing.T) {
			bothOrders(t, func(t *testing.T, order option) {
				afterASuccess(t, wrap(t, runtime.Policy{Timeout: p}, livesOn, order))
			})
			bothOrders(t, func(t *testing.T, order option) {
				afterAFailure(t, wrap(t, runtime.Policy{Timeout: p}, livesOn, order))
			})
		})
	}
}

func afterASuccess(t *testing.T, w *wrapper) {
	caller, cancel := context.WithCancel(context.WithValue(background, tenant{}, "acme"))
	var got context.Context
	w.does(keepContext(&got, succeed))
	if e := w.do(caller, 1); e.err != nil {
		t.Fatal(e.err)
	}
	time.Sleep(time.Hour)
	if got.Err() != nil {
		t.Errorf("after success: %v", got.Err())
	}
	if got.Value(tenant{}) != "acme" {
		t.Error("the caller's value is gone")
	}
	cancel()
	<-got.Done()
	if got.Err() != context.Canceled {
		t.Errorf("after the caller's cancel: %v", got.Err())
	}

	caller, cancel = context.WithTimeout(background, time.Minute)
	defer cancel()
	w.do(caller, 1)
	if took := elapsed(func() { <-got.Done() }); took != time.Minute ||
		got.Err() != context.DeadlineExceeded {
		t.Errorf("the caller's deadline came after %v, with %v", took, got.Err())
	}
}

func afterAFailure(t *testing.T, w *wrapper) {
	var first, second, third context.Context
	w.will(keepContext(&first, fail), keepContext(&second, hang), keepContext(&third, succeed))
	if err := w.call(); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
	if first.Err() == nil || second.Err() == nil || third.Err() != nil {
		t.Errorf("failed attempts %v and %v, the last one %v",
			first.Err(), second.Err(), third.Err())
	}
	w.does(keepContext(&first, fail))
	if err := w.call(); !errors.Is(err, errBoom) || first.Err() == nil {
		t.Errorf("after %v the context says %v", err, first.Err())
	}
}

// Results without an error that a directive judges a failure, such as a 503, are the
// caller's where they are the last; those that a retry replaces are nobody's, and so
// their contexts end: else what they hold open would stay so.
func TestResultsThatARetryReplacesDoNotLiveOn(t *testing.T) {
	for _, detach := range []bool{false, true} {
		bothOrders(t, func(t *testing.T, order option) {
			w := wrap(t, runtime.Policy{Timeout: runtime.TimeoutPolicy{Detach: detach}},
				livesOn, order, judgedWithResult(odd))
			var first, second, third context.Context
			w.will(keepContext(&first, giving(1)), keepContext(&second, giving(3)),
				keepContext(&third, giving(5)))
			if n, err := w.method(background, 1); n != 5 || err != nil {
				t.Errorf("got %d and %v", n, err)
			}
			if first.Err() == nil || second.Err() == nil || third.Err() != nil {
				t.Errorf("the contexts say %v, %v and %v", first.Err(), second.Err(), third.Err())
			}
		})
	}
}

func TestResultsThatAFallbackReplacesDoNotLiveOn(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{}, livesOn, order, judgedWithResult(odd), fallsBack(giving(2)))
		var last context.Context
		w.does(keepContext(&last, giving(1)))
		if n, err := w.method(background, 1); n != 2 || err != nil || last.Err() == nil {
			t.Errorf("got %d and %v, the context says %v", n, err, last.Err())
		}
	})
}

// TestTotalStandsStillWhileResultsAreJudged: a result that came in time isn't dead when its caller
// gets it, however long a classification or a listener takes.
func TestTotalStandsStillWhileResultsAreJudged(t *testing.T) {
	policy := runtime.Policy{
		Breaker: runtime.BreakerPolicy{Consecutive: 1},
		Timeout: runtime.TimeoutPolicy{Attempt: time.Minute, Total: time.Second},
	}
	slowly := func(n int, err error) runtime.Outcome {
		time.Sleep(500 * time.Millisecond)
		return odd(n, err)
	}
	watched := func(s step) step { // has the context's timer run
		return func(ctx context.Context, n int) (int, error) {
			ctx.Done()
			return s(ctx, n)
		}
	}
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, policy, livesOn, order, judgedWithResult(slowly))
		var ctx context.Context
		w.does(keepContext(&ctx, watched(after(900*time.Millisecond, giving(2)))))
		if n, err := w.method(background, 1); n != 2 || err != nil || ctx.Err() != nil {
			t.Errorf("got %d and %v, and its context says %v", n, err, ctx.Err())
		}
	})
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, policy, livesOn, order)
		w.run(fail)
		defer w.registry.Subscribe(func(e runtime.Event) {
			if e.To == runtime.Closed {
				time.Sleep(500 * time.Millisecond)
			}
		})()
		time.Sleep(5 * time.Second)
		var ctx context.Context
		w.does(keepContext(&ctx, watched(after(900*time.Millisecond, giving(2)))))
		if n, err := w.method(background, 1); n != 2 || err != nil || ctx.Err() != nil {
			t.Errorf("got %d and %v, and its context says %v", n, err, ctx.Err())
		}
	})
}

// TestTotalGoesOnAfterResultsThatAreAFailure, to where it would have been.
func TestTotalGoesOnAfterResultsThatAreAFailure(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{
			Retry:   runtime.RetryPolicy{Backoff: 1},
			Timeout: runtime.TimeoutPolicy{Attempt: time.Minute, Total: time.Second},
		}, livesOn, order, judgedWithResult(odd))
		w.will(after(300*time.Millisecond, giving(1)), hang)
		begun := time.Now()
		_, err := w.method(background, 1)
		var late *runtime.TimeoutError
		if took := time.Since(begun); took != time.Second || !errors.As(err, &late) || !late.Total {
			t.Errorf("after %v: %v", took, err)
		}
	})
}

// TestTotalEndsTheWaitForAPlace of the attempt after results that are a failure, too.
func TestTotalEndsTheWaitForAPlace(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{
			Retry:    runtime.RetryPolicy{Backoff: 1},
			Timeout:  runtime.TimeoutPolicy{Attempt: time.Minute, Total: time.Second},
			Bulkhead: runtime.BulkheadPolicy{Limit: 1, Wait: time.Minute},
		}, livesOn, order, judgedWithResult(odd))
		w.will(after(300*time.Millisecond, giving(1)), after(10*time.Second, giving(2)))
		begun := time.Now()
		call := w.start(background, 1)
		time.Sleep(time.Millisecond)
		other := w.start(background, 1) // it gets the place, and keeps it
		e := <-call
		var late *runtime.TimeoutError
		if took := time.Since(begun); took != time.Second || !errors.As(e.err, &late) || !late.Total {
			t.Errorf("after %v: %+v", took, e)
		}
		<-other
	})
}

// TestResultsJudgedTooLateForAnotherAttempt go to the caller, and live on.
func TestResultsJudgedTooLateForAnotherAttempt(t *testing.T) {
	slowly := func(n int, err error) runtime.Outcome {
		time.Sleep(500 * time.Millisecond)
		return odd(n, err)
	}
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{
			Retry:   runtime.RetryPolicy{Backoff: 1},
			Timeout: runtime.TimeoutPolicy{Attempt: time.Minute, Total: time.Second},
		}, livesOn, order, judgedWithResult(slowly))
		var ctx context.Context
		w.will(keepContext(&ctx, after(900*time.Millisecond, giving(1))))
		if n, err := w.method(background, 1); n != 1 || err != nil || ctx.Err() != nil || w.calls() != 1 {
			t.Errorf("got %d and %v of %d calls, and its context says %v", n, err, w.calls(), ctx.Err())
		}
	})
}

// TestJudgementThatPanicsEndsTheContext: nobody gets the results, detached or not.
func TestJudgementThatPanicsEndsTheContext(t *testing.T) {
	panics := func(int, error) runtime.Outcome { panic("a judgement") }
	for _, detach := range []bool{false, true} {
		bothOrders(t, func(t *testing.T, order option) {
			w := wrap(t, runtime.Policy{Timeout: runtime.TimeoutPolicy{Detach: detach}}, livesOn, order, judgedWithResult(panics))
			var ctx context.Context
			w.will(keepContext(&ctx, giving(1)))
			if e := w.do(background, 1); e.panicked != "a judgement" || ctx.Err() == nil {
				t.Errorf("detach=%v: got %+v, and the context says %v", detach, e, ctx.Err())
			}
		})
	}
}
