package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// timeoutError is what says that it is a timeout, or that it is none.
type timeoutError bool

func (e timeoutError) Error() string { return fmt.Sprintf("i/o timeout: %t", bool(e)) }
func (e timeoutError) Timeout() bool { return bool(e) }

// driver gives its connection the context's deadline, as those of MySQL and Redis do: it ends
// so much before the context, with an error of its own.
func driver(early time.Duration, err error) step {
	return func(ctx context.Context, _ int) (int, error) {
		deadline, ok := ctx.Deadline()
		if !ok {
			return 0, errBoom
		}
		time.Sleep(time.Until(deadline) - early)
		return 0, fmt.Errorf("read tcp: %w", err)
	}
}

// Callers with little time are impatient, whoever of their context and their connection ends
// first; but an error that has nothing to do with their deadline is a failure.
func TestDriversTimeouts(t *testing.T) {
	const micro = time.Microsecond
	for name, c := range map[string]struct {
		early  time.Duration
		err    error
		counts func(*runtime.Counts) *uint64
	}{
		"the system's":          {50 * micro, os.ErrDeadlineExceeded, ignored},
		"a driver's own":        {50 * micro, timeoutError(true), ignored},
		"in what denies it":     {50 * micro, errors.Join(timeoutError(false), os.ErrDeadlineExceeded), ignored},
		"as early as it gets":   {time.Millisecond, timeoutError(true), ignored},
		"a moment later":        {-50 * micro, timeoutError(true), ignored},
		"too early":             {time.Millisecond + 1, timeoutError(true), failures},
		"no timeout":            {50 * micro, timeoutError(false), failures},
		"not even an attempt's": {50 * micro, errBoom, failures},
	} {
		t.Run(name, func(t *testing.T) {
			bothOrders(t, func(t *testing.T, order option) {
				w := wrap(t, timeoutOnly(runtime.TimeoutPolicy{Attempt: time.Minute}), order)
				w.run(after(time.Second, succeed)) // which is usual
				before := w.total()
				*c.counts(&before)++
				ctx, cancel := context.WithTimeout(background, 100*time.Millisecond)
				defer cancel()
				w.does(driver(c.early, c.err))
				w.do(ctx, 1)
				w.counted(t, before)
			})
		})
	}
}

// The attempt's own deadline is told of by the driver in the same way, and is a timeout with
// all that comes with it.
func TestDriversTimeoutIsTheAttempts(t *testing.T) {
	for name, c := range map[string]struct {
		early   time.Duration
		timeout bool
	}{
		"a moment earlier": {50 * time.Microsecond, true},
		"too early":        {2 * time.Millisecond, false},
	} {
		t.Run(name, func(t *testing.T) {
			byOrder(t, runtime.Counts{Timeouts: 1}, runtime.Counts{Timeouts: 1},
				func(t *testing.T, order option, want runtime.Counts) {
					w := wrap(t, timeoutOnly(runtime.TimeoutPolicy{Attempt: time.Second}), order)
					w.does(driver(c.early, os.ErrDeadlineExceeded))
					err := w.call()
					if isA[*runtime.TimeoutError](err) != c.timeout {
						t.Errorf("got %v", err)
					}
					if !c.timeout {
						want = runtime.Counts{Failures: 1}
					}
					w.counted(t, want)
				})
		})
	}
	bubble(t, "without one", func(t *testing.T) {
		w := wrap(t, timeoutOnly(runtime.TimeoutPolicy{Off: true}))
		w.does(failWith(os.ErrDeadlineExceeded))
		if err := w.call(); err != os.ErrDeadlineExceeded {
			t.Errorf("got %v", err)
		}
		w.counted(t, runtime.Counts{Failures: 1})
	})
}

// An error that is judged when the total is over is the error that it was, whether or not results
// would have lived on.
func TestJudgementOfAnErrorTakesItsTime(t *testing.T) {
	for _, lives := range []option{func(*setup) {}, livesOn} {
		bothOrders(t, func(t *testing.T, order option) {
			w := wrap(t, runtime.Policy{Timeout: runtime.TimeoutPolicy{Attempt: time.Second, Total: 2 * time.Second}},
				order, lives, judgedBy(func(error) runtime.Outcome {
					time.Sleep(time.Minute)
					return runtime.Failure
				}))
			w.does(fail)
			if err := w.call(); err != errBoom || w.calls() != 1 {
				t.Errorf("got %v after %d calls", err, w.calls())
			}
		})
	}
}

// What has returned in time has all the time that it takes to judge it: results live on, and
// those that are no success end as what they are.
func TestJudgementTakesItsTime(t *testing.T) {
	for _, says := range []runtime.Outcome{runtime.Success, runtime.Failure} {
		bothOrders(t, func(t *testing.T, order option) {
			var ctx context.Context
			var during []error // of each question
			w := wrap(t, timeoutOnly(runtime.TimeoutPolicy{Attempt: time.Second}), order, livesOn,
				judgedWithResult(func(int, error) runtime.Outcome {
					time.Sleep(time.Minute)
					during = append(during, ctx.Err())
					return says
				}), fallsBack(giving(100)))
			w.does(keepContext(&ctx, func(ctx context.Context, n int) (int, error) {
				ctx.Done() // has it a timer?
				return n, nil
			}))
			w.call()
			if during[0] != nil || (ctx.Err() == nil) != (says == runtime.Success) {
				t.Errorf("judged %v the context is %v, and was %v", says, ctx.Err(), during[0])
			}
		})
	}
}
