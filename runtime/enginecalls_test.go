package runtime_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	goerrors "github.com/slok/goresilience/errors"

	"github.com/breakergen/breakergen/runtime"
)

// each makes a breaker of its own each time, and keeps them.
func each(made *[]*fakeEngine) runtime.Engine {
	return func(string, runtime.BreakerPolicy) (runtime.Breaker, error) {
		e := &fakeEngine{around: func(ctx context.Context, run func(context.Context) error) error {
			return run(ctx)
		}}
		*made = append(*made, e)
		return e, nil
	}
}

// After Reset the new breaker decides, and the old one is asked no more.
func TestEngineIsMadeAnewByReset(t *testing.T) {
	var made []*fakeEngine
	w := wrap(t, breakerOnly(runtime.BreakerPolicy{}), func(s *setup) { s.Engine = each(&made) })
	made[0].turn(runtime.Open)
	w.is(t, runtime.Open)
	w.circuit.Reset()
	w.is(t, runtime.Closed)
	if err := w.call(); err != nil || len(made) != 2 || len(made[1].saw) != 1 {
		t.Errorf("got %v, with %d breakers made", err, len(made))
	}
	made[1].turn(runtime.Open)
	if err := w.call(); !errors.Is(err, errEngine) {
		t.Errorf("got %v, with the new one open", err)
	}
	w.circuit.Reset()
	w.is(t, runtime.Closed)
}

// The context that an engine gives the call reaches the method: its values, and its end.
func TestEngineContextReachesTheCall(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		e := &fakeEngine{around: func(ctx context.Context, run func(context.Context) error) error {
			ctx, cancel := context.WithTimeout(context.WithValue(ctx, tenant{}, "engine"), time.Millisecond)
			defer cancel()
			return run(ctx)
		}}
		w := wrap(t, runtime.Policy{Retry: runtime.RetryPolicy{Off: true}}, order,
			func(s *setup) { s.Engine = e.engine })
		var given context.Context
		w.does(keepContext(&given, hang))
		took := elapsed(func() { w.call() })
		if given.Value(tenant{}) != "engine" || took != time.Millisecond {
			t.Errorf("its value is %v, and it took %v", given.Value(tenant{}), took)
		}
	})
}

// A call that an engine has begun and not waited for is a timeout, which another attempt or
// the fallback may make good; that call counts by itself, as it ends.
func TestEngineDoesNotWait(t *testing.T) {
	hasty := func(ctx context.Context, run func(context.Context) error) error {
		go run(ctx)
		time.Sleep(time.Millisecond)
		return nil
	}
	bubble(t, "retry first", func(t *testing.T) {
		policy := runtime.Policy{
			Retry:   runtime.RetryPolicy{Attempts: 2, Backoff: 1},
			Timeout: runtime.TimeoutPolicy{Attempt: time.Hour},
		}
		w, e := withEngine(t, policy, retryFirst)
		e.around = hasty
		w.will(after(time.Minute, succeed), after(time.Minute, fail))
		isTimeout(t, w.call(), runtime.TimeoutError{Circuit: "Echo.Do", After: time.Hour})
		if w.calls() != 2 {
			t.Errorf("%d attempts, want another", w.calls())
		}
		time.Sleep(time.Hour)
		w.counted(t, runtime.Counts{Successes: 1, Failures: 1, Retries: 1})
	})
	bubble(t, "with a fallback", func(t *testing.T) {
		policy := timeoutOnly(runtime.TimeoutPolicy{Attempt: time.Hour})
		w, e := withEngine(t, policy, fallsBack(giving(100)))
		e.around = hasty
		w.does(after(time.Minute, succeed))
		if n, err := w.method(background, 1); n != 100 || err != nil {
			t.Errorf("got %d and %v", n, err)
		}
		time.Sleep(time.Hour)
		w.counted(t, runtime.Counts{Successes: 1, Fallbacks: 1})
	})
	bubble(t, "and comes too late", func(t *testing.T) {
		// Nobody gets the results, so nothing of them lives on.
		var given context.Context
		w, e := withEngine(t, timeoutOnly(runtime.TimeoutPolicy{Attempt: time.Hour}), livesOn,
			judgedWithResult(func(int, error) runtime.Outcome { return runtime.Failure }), retryFirst)
		e.around = hasty
		w.does(keepContext(&given, after(time.Minute, giving(1))))
		w.call()
		synctest.Wait()
		if given.Err() != nil {
			t.Error("its context has ended before it")
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if given.Err() == nil {
			t.Error("the context of what nobody gets lives on")
		}
	})
}

// An engine may make a call again: what it was given before is nobody's then.
func TestEngineMakesTheCallAgain(t *testing.T) {
	bubble(t, "retry first", func(t *testing.T) {
		w, e := withEngine(t, runtime.Policy{Retry: runtime.RetryPolicy{Attempts: 1}}, retryFirst, livesOn, judgedWithResult(badResults))
		e.around = func(ctx context.Context, run func(context.Context) error) error {
			run(ctx)
			return run(ctx)
		}
		var first, second context.Context
		w.will(keepContext(&first, giving(1)), keepContext(&second, giving(2)))
		if n, err := w.method(background, 1); n != 2 || err != nil {
			t.Errorf("got %d and %v", n, err)
		}
		if first.Err() == nil || second.Err() != nil {
			t.Errorf("the contexts say %v and %v", first.Err(), second.Err())
		}
	})
}

// An engine may panic while the call goes on elsewhere: that ends, and counts.
func TestEngineLeavesTheCallByPanic(t *testing.T) {
	bubble(t, "retry first", func(t *testing.T) {
		w, e := withEngine(t, timeoutOnly(runtime.TimeoutPolicy{Attempt: time.Hour}), retryFirst, livesOn, judgedWithResult(badResults))
		e.around = func(ctx context.Context, run func(context.Context) error) error {
			go run(ctx)
			time.Sleep(time.Second)
			panic(errBoom)
		}
		var given context.Context
		w.does(keepContext(&given, after(time.Minute, giving(1))))
		if e := w.do(background, 1); e.panicked != errBoom {
			t.Errorf("got %+v", e)
		}
		if synctest.Wait(); given.Err() != nil {
			t.Error("its context has ended before it")
		}
		time.Sleep(2 * time.Minute)
		if synctest.Wait(); given.Err() == nil {
			t.Error("the context of what nobody gets lives on")
		}
		w.counted(t, runtime.Counts{Failures: 1})
	})
}

// The callee's context isn't the chain's own, though nothing but an engine is there: what it makes with that
// goes through other circuits.
func TestEngineAndCallsOfTheCallee(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w, _ := withEngine(t, breakerOnly(runtime.BreakerPolicy{}), order)
		other := wrap(t, runtime.Policy{})
		w.does(func(ctx context.Context, n int) (int, error) {
			return n, other.circuit.Runner().Run(ctx, func(context.Context) error { return nil })
		})
		if err := w.call(); err != nil {
			t.Error(err)
		}
		w.counted(t, runtime.Counts{Successes: 1})
		other.counted(t, runtime.Counts{Successes: 1})
	})
}

