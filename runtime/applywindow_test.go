package runtime_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

func TestApplyWindowKeepsCounts(t *testing.T) {
	base := runtime.BreakerPolicy{MinCalls: 1000, Consecutive: -1, FailureRate: 1}
	span := func(d time.Duration) runtime.BreakerPolicy { return runtime.BreakerPolicy{Window: d} }
	last := func(n int) runtime.BreakerPolicy { return runtime.BreakerPolicy{WindowCalls: n} }
	both := func(b runtime.BreakerPolicy) runtime.BreakerPolicy {
		b.MinCalls, b.Consecutive, b.FailureRate = base.MinCalls, base.Consecutive, base.FailureRate
		return b
	}
	for _, c := range []struct {
		name     string
		from, to runtime.BreakerPolicy
		idle     time.Duration // between the calls and Apply
		want     [2]uint64     // successes and failures of 40 and 20
	}{
		{"widened", span(10 * time.Second), span(time.Minute), 0, [2]uint64{40, 20}},
		{"widened, later", span(10 * time.Second), span(time.Minute), 8 * time.Second, [2]uint64{40, 20}},
		{"widened, too late", span(10 * time.Second), span(time.Minute), 11 * time.Second, [2]uint64{}},
		{"narrowed", span(time.Minute), span(10 * time.Second), time.Second, [2]uint64{40, 20}},
		{"narrowed, too late", span(time.Minute), span(time.Second), 30 * time.Second, [2]uint64{}},
		{"narrowed, just too late", span(time.Minute), span(10 * time.Second), 11 * time.Second, [2]uint64{}},
		{"narrowed, a bucket too late", span(time.Minute), span(10 * time.Second), 14 * time.Second, [2]uint64{}},
		{"time to count", span(10 * time.Second), last(100), 0, [2]uint64{40, 20}},
		{"a long time to count", span(time.Minute), last(100), 30 * time.Second, [2]uint64{40, 20}},
		{"time to a smaller count", span(10 * time.Second), last(30), 0, [2]uint64{20, 10}},
		{"count to time", last(100), span(10 * time.Second), time.Second, [2]uint64{40, 20}},
		{"count widened", last(60), last(100), time.Hour, [2]uint64{40, 20}},
		{"count narrowed", last(100), last(30), time.Hour, [2]uint64{10, 20}}, // the failures are last
	} {
		bubble(t, c.name, func(t *testing.T) {
			w := wrap(t, breakerOnly(both(c.from)))
			time.Sleep(100 * time.Second)
			w.run(times(40, succeed)...)
			w.run(times(20, fail)...)
			time.Sleep(c.idle)
			w.apply(t, c.to)
			got := w.circuit.Snapshot()
			if got.Window.Successes != c.want[0] || got.Window.Failures != c.want[1] {
				t.Errorf("the window holds %+v, want %v", got.Window, c.want)
			}
			if got.Total.Successes != 40 || got.Total.Failures != 20 {
				t.Errorf("the totals are %+v", got.Total)
			}
			// It goes on working, and what is kept has its end.
			w.run(succeed)
			if c.to.Window > 0 {
				time.Sleep(2 * max(c.to.Window, c.from.Window))
				w.run(succeed)
				if got := w.circuit.Snapshot().Window; got.Successes != 1 || got.Failures != 0 {
					t.Errorf("much later it holds %+v", got)
				}
			}
		})
	}
	bubble(t, "no change of the window opens a circuit", func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: -1}))
		w.run(times(900, succeed)...)
		w.run(times(100, fail)...)
		for _, to := range []runtime.BreakerPolicy{last(100), last(7), span(time.Minute), last(50)} {
			w.apply(t, to)
			w.run(succeed)
			w.is(t, runtime.Closed)
		}
	})
	bubble(t, "a lower rate opens with the next result", func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: -1}))
		w.run(times(60, succeed)...)
		w.run(times(40, fail)...)
		w.run(succeed)
		w.apply(t, runtime.BreakerPolicy{FailureRate: 0.3})
		w.is(t, runtime.Closed)
		w.run(succeed)
		w.is(t, runtime.Open)
	})
}

// What ends while the window changes comes in once, before the change or after it.
func TestApplyWindowLosesNothing(t *testing.T) {
	w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: -1, MinCalls: 1000, FailureRate: 1}))
	w.does(fail)
	for range 1000 {
		w.circuit.Reset()
		var all sync.WaitGroup
		for _, window := range []runtime.BreakerPolicy{
			{Window: 10 * time.Second}, {WindowCalls: 100}, {WindowCalls: 50}, {Window: time.Minute},
		} {
			for range 2 {
				all.Go(func() { w.call() })
			}
			w.apply(t, window)
		}
		all.Wait()
		if got := w.circuit.Snapshot().Window.Failures; got != 8 {
			t.Fatalf("%d failures in the window, of 8", got)
		}
	}
}

