package runtime_test

import (
	"cmp"
	"context"
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// attempts makes one call, which fails, and returns when each attempt began and when
// the call came back.
func attempts(t *testing.T, p runtime.RetryPolicy) (begun []time.Time, back time.Time) {
	t.Helper()
	w := wrap(t, retryOnly(p))
	w.does(func(context.Context, int) (int, error) {
		begun = append(begun, time.Now())
		return 0, errBoom
	})
	if err := w.call(); err != errBoom {
		t.Fatalf("got %v", err)
	}
	return begun, time.Now()
}

func TestRetryWaitsBetweenAttemptsWithFullJitter(t *testing.T) {
	policy := runtime.RetryPolicy{
		Attempts: 6, Backoff: 100 * time.Millisecond, MaxBackoff: 500 * time.Millisecond,
	}
	bounds := []time.Duration{100, 200, 400, 500, 500}
	synctest.Test(t, func(t *testing.T) {
		least, most := make([]time.Duration, len(bounds)), make([]time.Duration, len(bounds))
		for range 200 {
			begun, back := attempts(t, policy)
			if len(begun) != 6 || back != begun[5] {
				t.Fatalf("%d attempts, and %v after the last one", len(begun), back.Sub(begun[5]))
			}
			for i := range bounds {
				wait := begun[i+1].Sub(begun[i])
				least[i], most[i] = min(cmp.Or(least[i], wait), wait), max(most[i], wait)
			}
		}
		for i, bound := range bounds {
			bound *= time.Millisecond
			if most[i] > bound || most[i] < bound*8/10 || least[i] > bound*2/10 {
				t.Errorf("wait %d was from %v to %v, its bound is %v", i, least[i], most[i], bound)
			}
		}
	})
}

func TestRetryDefaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun, back := attempts(t, runtime.RetryPolicy{})
		if took := back.Sub(begun[0]); len(begun) != 3 || took > 150*time.Millisecond {
			t.Errorf("%d attempts in %v, want 3 in at most 50ms + 100ms", len(begun), took)
		}
		if begun, _ := attempts(t, runtime.RetryPolicy{Attempts: 1}); len(begun) != 1 {
			t.Errorf("%d attempts, want 1", len(begun))
		}
		if begun, _ := attempts(t, runtime.RetryPolicy{Off: true}); len(begun) != 1 {
			t.Errorf("%d attempts, want 1: the retry is off", len(begun))
		}
	})
}

func TestRetryReturnsTheLastAttempt(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{}, order)
		last := errors.New("last")
		w.will(fail, fail, func(context.Context, int) (int, error) { return 3, last })
		if n, err := w.method(background, 1); n != 3 || err != last {
			t.Errorf("got %d and %v", n, err)
		}
		w.will(fail, succeed)
		if n, err := w.method(background, 5); n != 5 || err != nil {
			t.Errorf("got %d and %v", n, err)
		}
		if got := w.total().Retries; got != 3 {
			t.Errorf("counted %d retries, want 3", got)
		}
	})
}

func TestRetryEndsWhenTheCallerCancelsInAWait(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		for _, shape := range []option{func(*setup) {}, inner(onward)} {
			w := wrap(t, runtime.Policy{}, order, shape)
			w.does(func(context.Context, int) (int, error) { return 7, after5s })
			ctx, cancel := context.WithCancel(background)
			time.AfterFunc(time.Second, cancel)
			var got end
			took := elapsed(func() { got = w.do(ctx, 1) })
			if took != time.Second || w.calls() != 1 {
				t.Errorf("took %v and %d calls", took, w.calls())
			}
			if !errors.Is(got.err, context.Canceled) || !errors.Is(got.err, after5s) || got.n != 7 {
				t.Errorf("got %d and %v: want both errors, and the last attempt's result",
					got.n, got.err)
			}
		}
	})
}

