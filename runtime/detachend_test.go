package runtime_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// Whether the call heeds its caller's end first, or is left alone, the caller hears the same;
// but what it says of its own is no end.
func TestDetachedCallThatHeedsItsCaller(t *testing.T) {
	drained := errors.New("the node is being drained")
	bothOrders(t, func(t *testing.T, order option) {
		for range 100 { // either may be seen first
			w := wrap(t, detached(), order)
			ctx, cancel := context.WithCancelCause(background)
			w.will(func(ctx context.Context, n int) (int, error) { cancel(drained); return 0, ctx.Err() })
			if e := w.do(ctx, 1); !errors.Is(e.err, context.Canceled) || !errors.Is(e.err, drained) {
				t.Fatalf("got %v", e.err)
			}
			ctx, cancel = context.WithCancelCause(background)
			w.will(func(context.Context, int) (int, error) { cancel(drained); return 0, errBoom })
			if e := w.do(ctx, 1); e.err != errBoom && !errors.Is(e.err, context.Canceled) {
				t.Fatalf("got %v", e.err)
			}
		}
	})
}

// Where both deadlines are one, the call has timed out.
func TestDetachAtTheSameDeadlineAsTheCallers(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, detached(), order)
		w.does(deaf(succeed))
		ctx, cancel := context.WithTimeout(background, time.Second)
		defer cancel()
		e := w.do(ctx, 1)
		isTimeout(t, e.err, runtime.TimeoutError{Circuit: "Echo.Do", After: time.Second})
		time.Sleep(time.Hour)
	})
}

// A caller's impatience excuses no more than a timeout: what is judged an answer is one.
func TestImpatientCallersOfJudgedCalls(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, timeoutOnly(runtime.TimeoutPolicy{Attempt: time.Minute, Detach: true}), order,
			judgedBy(outcome(runtime.Success)))
		w.run(after(time.Second, succeed))
		w.does(deaf(succeed))
		ctx, cancel := context.WithTimeout(background, time.Millisecond)
		defer cancel()
		w.do(ctx, 1)
		w.counted(t, runtime.Counts{Successes: 2})
		time.Sleep(time.Hour)
	})
}

// The method's own judgement is asked of an attempt that is left alone, also where a link has
// lost the call's context.
func TestDetachBehindALinkThatForgets(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, detached(), order, outer(forgetful),
			judgedWithResult(func(int, error) runtime.Outcome { return runtime.Ignored }))
		w.does(deaf(succeed))
		w.call()
		w.counted(t, runtime.Counts{Ignored: 1})
		time.Sleep(time.Hour)
	})
}
