package runtime_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// rejecting is a wrapper whose circuit is open until told otherwise.
func rejecting(t *testing.T) *wrapper {
	t.Helper()
	w := wrap(t, breakerOnly(runtime.BreakerPolicy{}))
	w.circuit.ForceOpen()
	return w
}

func (w *wrapper) rejections(t *testing.T, window, total uint64) {
	t.Helper()
	s := w.circuit.Snapshot()
	if s.Window.Rejections != window || s.Total.Rejections != total {
		t.Errorf("%d rejections in the window, %d in total; want %d, %d",
			s.Window.Rejections, s.Total.Rejections, window, total)
	}
}

// Rejections leave the window as results do, whether somebody looks meanwhile or not, and
// whatever else is counted.
func TestRejectionsLeaveTheWindow(t *testing.T) {
	for name, between := range map[string]func(*wrapper){
		"nothing":       func(*wrapper) {},
		"a look":        func(w *wrapper) { w.circuit.Snapshot() },
		"a late result": func(w *wrapper) { time.Sleep(time.Millisecond) },
	} {
		for _, c := range []struct {
			after time.Duration
			want  uint64
		}{
			{5 * time.Second, 8},
			{9*time.Second - 1, 8},
			{10 * time.Second, 3},
			{14*time.Second - 1, 3},
			{15 * time.Second, 0},
			{24 * time.Hour, 0},
		} {
			bubble(t, name+" "+c.after.String(), func(t *testing.T) {
				w := wrap(t, breakerOnly(runtime.BreakerPolicy{}))
				time.Sleep(300 * time.Millisecond)
				var late sync.WaitGroup
				if name == "a late result" {
					late.Go(func() { w.run(after(7*time.Second, succeed)) })
					time.Sleep(time.Nanosecond)
				}
				w.circuit.ForceOpen()
				begun := time.Now()
				w.run(times(5, succeed)...)
				time.Sleep(5 * time.Second)
				between(w)
				time.Sleep(time.Until(begun.Add(5 * time.Second)))
				w.run(times(3, succeed)...)
				time.Sleep(time.Until(begun.Add(c.after)))
				w.rejections(t, c.want, 8)
				late.Wait()
			})
		}
	}
}

func TestRejectionsAfterReset(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		w := rejecting(t)
		w.run(times(5, succeed)...)
		w.circuit.Reset()
		w.rejections(t, 0, 5)
		w.circuit.ForceOpen()
		w.run(times(2, succeed)...)
		w.rejections(t, 2, 7)
		w.run(times(3, succeed)...)
		w.circuit.Reset()
		w.run(succeed) // the first to come to the new window
		w.rejections(t, 0, 10)
	})
}

// A longer window keeps what the shorter one held.
func TestRejectionsInALongerWindow(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		w := rejecting(t)
		w.run(times(5, succeed)...)
		w.apply(t, runtime.BreakerPolicy{Window: time.Hour})
		w.run(times(2, succeed)...)
		time.Sleep(30 * time.Minute)
		w.rejections(t, 7, 7)
	})
}

// Every call is counted once, and no total ever falls, while the state changes.
func TestRejectionsUnderLoad(t *testing.T) {
	const callers, calls = 8, 5000
	w := rejecting(t)
	var last uint64
	changes := 0
	stop := again(1, func() {
		c := w.circuit
		[]func(){c.ForceOpen, c.Reset, c.ForceOpen, c.ForceClose}[changes%4]()
		changes++
		if now := w.total().Rejections; now < last {
			t.Errorf("%d rejections after %d", now, last)
		} else {
			last = now
		}
	})
	var working sync.WaitGroup
	for range callers {
		working.Go(func() {
			for range calls {
				var open *runtime.OpenError
				if err := w.call(); errors.As(err, &open) != (err != nil) || open != nil && open.Circuit != "Echo.Do" {
					t.Errorf("got %#v", err)
				}
			}
		})
	}
	working.Wait()
	stop()
	if got := w.total(); got.Rejections+got.Successes != callers*calls || got.Rejections == 0 {
		t.Errorf("%d rejections and %d successes of %d calls",
			got.Rejections, got.Successes, callers*calls)
	}
}

// None leaves the window because of a change of the window.
func TestRejectionsWhileTheWindowChanges(t *testing.T) {
	w := wrap(t, breakerOnly(runtime.BreakerPolicy{Window: time.Hour}))
	w.circuit.ForceOpen()
	stop := again(2, func() { w.call() })
	for i := range 5000 {
		w.apply(t, runtime.BreakerPolicy{Window: time.Duration(1+i%2) * time.Hour})
	}
	stop()
	total := w.total().Rejections
	w.rejections(t, total, total)
}