// Results that go to the caller live on, whatever the engine and the judgement say of them.
func TestEngineAndWhatLivesOn(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		var given context.Context
		w, _ := withEngine(t, timeoutOnly(runtime.TimeoutPolicy{}), order, livesOn, judgedWithResult(odd))
		w.does(keepContext(&given, giving(1)))
		if n, err := w.method(background, 1); n != 1 || err != nil || given.Err() != nil {
			t.Errorf("got %d and %v, with a context that is %v", n, err, given.Err())
		}
		w.counted(t, runtime.Counts{Failures: 1})
	})
}

// The engine sees a timeout as a failure, also where its results go to the caller.
func TestEngineSeesTimeouts(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w, e := withEngine(t, timeoutOnly(runtime.TimeoutPolicy{Attempt: time.Second}), order)
		w.run(hang, after(2*time.Second, succeed), succeed)
		if len(e.saw) != 3 || !isA[*runtime.TimeoutError](e.saw[0]) ||
			!errors.Is(e.saw[1], goerrors.ErrTimeout) || e.saw[2] != nil {
			t.Errorf("it saw %v", e.saw)
		}
		w.counted(t, runtime.Counts{Timeouts: 2, Successes: 1})
	})
}

// An attempt that went through an engine is retried as any other.
func TestEngineOfAttempts(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w, e := withEngine(t, attemptsOf(3, breakerPolicy{}), order)
		w.will(fail, fail)
		if err := w.call(); err != nil || w.calls() != 3 {
			t.Errorf("got %v after %d calls", err, w.calls())
		}
		e.turn(runtime.Open)
		made := w.calls()
		if err := w.call(); !isOpen(err) || w.calls() != made {
			t.Errorf("got %v: a rejection is retried", err)
		}
	})
}

// What an engine rejects after a wait is counted where it ends.
func TestEngineRejectsLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, e := withEngine(t, breakerOnly(runtime.BreakerPolicy{}))
		e.around = func(context.Context, func(context.Context) error) error {
			time.Sleep(time.Minute)
			return errEngine
		}
		w.call()
		if got := w.circuit.Snapshot().Window; got != (runtime.Counts{Rejections: 1}) {
			t.Errorf("the window has %+v", got)
		}
	})
}

// A breaker that is off leaves all calls alone, an engine's too.
func TestEngineThatIsOff(t *testing.T) {
	w, e := withEngine(t, attemptsOf(3, breakerPolicy{Off: true}))
	e.turn(runtime.Open)
	w.will(fail, fail)
	if err := w.call(); err != nil || len(e.saw) != 0 || w.calls() != 3 {
		t.Errorf("got %v after %d calls, and the engine saw %v", err, w.calls(), e.saw)
	}
}

// A snapshot has the engine's own state, whether or not a call has met it, unless another
// one is forced.
func TestEngineInASnapshot(t *testing.T) {
	w, e := withEngine(t, breakerOnly(runtime.BreakerPolicy{}))
	e.turn(runtime.HalfOpen)
	if got := w.circuit.Snapshot().State; got != runtime.HalfOpen {
		t.Errorf("it is %v", got)
	}
	w.circuit.ForceOpen()
	if got := w.circuit.Snapshot(); got.State != runtime.Open || !got.Forced {
		t.Errorf("forced open it is %v", got.State)
	}
}