func TestRetryEndsWhereADeadlineWouldPassInTheWait(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		for name, c := range map[string]struct{ caller, total time.Duration }{
			"the caller's":              {caller: 4 * time.Second},
			"the caller's, just then":   {caller: 5 * time.Second},
			"the total's":               {total: 4 * time.Second},
			"the total's, just then":    {total: 5 * time.Second},
			"neither":                   {caller: 6 * time.Second, total: 5*time.Second + 1},
			"of a result that lives on": {total: 5 * time.Second},
		} {
			w := wrap(t, runtime.Policy{Timeout: runtime.TimeoutPolicy{Total: c.total}}, order,
				func(s *setup) { s.spec.LivesOn = name == "of a result that lives on" })
			w.will(failWith(after5s))
			ctx, cancel := background, func() {}
			if c.caller > 0 {
				ctx, cancel = context.WithTimeout(ctx, c.caller)
			}
			var got end
			took := elapsed(func() { got = w.do(ctx, 1) })
			cancel()
			if name == "neither" {
				if took != 5*time.Second || got.err != nil || w.calls() != 2 {
					t.Errorf("%s: took %v and %d calls, got %v", name, took, w.calls(), got.err)
				}
			} else if took != 0 || got.err != after5s || w.calls() != 1 {
				t.Errorf("%s: took %v and %d calls, got %v", name, took, w.calls(), got.err)
			}
		}
	})
}

func TestRetryStopsWhenTheCircuitIsNoLongerClosed(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{}, order)
		w.does(failWith(after5s))
		time.AfterFunc(time.Second, func() { w.circuit.ForceOpen() })
		if err := w.call(); err != after5s || w.calls() != 1 {
			t.Errorf("opened in the wait: %d calls, got %v", w.calls(), err)
		}
	})
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{}, order)
		w.does(func(context.Context, int) (int, error) { w.circuit.ForceOpen(); return 0, after5s })
		var err error
		took := elapsed(func() { err = w.call() })
		if took != 0 || err != after5s || w.calls() != 1 {
			t.Errorf("opened in the attempt: took %v and %d calls, got %v", took, w.calls(), err)
		}
	})
}

func TestRetryHonoursRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for asked, calls := range map[retryAfter]int{
			retryAfter(10 * time.Second):   2,
			retryAfter(10*time.Second + 1): 1,
			retryAfter(math.MaxInt64):      1,
			-1:                             2,
		} {
			w := wrap(t, retryOnly(runtime.RetryPolicy{Attempts: 2, Backoff: 1}))
			w.does(failWith(errors.Join(errBoom, asked)))
			took := elapsed(func() { w.do(background, 1) })
			if want := max(0, time.Duration(asked)) * time.Duration(calls-1); took < want ||
				took > want+1 || w.calls() != calls {
				t.Errorf("%v: took %v and %d calls", asked, took, w.calls())
			}
		}
	})
}

// What an error asks for is the least wait: the jitter may make it longer.
func TestRetryAfterIsTheLeastWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var waited time.Duration
		for range 20 {
			w := wrap(t, retryOnly(runtime.RetryPolicy{Attempts: 2, Backoff: time.Second}))
			w.will(failWith(retryAfter(1)))
			waited += elapsed(func() { w.call() })
		}
		if waited < time.Second {
			t.Errorf("waited %v in 20 waits of up to a second", waited)
		}
	})
}

func TestRetryOutlivesHugeBackoffs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, retryOnly(runtime.RetryPolicy{Attempts: 9, Backoff: math.MaxInt64}))
		w.does(fail)
		ctx, cancel := context.WithTimeout(background, time.Minute)
		defer cancel()
		if e := w.do(ctx, 1); e.err != errBoom || e.panicked != nil {
			t.Errorf("got %+v", e)
		}
		begun, _ := attempts(t, runtime.RetryPolicy{
			Attempts: 9, Backoff: 1, MaxBackoff: math.MaxInt64,
		})
		if len(begun) != 9 {
			t.Errorf("%d attempts", len(begun))
		}
	})
}

// The context of an attempt that failed has ended before anything else is asked or waited
// for; that of results alone, which may be the call's, where they don't live on.
func TestRetryEndsTheContextFirst(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		for _, lives := range []option{func(*setup) {}, livesOn} {
			var ctx context.Context
			asked := 0
			w := wrap(t, runtime.Policy{Retry: runtime.RetryPolicy{On: func(error) bool {
				if asked++; ctx.Err() == nil {
					t.Error("the attempt's context goes on")
				}
				return true
			}}}, order, lives)
			w.does(keepContext(&ctx, fail))
			if w.call(); asked != 2 {
				t.Errorf("it was asked %d times", asked)
			}
		}
		var ctx context.Context
		asked := 0
		w := wrap(t, runtime.Policy{}, order, judgedWithResult(odd), func(s *setup) {
			s.spec.RetryResult = func(int, int, error) bool {
				if asked++; ctx.Err() == nil {
					t.Error("the context of results that don't live on does")
				}
				return true
			}
		})
		w.does(keepContext(&ctx, giving(1)))
		if w.call(); asked != 2 {
			t.Errorf("it was asked %d times", asked)
		}
	})
}
