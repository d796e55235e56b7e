package runtime_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// outage has 100 callers call for a minute, one after the other, while the dependency
// fails wholly. It returns how many calls they asked for.
func outage(w *wrapper, took, pause time.Duration) (asked int) {
	w.does(after(took, fail))
	var count atomic.Int64
	var all sync.WaitGroup
	end := time.Now().Add(time.Minute)
	for i := range 100 {
		all.Go(func() {
			time.Sleep(time.Duration(i) * time.Millisecond)
			for time.Now().Before(end) {
				count.Add(1)
				w.method(context.Background(), 1)
				time.Sleep(pause)
			}
		})
	}
	all.Wait()
	return int(count.Load())
}

func TestRetryBudgetInAnOutage(t *testing.T) {
	for _, c := range []struct {
		name        string
		took, pause time.Duration
		options     []option
	}{
		{"quick", 10 * time.Millisecond, 90 * time.Millisecond, nil},
		{"slow", 900 * time.Millisecond, 100 * time.Millisecond, nil},
		{"rare", 10 * time.Millisecond, 30 * time.Second, nil},
		{"quick, retry first", 10 * time.Millisecond, 90 * time.Millisecond, []option{retryFirst}},
		{"slow, retry first", 900 * time.Millisecond, 100 * time.Millisecond, []option{retryFirst}},
	} {
		bubble(t, c.name+", without a breaker", func(t *testing.T) {
			w := wrap(t, runtime.Policy{
				Breaker: runtime.BreakerPolicy{Off: true},
				Retry:   runtime.RetryPolicy{Attempts: 5},
			}, c.options...)
			asked := outage(w, c.took, c.pause)
			got := w.calls()
			if got > asked*5/4+10 {
				t.Errorf("%d calls reached it, of %d asked for", got, asked)
			}
			if got < asked+10 { // the budget isn't nothing
				t.Errorf("%d calls reached it, of %d asked for: none is retried", got, asked)
			}
			retries := int(w.circuit.Snapshot().Total.Retries)
			if retries != got-asked {
				t.Errorf("%d retries counted, %d made", retries, got-asked)
			}
		})
		bubble(t, c.name+", with a breaker", func(t *testing.T) {
			w := wrap(t, runtime.Policy{}, c.options...)
			var before, early int
			var opened time.Time
			w.registry.Subscribe(func(e runtime.Event) {
				if e.From == runtime.Closed {
					opened, before = e.At, w.calls()
					early = int(e.Counts.Calls())
				}
			})
			count := w.probes()
			asked := outage(w, c.took, c.pause)
			if before > 100+early*5/4+10 { // of 100 the ends are still to come
				t.Errorf("%d calls reached it before it opened, of %d", before, early)
			}
			// All that were under way when it opened, and a probe every 5 s.
			if late := w.calls() - before; late > 100+12 {
				t.Errorf("%d calls reached it after it opened, of %d asked for", late, asked)
			}
			if opened.IsZero() || count() > 12 {
				t.Errorf("opened at %v, then %d probes", opened, count())
			}
		})
	}
}

// probes counts the half-open states, each of which has one probe.
func (w *wrapper) probes() func() int {
	var n atomic.Int64
	w.registry.Subscribe(func(e runtime.Event) {
		if e.To == runtime.HalfOpen {
			n.Add(1)
		}
	})
	return func() int { return int(n.Load()) }
}

func TestRetryBudgetFloor(t *testing.T) {
	for name, options := range map[string][]option{
		"breaker first": nil, "retry first": {retryFirst},
	} {
		bubble(t, name, func(t *testing.T) {
			w := wrap(t, runtime.Policy{
				Breaker: runtime.BreakerPolicy{Off: true},
				Retry:   runtime.RetryPolicy{Backoff: time.Millisecond, MaxBackoff: time.Millisecond},
			}, options...)
			w.does(fail)
			for range 3 { // again and again, in each 10 s
				made := w.calls()
				for range 8 {
					w.call()
				}
				if got := w.calls() - made; got != 8+10 {
					t.Errorf("8 calls were %d attempts, want 10 retries", got)
				}
				time.Sleep(11 * time.Second)
			}
		})
	}
}

// Calls under way count too: of 100 that fail at the same moment, 20 are retried.
func TestRetryBudgetOfCallsUnderWay(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{
			Breaker: runtime.BreakerPolicy{Off: true},
			Retry:   runtime.RetryPolicy{Attempts: 2},
			Timeout: runtime.TimeoutPolicy{Off: true},
		}, order)
		w.does(after(time.Second, fail))
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() { w.call() })
		}
		time.Sleep(time.Second)
		all.Wait()
		if got := w.calls(); got != 120 {
			t.Errorf("100 calls were %d attempts, want 120", got)
		}
	})
}

// With 100 calls a second, 20 a second are retried: no more, and no less. When the load
// falls, so does the budget.
func TestRetryBudgetShare(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{
			Breaker: runtime.BreakerPolicy{Off: true},
			Retry:   runtime.RetryPolicy{Attempts: 2, Backoff: 1, MaxBackoff: 1},
		}, order)
		w.does(fail)
		second := func(calls int) (retries int) {
			made := w.calls()
			for range calls {
				w.call()
				time.Sleep(time.Second / time.Duration(calls))
			}
			return w.calls() - made - calls
		}
		total := 0
		for range 60 {
			total += second(100)
		}
		if total < 1100 || total > 1210 {
			t.Errorf("%d retries of 6000 calls, want 20%%", total)
		}
		for range 10 {
			second(1)
		}
		total = 0
		for range 10 {
			total += second(1)
		}
		if total > 10 {
			t.Errorf("%d retries of 10 calls, long after the load", total)
		}
	})
}

// Calls without a wrapper are calls: the more of them, the more may be retried.
func TestRetryBudgetOfCallsWithoutAWrapper(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, retryOnly(runtime.RetryPolicy{Attempts: 2, Backoff: 1}))
		for range 75 {
			w.circuit.Runner().Run(background, func(context.Context) error { return nil })
		}
		w.does(fail)
		for range 25 {
			w.call()
		}
		if got := w.total().Retries; got < 15 || got > 20 {
			t.Errorf("%d of 25 calls are retried, where there were 75 others", got)
		}
	})
}

// Two bursts within ten seconds have one budget, whatever seconds they fall into.
func TestRetryBudgetSpan(t *testing.T) {
	for phase := range 10 {
		bubble(t, "", func(t *testing.T) {
			w := wrap(t, retryOnly(runtime.RetryPolicy{Attempts: 2, Backoff: 1}))
			w.does(fail)
			time.Sleep(time.Duration(phase) * 100 * time.Millisecond)
			for range 2 {
				for range 10 {
					w.call()
				}
				time.Sleep(9500 * time.Millisecond)
			}
			if got := w.total().Retries; got != 10 {
				t.Errorf("%d retries of 20 calls", got)
			}
		})
	}
}

// A registry whose clock goes back, as that of a bubble does after another one, begins with
// a new budget, and doesn't keep what was spent in times to come.
func TestRetryBudgetInABubble(t *testing.T) {
	w := wrap(t, retryOnly(runtime.RetryPolicy{Attempts: 2, Backoff: 1}))
	w.does(fail)
	bubble(t, "", func(t *testing.T) {
		time.Sleep(time.Hour)
		for range 12 {
			w.call()
		}
	})
	bubble(t, "", func(t *testing.T) {
		for range 12 {
			w.call()
		}
	})
	if got := w.total().Retries; got != 20 {
		t.Errorf("%d retries of 12 calls twice, want 10 each", got)
	}
}