// Neither they nor what else the window holds outlives a shorter one.
func TestRejectionsInAShorterWindow(t *testing.T) {
	long := runtime.BreakerPolicy{
		Window: 10 * time.Minute, MinCalls: 10, FailureRate: 1, Consecutive: -1,
	}
	bubble(t, "results stay in sight", func(t *testing.T) {
		w := wrap(t, breakerOnly(long))
		w.run(times(11, fail)...)
		w.apply(t, runtime.BreakerPolicy{Window: 30 * time.Second})
		w.run(fail)
		if got := w.circuit.Snapshot().Window; got.Failures != 10 || got.Rejections != 2 {
			t.Errorf("at the same moment the window has %+v", got)
		}
	})
	bubble(t, "and leave in time", func(t *testing.T) {
		w := wrap(t, breakerOnly(long))
		w.run(times(10, fail)...)
		w.call()
		w.apply(t, runtime.BreakerPolicy{Window: time.Second})
		w.call()
		time.Sleep(2 * time.Second)
		w.rejections(t, 0, 2)
		time.Sleep(3 * time.Second)
		w.run(succeed) // the probe
		w.run(times(9, fail)...)
		time.Sleep(20 * time.Second)
		w.run(fail)
		w.is(t, runtime.Closed)
	})
}

// Those that another clock has told are in its window, and in the totals.
func TestRejectionsInABubble(t *testing.T) {
	w := rejecting(t)
	w.run(times(5, succeed)...)
	bubble(t, "", func(t *testing.T) {
		time.Sleep(3 * time.Second)
		w.run(times(3, succeed)...)
		w.rejections(t, 3, 8)
	})
	w.run(times(2, succeed)...)
	w.rejections(t, 2, 10)
}

// Two bubbles begin at the same time, years ago; in between, another clock has counted.
func TestRejectionsInTwoBubbles(t *testing.T) {
	w := rejecting(t)
	for n := uint64(1); n <= 2; n++ {
		bubble(t, "", func(t *testing.T) {
			w.run(times(3, succeed)...)
			w.rejections(t, 3, 3*n+n-1)
		})
		w.run(succeed)
		w.rejections(t, 1, 4*n)
	}
	bubble(t, "as another one was counted last", func(t *testing.T) {
		w.run(times(3, succeed)...)
	})
	w.rejections(t, 0, 11)
	bubble(t, "", func(t *testing.T) {
		w.run(times(3, succeed)...)
		w.rejections(t, 3, 14)
	})
}

// A half-open circuit that has its probes rejects the rest, and says so to who listens.
func TestRejectionsWhileItIsHalfOpen(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 1}), order)
		w.run(fail)
		time.Sleep(5 * time.Second)
		probe := w.startBlocked(t)
		if got := w.circuit.Snapshot(); got.State != runtime.HalfOpen || !got.Until.IsZero() {
			t.Errorf("it is %v until %v", got.State, got.Until)
		}
		var told []runtime.CallEvent
		w.registry.SubscribeCalls(func(_ context.Context, e runtime.CallEvent) { told = append(told, e) })
		var open *runtime.OpenError
		if err := w.call(); !errors.As(err, &open) || open.Circuit != "Echo.Do" {
			t.Errorf("got %v", err)
		}
		if len(told) != 1 || told[0].What != runtime.Rejected {
			t.Errorf("told of %+v", told)
		}
		w.rejections(t, 1, 1)
		probe.release()
		w.is(t, runtime.Closed)
	})
}

// A circuit that opens between two attempts, where attempts are what it counts: the call
// ends with its word and the last attempt's.
func TestRejectionOfASecondAttempt(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		w := wrap(t, runtime.Policy{}, retryFirst)
		w.registry.SubscribeCalls(func(_ context.Context, e runtime.CallEvent) {
			if e.What == runtime.Retried {
				w.circuit.ForceOpen()
			}
		})
		w.does(fail)
		err := w.call()
		if !isOpen(err) || !errors.Is(err, errBoom) || w.calls() != 1 {
			t.Errorf("got %v after %d calls", err, w.calls())
		}
		w.counted(t, runtime.Counts{Failures: 1, Rejections: 1, Retries: 1, Opened: 1})
	})
}
