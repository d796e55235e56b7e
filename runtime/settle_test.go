package runtime_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// counted fails the test where something else has been counted.
func (w *wrapper) counted(t *testing.T, want runtime.Counts) {
	t.Helper()
	if got := w.total(); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
}

// byOrder runs f for each order, with what is to be counted in it.
func byOrder(t *testing.T, ofCall, ofAttempt runtime.Counts,
	f func(t *testing.T, order option, want runtime.Counts)) {
	t.Helper()
	bubble(t, "breaker first", func(t *testing.T) { f(t, func(*setup) {}, ofCall) })
	bubble(t, "retry first", func(t *testing.T) { f(t, retryFirst, ofAttempt) })
}

// A wait for the next attempt that the total's end cuts short is a timeout of the call: so
// it is where the judgement took its time, and the context doesn't show its end.
func TestTotalEndsInABackoff(t *testing.T) {
	const soon = retryAfter(700 * time.Millisecond)
	slowly := judgedBy(func(err error) runtime.Outcome {
		if err == soon {
			time.Sleep(500 * time.Millisecond)
		}
		return runtime.Failure
	})
	byOrder(t, runtime.Counts{Timeouts: 1}, runtime.Counts{Failures: 1},
		func(t *testing.T, order option, want runtime.Counts) {
			w := wrap(t, runtime.Policy{Timeout: runtime.TimeoutPolicy{Total: time.Second}},
				order, slowly, livesOn)
			w.does(failWith(soon))
			var err error
			if took := elapsed(func() { err = w.call() }); took != time.Second || w.calls() != 1 {
				t.Errorf("took %v and %d calls", took, w.calls())
			}
			isTimeout(t, err, runtime.TimeoutError{
				Circuit: "Echo.Do", After: time.Second, Total: true, Err: soon,
			})
			w.counted(t, want)
		})
}

// Where that is an answer, it is none that another attempt has given.
func TestTotalThatEndsInABackoffIsAnAnswer(t *testing.T) {
	const soon = retryAfter(700 * time.Millisecond)
	slowly := judgedBy(func(err error) runtime.Outcome {
		if err == soon {
			time.Sleep(500 * time.Millisecond)
			return runtime.Failure
		}
		return runtime.Success
	})
	byOrder(t, runtime.Counts{Successes: 1}, runtime.Counts{Failures: 1},
		func(t *testing.T, order option, want runtime.Counts) {
			w := wrap(t, runtime.Policy{Timeout: runtime.TimeoutPolicy{Total: time.Second}}, order, slowly, livesOn)
			w.does(failWith(soon))
			w.call()
			w.counted(t, want)
		})
}

// A call that its caller cancels between two attempts says nothing of the dependency; its
// attempt does.
func TestCancelInABackoff(t *testing.T) {
	for _, total := range []time.Duration{0, time.Hour} {
		byOrder(t, runtime.Counts{Ignored: 1}, runtime.Counts{Failures: 1},
			func(t *testing.T, order option, want runtime.Counts) {
				w := wrap(t, runtime.Policy{Timeout: runtime.TimeoutPolicy{Total: total}}, order)
				w.does(failWith(after5s))
				ctx, cancel := context.WithCancel(background)
				time.AfterFunc(time.Second, cancel)
				if e := w.do(ctx, 1); !errors.Is(e.err, context.Canceled) {
					t.Errorf("got %v", e.err)
				}
				w.counted(t, want)
			})
	}
}

// The dependency's answer is its answer, whatever the caller wanted of it meanwhile: nobody
// is asked what it says.
func TestCancelledAndAnswered(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		judge := judgedWithResult(func(_ int, err error) runtime.Outcome {
			if err == nil {
				t.Error("somebody was asked")
			}
			return runtime.Failure
		})
		w := wrap(t, attemptsOf(2, breakerPolicy{}), order, judge)
		ctx, cancel := context.WithCancel(background)
		w.will(fail, func(_ context.Context, n int) (int, error) { cancel(); return n, nil })
		if e := w.do(ctx, 7); e.n != 7 || e.err != nil {
			t.Errorf("got %+v", e)
		}
		if got := w.total(); got.Successes != 1 || got.Ignored != 0 {
			t.Errorf("counted %+v", got)
		}
	})
}

// A failure whose caller goes while it is judged is a failure, and isn't made again.
func TestCancelWhileAFailureIsJudged(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		ctx, cancel := context.WithCancel(background)
		w := wrap(t, runtime.Policy{}, order, judgedBy(func(error) runtime.Outcome {
			cancel()
			return runtime.Failure
		}))
		w.does(fail)
		if e := w.do(ctx, 1); e.err != errBoom || w.calls() != 1 {
			t.Errorf("got %v after %d calls", e.err, w.calls())
		}
		w.counted(t, runtime.Counts{Failures: 1})
	})
}

// Where the total is over while a call waits for a place, the bulkhead was full; where its
// caller has gone, nothing is known.
func TestEndsInTheQueue(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		policy := bulkheadOnly(1, time.Hour)
		policy.Timeout = runtime.TimeoutPolicy{Attempt: time.Hour, Total: time.Minute}
		w := wrap(t, policy, order)
		w.will(after(time.Hour, succeed)) // it doesn't heed its total
		held := w.start(background, 1)
		time.Sleep(time.Second)
		ctx, cancel := context.WithCancel(background)
		time.AfterFunc(time.Second, cancel)
		if e := w.do(ctx, 1); !errors.Is(e.err, context.Canceled) {
			t.Errorf("got %v", e.err)
		}
		w.counted(t, runtime.Counts{Ignored: 1})

		var err error
		if took := elapsed(func() { err = w.call() }); took != time.Minute {
			t.Errorf("took %v", took)
		}
		isTimeout(t, err, runtime.TimeoutError{Circuit: "Echo.Do", After: time.Minute, Total: true})
		w.counted(t, runtime.Counts{Ignored: 1, Full: 1, Timeouts: 1}) // the first one's, by now
		<-held
	})
}

// A second attempt that ends in the queue has no end of its own: the first one's goes along.
func TestEndsInTheQueueAfterAnAttempt(t *testing.T) {
	byOrder(t, runtime.Counts{Ignored: 1, Retries: 1},
		runtime.Counts{Failures: 1, Ignored: 1, Retries: 1},
		func(t *testing.T, order option, want runtime.Counts) {
			policy := bulkheadOnly(1, time.Hour)
			policy.Retry = runtime.RetryPolicy{Attempts: 2}
			w := wrap(t, policy, order)
			w.will(failWith(after5s))
			ctx, cancel := context.WithCancel(background)
			time.AfterFunc(6*time.Second, cancel)
			first := w.start(ctx, 1)
			time.Sleep(time.Second)
			held := w.startBlocked(t)
			if e := <-first; !errors.Is(e.err, context.Canceled) || !errors.Is(e.err, after5s) {
				t.Errorf("got %v, want both errors", e.err)
			}
			w.counted(t, want)
			held.release()
		})
}
