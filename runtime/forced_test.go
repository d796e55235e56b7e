package runtime_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	goerrors "github.com/slok/goresilience/errors"

	"github.com/breakergen/breakergen/runtime"
)

func TestForceOpen(t *testing.T) {
	for name, prepare := range map[string]func(w *wrapper){
		"closed": func(*wrapper) {},
		"open":   func(w *wrapper) { w.run(fail) },
		"half-open": func(w *wrapper) {
			w.run(fail)
			time.Sleep(5 * time.Second)
			w.run(succeed)
		},
		"forced closed": func(w *wrapper) { w.circuit.ForceClose() },
	} {
		bubble(t, name, func(t *testing.T) {
			w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 1, Probes: 2}))
			prepare(w)
			w.circuit.ForceOpen()
			made := w.calls()
			for range 3 {
				time.Sleep(time.Hour)
				var open *runtime.OpenError
				if err := w.call(); !errors.As(err, &open) || !open.Until.IsZero() {
					t.Errorf("got %v, want a rejection without an end", err)
				} else if open.RetryAfter() != 0 {
					t.Errorf("RetryAfter is %v, want 0", open.RetryAfter())
				}
			}
			if w.calls() != made {
				t.Error("calls went through")
			}
			w.is(t, runtime.Open)
			if got := w.circuit.Snapshot(); got.State != runtime.Open || !got.Forced {
				t.Errorf("the snapshot says %v, forced %v", got.State, got.Forced)
			}
			w.circuit.Reset()
			w.is(t, runtime.Closed)
			if err := w.call(); err != nil || w.circuit.Snapshot().Forced {
				t.Errorf("after Reset: %v, forced %v", err, w.circuit.Snapshot().Forced)
			}
			w.run(fail)
			w.is(t, runtime.Open)
		})
	}
}

func TestForceClose(t *testing.T) {
	bubble(t, "whatever calls return", func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 1}))
		w.run(fail)
		w.circuit.ForceClose()
		w.is(t, runtime.Closed)
		w.run(times(100, fail)...)
		w.is(t, runtime.Closed)
		if got := w.circuit.Snapshot(); !got.Forced || got.Total.Failures != 101 {
			t.Errorf("forced %v, %d failures; want 101", got.Forced, got.Total.Failures)
		}
		w.circuit.Reset()
		w.run(succeed)
		w.is(t, runtime.Closed)
		w.run(fail)
		w.is(t, runtime.Open)
	})
	bubble(t, "ends a forced opening", func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{}))
		w.circuit.ForceOpen()
		w.circuit.ForceClose()
		if err := w.call(); err != nil {
			t.Error(err)
		}
	})
}

// A forced change is an event, the first forcing of the state that there is too.
func TestForcedEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 1}))
		var got []runtime.State
		w.registry.Subscribe(func(e runtime.Event) { got = append(got, e.From, e.To) })
		w.circuit.ForceClose()
		w.circuit.Reset()
		w.circuit.ForceOpen()
		w.circuit.ForceOpen()
		w.circuit.Reset()
		w.circuit.Reset()
		w.run(fail)
		w.circuit.ForceOpen()
		w.circuit.ForceClose()
		w.circuit.ForceClose()
		want := []runtime.State{
			runtime.Closed, runtime.Closed, // ForceClose
			runtime.Closed, runtime.Open, runtime.Open, runtime.Closed, // ForceOpen, Reset
			runtime.Closed, runtime.Open, runtime.Open, runtime.Open, // fail, ForceOpen
			runtime.Open, runtime.Closed, // ForceClose
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		total := w.circuit.Snapshot().Total
		if total.Opened != 2 || total.Closed != 2 {
			t.Errorf("opened %d, closed %d; want 2 of each", total.Opened, total.Closed)
		}
	})
}

func TestOpenError(t *testing.T) {
	bubble(t, "what it says", func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 1, OpenFor: time.Minute}))
		w.run(fail)
		until := time.Now().Add(time.Minute)
		time.Sleep(20 * time.Second)
		err := w.call()
		var open *runtime.OpenError
		if !errors.As(err, &open) || !errors.Is(err, goerrors.ErrCircuitOpen) {
			t.Fatalf("got %v", err)
		}
		if open.Circuit != "Echo.Do" || !open.Until.Equal(until) || open.Unwrap() != nil {
			t.Errorf("got %+v, want the circuit's name, and until %v", open, until)
		}
		if open.RetryAfter() != 40*time.Second {
			t.Errorf("RetryAfter is %v, want 40s", open.RetryAfter())
		}
		if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
			t.Error("it claims to be the context's")
		}
		if again := w.call(); again != err {
			t.Error("another one for the same opening")
		}
		time.Sleep(time.Hour)
		if open.RetryAfter() != 0 {
			t.Errorf("RetryAfter is %v after its time", open.RetryAfter())
		}
		w.run(fail)
		if again := w.call(); again == err {
			t.Error("the same for the next opening")
		}
	})
	bubble(t, "a half-open circuit's", func(t *testing.T) {
		w := opened(t, runtime.BreakerPolicy{})
		probe := w.startBlocked(t)
		defer probe.release()
		var open *runtime.OpenError
		if err := w.call(); !errors.As(err, &open) || open.RetryAfter() != 0 {
			t.Errorf("got %v, want a rejection to be tried again", err)
		}
	})
}

func TestRejectionAllocatesNothing(t *testing.T) {
	for name, options := range map[string][]option{
		"breaker first": nil, "retry first": {retryFirst},
	} {
		t.Run(name, func(t *testing.T) {
			w := wrap(t, runtime.Policy{}, options...)
			w.circuit.ForceOpen()
			if got := testing.AllocsPerRun(1000, func() { w.call() }); got != 0 {
				t.Errorf("%v allocations", got)
			}
		})
	}
}

// A breaker that is off stops retries too where it is forced open.
func TestForceOpenEndsRetries(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, retryOnly(runtime.RetryPolicy{Attempts: 3}), order)
		w.does(failWith(after5s))
		call := w.start(background, 1)
		time.Sleep(time.Second)
		w.circuit.ForceOpen()
		if e := <-call; !errors.Is(e.err, after5s) || w.calls() != 1 {
			t.Errorf("got %v after %d attempts", e.err, w.calls())
		}
	})
}