// A success after the change is in the window of calls, whatever was known of the other.
func TestApplyWindowCountsSuccesses(t *testing.T) {
	w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: -1}))
	for range 1000 {
		w.circuit.Reset()
		w.apply(t, runtime.BreakerPolicy{Window: 10 * time.Minute, MinCalls: 1, FailureRate: 1})
		w.call()
		var other sync.WaitGroup
		other.Go(func() { w.call() })
		w.apply(t, runtime.BreakerPolicy{WindowCalls: 100, MinCalls: 4, FailureRate: 0.5})
		other.Wait()
		before := w.circuit.Snapshot().Window.Successes
		w.call()
		if got := w.circuit.Snapshot().Window.Successes; got != before+1 {
			t.Fatalf("%d successes, then %d", before, got)
		}
	}
}

// The clock of a bubble is years behind that of the circuit's making.
func TestApplyWindowInABubble(t *testing.T) {
	w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: -1}))
	w.run(times(3, fail)...)
	bubble(t, "", func(t *testing.T) {
		for _, span := range []time.Duration{20 * time.Second, 30 * time.Second, 7 * time.Second} {
			w.apply(t, runtime.BreakerPolicy{Window: span})
		}
		w.run(times(20, fail)...)
		w.is(t, runtime.Open)
	})
}

// A breaker that is turned off has the new window at once.
func TestApplyWindowWithOff(t *testing.T) {
	w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 1}))
	events := eventsOf(w)
	w.run(fail)
	w.apply(t, runtime.BreakerPolicy{Off: true, WindowCalls: 20})
	w.run(times(30, succeed)...)
	if got := w.circuit.Snapshot().Window.Successes; got != 20 {
		t.Errorf("the window of 20 has %d", got)
	}
	if n := len(*events); n != 2 || (*events)[1].Cause != runtime.CauseReset {
		t.Errorf("told of %+v", *events)
	}
}

// Restore tells of a circuit that it closes, as Apply does.
func TestRestoreTells(t *testing.T) {
	w := wrap(t, breakerOnly(runtime.BreakerPolicy{Off: true}))
	events := eventsOf(w)
	w.apply(t, runtime.BreakerPolicy{Consecutive: 1})
	w.run(fail)
	w.is(t, runtime.Open)
	if err := w.registry.Restore("Echo.Do"); err != nil {
		t.Fatal(err)
	}
	w.is(t, runtime.Closed)
	if n := len(*events); n != 2 || (*events)[1].To != runtime.Closed {
		t.Errorf("told of %+v", *events)
	}
}

// A window of calls has a span for what isn't the end of a judged call.
func TestWindowOfCallsHasASpan(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{WindowCalls: 5}))
		w.run(succeed)
		w.circuit.ForceOpen()
		w.run(succeed)
		if got := w.circuit.Snapshot().WindowSpan; got != 10*time.Second {
			t.Errorf("it is %v", got)
		}
		for _, want := range []uint64{1, 0} {
			if got := w.circuit.Snapshot().Window.Rejections; got != want {
				t.Errorf("%d rejections, want %d", got, want)
			}
			time.Sleep(11 * time.Second)
		}
	})
}

// What was there before a change of the width leaves with its time, and is no longer usual.
func TestApplyWindowForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, timeoutOnly(runtime.TimeoutPolicy{Attempt: time.Hour}))
		w.run(after(time.Second, succeed)) // in the second bucket of 1 s
		time.Sleep(2500 * time.Millisecond)
		w.apply(t, runtime.BreakerPolicy{Window: 20 * time.Second})
		time.Sleep(15 * time.Second)
		w.run(after(100*time.Millisecond, succeed))
		if got := w.circuit.Snapshot().Window.Successes; got != 2 {
			t.Errorf("after 17s it holds %d of 2", got)
		}
		time.Sleep(2500 * time.Millisecond)
		if got := w.circuit.Snapshot().Window.Successes; got != 1 {
			t.Errorf("after 20s it holds %d, want the newest", got)
		}
		for _, deadline := range []time.Duration{100*time.Millisecond - 1, 100 * time.Millisecond} {
			ctx, cancel := context.WithTimeout(background, deadline)
			w.will(hang)
			w.do(ctx, 1)
			cancel()
		}
		w.counted(t, runtime.Counts{Successes: 2, Ignored: 1, Timeouts: 1})
	})
}
