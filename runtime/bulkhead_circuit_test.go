package runtime_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

func TestBulkheadIsNeitherSuccessNorFailure(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		p := bulkheadOnly(1, 0)
		p.Breaker = runtime.BreakerPolicy{Consecutive: 3}
		w := wrap(t, p, order)
		w.run(fail, fail)
		goOn := occupied(w, 1)
		for range 9 {
			w.call()
		}
		w.is(t, runtime.Closed) // it isn't a failure
		goOn()
		synctest.Wait() // the call that held the place was cancelled
		w.run(fail)
		w.is(t, runtime.Open) // nor a success, which would begin the count anew
	})
}

func TestBulkheadKeepsNoProbe(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		p := bulkheadOnly(1, 0)
		p.Breaker = runtime.BreakerPolicy{Consecutive: 1}
		w := wrap(t, p, order)
		goOn := occupied(w, 1) // from before it opens
		apply(t, w, runtime.Policy{Bulkhead: runtime.BulkheadPolicy{Limit: 2}})
		w.run(fail)
		apply(t, w, runtime.Policy{Bulkhead: runtime.BulkheadPolicy{Limit: 1}})
		time.Sleep(5 * time.Second)
		if err := w.call(); !isA[*runtime.FullError](err) {
			t.Errorf("got %v", err)
		}
		w.is(t, runtime.HalfOpen)
		goOn()
		synctest.Wait()
		if err := w.call(); err != nil {
			t.Errorf("got %v: the probe that found no place keeps its permit", err)
		}
		w.is(t, runtime.Closed)
	})
}

func TestBulkheadLimitChangesLive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, bulkheadOnly(1, time.Hour))
		goOn := occupied(w, 1)
		ctx, cancel := context.WithCancel(background)
		defer cancel()
		w.does(hang)
		for i := range 3 {
			w.start(ctx, i)
		}
		synctest.Wait()
		apply(t, w, runtime.Policy{Bulkhead: runtime.BulkheadPolicy{Limit: 3}})
		synctest.Wait()
		if w.calls() != 3 {
			t.Errorf("%d calls under way, want the two that found a place too", w.calls())
		}
		apply(t, w, runtime.Policy{Bulkhead: runtime.BulkheadPolicy{Limit: 2, Wait: time.Second}})
		goOn()
		synctest.Wait()
		if w.calls() != 3 {
			t.Errorf("%d calls: two hold a place, that is the limit now", w.calls())
		}
		if err := w.call(); !isA[*runtime.FullError](err) {
			t.Errorf("got %v", err)
		}
	})
}

func TestBulkheadIsSharedByCircuit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one := wrap(t, bulkheadOnly(1, 0))
		two := wrap(t, bulkheadOnly(1, 0), in(one.registry))
		goOn := occupied(one, 1)
		if err := two.call(); !isA[*runtime.FullError](err) || two.calls() != 0 {
			t.Errorf("got %v after %d calls", err, two.calls())
		}
		goOn()
		synctest.Wait()
		if err := two.call(); err != nil {
			t.Errorf("got %v", err)
		}
	})
}
