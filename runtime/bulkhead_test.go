package runtime_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	goerrors "github.com/slok/goresilience/errors"

	"github.com/breakergen/breakergen/runtime"
)

// bulkheadOnly is a policy of one link, and a breaker that counts.
func bulkheadOnly(limit int, wait time.Duration) runtime.Policy {
	p := breakerOnly(runtime.BreakerPolicy{})
	p.Bulkhead = runtime.BulkheadPolicy{Limit: limit, Wait: wait}
	return p
}

// occupied has n calls that hold a place until they are told to go.
func occupied(w *wrapper, n int) (goOn context.CancelFunc) {
	ctx, cancel := context.WithCancel(background)
	w.will(times(n, hang)...)
	for range n {
		w.start(ctx, 0)
		synctest.Wait()
	}
	return cancel
}

func TestBulkheadLimitIsExact(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, bulkheadOnly(7, time.Hour), order)
		var under, most atomic.Int64
		w.does(func(_ context.Context, n int) (int, error) {
			now := under.Add(1)
			defer under.Add(-1)
			for seen := most.Load(); now > seen; seen = most.Load() {
				most.CompareAndSwap(seen, now)
			}
			time.Sleep(time.Second)
			return n, nil
		})
		var ends []<-chan end
		took := elapsed(func() {
			for i := range 100 {
				ends = append(ends, w.start(background, i))
			}
			for i, done := range ends {
				if e := <-done; e.n != i || e.err != nil {
					t.Errorf("call %d got %+v", i, e)
				}
			}
		})
		if most.Load() != 7 || took != 15*time.Second {
			t.Errorf("at most %d at once, %v in all: want 7, and 15 rounds", most.Load(), took)
		}
	})
}

func TestBulkheadIsFirstComeFirstServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, bulkheadOnly(1, time.Hour))
		goOn := occupied(w, 1)
		var order []int
		w.does(func(_ context.Context, n int) (int, error) {
			order = append(order, n) // one at a time
			return n, nil
		})
		var ends []<-chan end
		for i := range 20 {
			ends = append(ends, w.start(background, i))
			synctest.Wait()
		}
		goOn()
		for _, done := range ends {
			<-done
		}
		if !slices.IsSorted(order) || len(order) != 20 {
			t.Errorf("served in the order %v", order)
		}
	})
}

func TestBulkheadRejectsWhatWaitsTooLong(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		for _, wait := range []time.Duration{0, 50 * time.Millisecond} {
			w := wrap(t, bulkheadOnly(2, wait), order)
			goOn := occupied(w, 2)
			var err error
			if took := elapsed(func() { err = w.call() }); took != wait {
				t.Errorf("took %v, want %v", took, wait)
			}
			var full *runtime.FullError
			if !errors.As(err, &full) || full.Circuit != "Echo.Do" || full.Limit != 2 {
				t.Errorf("got %#v", err)
			}
			if !errors.Is(err, goerrors.ErrTimeoutWaitingForExecution) ||
				errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%v isn't what it is, or is what it isn't", err)
			}
			goOn()
			synctest.Wait()
			if got := w.total(); w.calls() != 2 || got.Full != 1 || got.Calls() != 3 {
				t.Errorf("%d calls, counted %+v", w.calls(), got)
			}
		}
	})
}

func TestBulkheadWaitEndsWithTheCaller(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, bulkheadOnly(1, time.Hour), order)
		goOn := occupied(w, 1)
		for want, caller := range callersEnd {
			ctx, cancel := caller(time.Second)
			var got end
			took := elapsed(func() { got = w.do(ctx, 1) })
			if took != time.Second || got.err != want {
				t.Errorf("took %v, got %v", took, got.err)
			}
			cancel()
		}
		goOn()
		if err := w.call(); err != nil {
			t.Errorf("got %v: a place was lost", err)
		}
		synctest.Wait() // until the first has ended, too
		// That the callers left says nothing of the dependency; so did the one with a place.
		if got := w.total(); w.calls() != 2 || got != (runtime.Counts{Successes: 1, Ignored: 3}) {
			t.Errorf("%d calls, counted %+v", w.calls(), got)
		}
	})
}

// busy is a context that ends when it is asked for Done, once hook has run.
type busy struct {
	context.Context
	hook func()
	err  error
}

func (b *busy) Done() <-chan struct{} {
	if b.err == nil {
		b.hook()
		b.err = context.Canceled
	}
	return ended
}

func (b *busy) Err() error { return b.err }

var ended = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

// A place that comes at the very moment of the caller's end isn't lost, whoever wins.
func TestBulkheadPlaceComesWithTheCallersEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, bulkheadOnly(1, time.Hour))
		for range 50 {
			goOn, before := occupied(w, 1), w.total()
			w.do(&busy{Context: background, hook: func() { goOn(); synctest.Wait() }}, 1)
			if err := w.call(); err != nil {
				t.Fatal(err)
			}
			before.Successes++ // the last call
			before.Ignored += 2
			if got := w.total(); got != before {
				t.Fatalf("counted %+v, want %+v", got, before)
			}
		}
		if got := w.calls(); got != 100 {
			t.Errorf("%d calls were made, want none whose caller has gone", got)
		}
	})
}

func TestBulkheadHoldsNoPlaceInABackoff(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{Bulkhead: runtime.BulkheadPolicy{Limit: 1}}, order)
		w.will(failWith(after5s))
		first := w.start(background, 1)
		time.Sleep(time.Second)
		if err := w.call(); err != nil {
			t.Errorf("got %v while the first call waits to be retried", err)
		}
		if e := <-first; e.err != nil || w.calls() != 3 {
			t.Errorf("got %+v after %d calls", e, w.calls())
		}
	})
}

// A call that began before the limit was raised doesn't hold up others by its own.
func TestBulkheadLimitIsTheNewest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		policy := bulkheadOnly(1, 10*time.Second)
		policy.Retry = runtime.RetryPolicy{Attempts: 2}
		w := wrap(t, policy)
		w.will(failWith(after5s))
		first := w.start(background, 1)
		synctest.Wait() // it waits to be retried
		held := w.startBlocked(t)
		change := runtime.Policy{Bulkhead: runtime.BulkheadPolicy{Limit: 10}}
		if err := w.registry.Apply("Echo.Do", change); err != nil {
			t.Fatal(err)
		}
		if e := <-first; e.err != nil {
			t.Error(e.err)
		}
		if took := elapsed(func() { w.call() }); took > 0 {
			t.Errorf("a call waited for %v, with 1 of 10 places taken", took)
		}
		held.release()
	})
}

// The first limit holds at once, and for all it is meant for.
func TestBulkheadThatIsApplied(t *testing.T) {
	for range 200 {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{}))
		stop := again(1, func() {
			if err := w.call(); err != nil {
				t.Error(err)
			}
		})
		change := runtime.Policy{Bulkhead: runtime.BulkheadPolicy{Limit: 100}}
		if err := w.registry.Apply("Echo.Do", change); err != nil {
			t.Fatal(err)
		}
		stop()
	}
}
