package runtime_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// Whoever comes as a place becomes free has the end of the queue, and not that place.
func TestBulkheadNewcomerWaitsItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, bulkheadOnly(1, time.Hour))
		var served []int
		var newcomers []<-chan end
		w.does(func(_ context.Context, n int) (int, error) {
			served = append(served, n)
			if n < 10 { // its place is free in a moment
				newcomers = append(newcomers, w.start(background, 10+n))
			}
			return n, nil
		})
		held := w.startBlocked(t)
		var ends []<-chan end
		for n := range 5 {
			ends = append(ends, w.start(background, n))
			synctest.Wait()
		}
		held.release()
		for _, done := range ends {
			<-done
		}
		for _, done := range newcomers {
			<-done
		}
		if first := served[:5]; !slices.Equal(first, []int{0, 1, 2, 3, 4}) {
			t.Errorf("served in the order %v", served)
		}
	})
}

// Who has given up waiting is out of the queue: the place goes to the next one.
func TestBulkheadPassesOverWhoGaveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, bulkheadOnly(1, 5*time.Second))
		held := w.startBlocked(t)
		early := w.start(background, 1)
		time.Sleep(3 * time.Second)
		next := w.start(background, 2)
		time.Sleep(3 * time.Second)
		if e := <-early; !isA[*runtime.FullError](e.err) {
			t.Errorf("after 5s: %+v", e)
		}
		held.release()
		if e := <-next; e.err != nil || e.n != 2 {
			t.Errorf("the next one: %+v", e)
		}
		if err := w.call(); err != nil {
			t.Errorf("a place was lost: %v", err)
		}
	})
}

// The time that an attempt has begins when it has its place, and so does the time that it
// took.
func TestBulkheadWaitIsNotTheAttempts(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		policy := bulkheadOnly(1, time.Hour)
		policy.Timeout = runtime.TimeoutPolicy{Attempt: 2 * time.Second}
		w := wrap(t, policy, order)
		w.does(func(ctx context.Context, n int) (int, error) {
			time.Sleep(1900 * time.Millisecond)
			return n, ctx.Err()
		})
		var ends []<-chan end
		for n := range 5 {
			ends = append(ends, w.start(background, n))
			synctest.Wait()
		}
		for n, done := range ends {
			if e := <-done; e.err != nil {
				t.Errorf("call %d: %v", n, e.err)
			}
		}
		w.counted(t, runtime.Counts{Successes: 5})
	})
}

// A bulkhead that is taken back turns nobody away, also of those who came under it.
func TestBulkheadThatIsTakenBack(t *testing.T) {
	limit := func(n int) runtime.Policy {
		return runtime.Policy{Bulkhead: runtime.BulkheadPolicy{Limit: n, Wait: time.Hour}}
	}
	bubble(t, "while some wait", func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{}))
		if err := w.registry.Apply("Echo.Do", limit(1)); err != nil {
			t.Fatal(err)
		}
		held := w.startBlocked(t)
		waiting := []<-chan end{w.start(background, 1), w.start(background, 2)}
		synctest.Wait()
		if err := w.registry.Restore("Echo.Do"); err != nil {
			t.Fatal(err)
		}
		took := elapsed(func() {
			for _, done := range waiting {
				if e := <-done; e.err != nil {
					t.Errorf("got %v", e.err)
				}
			}
		})
		if took != 0 {
			t.Errorf("they waited %v for no limit", took)
		}
		held.release()
	})
	t.Run("while some come", func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{}))
		stop := again(2, func() {
			if err := w.call(); err != nil {
				t.Error(err)
			}
		})
		for range 500 {
			err := w.registry.Apply("Echo.Do", runtime.Policy{Bulkhead: runtime.BulkheadPolicy{Limit: 100}})
			if err = errors.Join(err, w.registry.Restore("Echo.Do")); err != nil {
				t.Fatal(err)
			}
		}
		stop()
	})
}

// A listener that panics where there is no place says nothing of the dependency.
func TestBulkheadListenerThatPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		policy := breakerOnly(runtime.BreakerPolicy{Consecutive: 1})
		policy.Bulkhead.Limit = 1
		w := wrap(t, policy)
		held := w.startBlocked(t)
		w.registry.SubscribeCalls(func(context.Context, runtime.CallEvent) { panic("listener") })
		if e := w.do(background, 1); e.panicked != "listener" {
			t.Errorf("got %+v", e)
		}
		w.is(t, runtime.Closed)
		w.counted(t, runtime.Counts{Ignored: 1})
		held.release()
	})
}
