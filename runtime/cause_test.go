package runtime_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// eventsOf collects what a wrapper's registry tells.
func eventsOf(w *wrapper) *[]runtime.Event {
	var got []runtime.Event
	w.registry.Subscribe(func(e runtime.Event) { got = append(got, e) })
	return &got
}

// TestEventsSayWhy: the cause, the last error, how long it was down and who was turned away.
func TestEventsSayWhy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 2}))
		got := eventsOf(w)
		begun := time.Now()
		w.run(fail, fail)
		for range 3 {
			w.call()
		}
		time.Sleep(5 * time.Second)
		w.run(failWith(errBusy))
		if s := w.circuit.Snapshot(); !s.DownSince.Equal(begun) || s.LastError != errBusy || !s.LastErrorAt.Equal(time.Now()) {
			t.Errorf("down since %v, last error %v at %v", s.DownSince, s.LastError, s.LastErrorAt)
		}
		time.Sleep(5 * time.Second)
		w.run(succeed)
		want := []runtime.Event{
			{From: runtime.Closed, To: runtime.Open, Cause: runtime.CauseConsecutive, Err: errBoom},
			{From: runtime.Open, To: runtime.HalfOpen, Cause: runtime.CauseProbing, Err: errBoom, Down: 5 * time.Second, TurnedAway: 3},
			{From: runtime.HalfOpen, To: runtime.Open, Cause: runtime.CauseProbeFailed, Err: errBusy, Down: 5 * time.Second, TurnedAway: 3},
			{From: runtime.Open, To: runtime.HalfOpen, Cause: runtime.CauseProbing, Err: errBusy, Down: 10 * time.Second, TurnedAway: 3},
			{From: runtime.HalfOpen, To: runtime.Closed, Cause: runtime.CauseProbeSucceeded, Err: errBusy, Down: 10 * time.Second, TurnedAway: 3},
		}
		if len(*got) != len(want) {
			t.Fatalf("got %+v", *got)
		}
		for i, e := range *got {
			e.Circuit, e.At, e.Counts = "", time.Time{}, runtime.Counts{}
			if e != want[i] {
				t.Errorf("event %d is %+v, want %+v", i, e, want[i])
			}
		}
		if s := w.circuit.Snapshot(); !s.DownSince.IsZero() {
			t.Errorf("closed, and down since %v", s.DownSince)
		}
	})
}

func TestCauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for want, steps := range map[runtime.Cause][]step{
			runtime.CauseFailureRate: append(times(10, succeed), alternate(20)...),
			runtime.CauseSlowRate:    times(20, after(2*time.Second, succeed)),
			runtime.CauseConsecutive: times(10, fail),
		} {
			w := wrap(t, breakerOnly(runtime.BreakerPolicy{FailureRate: 0.3, Window: time.Hour, Slow: time.Second}))
			got := eventsOf(w)
			w.run(steps...)
			if len(*got) != 1 || (*got)[0].Cause != want {
				t.Errorf("%v: %+v", want, *got)
			}
			w.circuit.ForceClose()
			w.circuit.ForceClose()
			w.circuit.ForceOpen()
			w.circuit.Reset()
			var causes []runtime.Cause
			var forced []bool
			for _, e := range (*got)[1:] {
				causes, forced = append(causes, e.Cause), append(forced, e.Forced)
			}
			if len(causes) != 3 || causes[0] != runtime.CauseForced || causes[1] != runtime.CauseForced ||
				causes[2] != runtime.CauseReset || !forced[0] || !forced[1] || forced[2] {
				t.Errorf("by hand: %v, %v", causes, forced)
			}
		}
	})
}

// alternate fails and succeeds in turns.
func alternate(n int) (steps []step) {
	for range n / 2 {
		steps = append(steps, fail, succeed)
	}
	return steps
}

// TestOpenTimeGrows: each failed probe doubles it, up to the greatest, drawn from its last
// fifth.
func TestOpenTimeGrows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{OpenFor: 5 * time.Second, MaxOpenFor: time.Minute}))
		w.does(fail)
		for range 10 {
			w.call()
		}
		seen := map[time.Duration]bool{}
		for _, most := range []time.Duration{5, 10, 20, 40, 60, 60, 60} {
			most *= time.Second
			open := time.Until(w.circuit.Snapshot().Until)
			if open > most || open < most-most/5 {
				t.Errorf("open for %v, want the last fifth of %v", open, most)
			}
			seen[open] = true
			time.Sleep(open)
			w.call()
		}
		if len(seen) < 7 {
			t.Errorf("they aren't drawn: %v", seen)
		}
		w.does(nil)
		time.Sleep(time.Minute)
		w.call()
		w.is(t, runtime.Closed)
		w.does(fail)
		for range 10 {
			w.call()
		}
		if open := time.Until(w.circuit.Snapshot().Until); open > 5*time.Second {
			t.Errorf("the next outage begins with %v", open)
		}
	})
}

// TestRestore takes back whatever Apply has changed.
func TestRestore(t *testing.T) {
	for name, options := range map[string][]option{"one": nil, "by key": {byKey(10)}} {
		t.Run(name, func(t *testing.T) {
			w := wrap(t, runtime.Policy{}, options...)
			w.method(background, 1)
			member := "Echo.Do"
			if w.circuit == nil {
				for c := range w.registry.Circuits() {
					member = c.Name()
				}
			}
			c, _ := w.registry.Circuit(member)
			asked := c.Snapshot().Policy
			if err := w.registry.Apply("Echo.Do", runtime.Policy{
				Bulkhead: runtime.BulkheadPolicy{Limit: 5},
				Timeout:  runtime.TimeoutPolicy{Total: time.Second, Detach: true},
				Breaker:  runtime.BreakerPolicy{Slow: time.Second, Off: true},
			}); err != nil {
				t.Fatal(err)
			}
			if c.Snapshot().Policy.Timeout == asked.Timeout {
				t.Fatal("nothing was applied")
			}
			if err := w.registry.Restore("Echo.Do"); err != nil {
				t.Fatal(err)
			}
			got := c.Snapshot().Policy
			if got.Breaker != asked.Breaker || got.Timeout != asked.Timeout || got.Bulkhead != asked.Bulkhead {
				t.Errorf("got %+v, want %+v", got, asked)
			}
			if err := w.registry.Restore("Echo.Gone"); err == nil {
				t.Error("a circuit that isn't there was restored")
			}
		})
	}
}

// TestCausesOfTheCallersEnd: errors.Is finds why the caller's context ended, too.
func TestCausesOfTheCallersEnd(t *testing.T) {
	drained := errors.New("the node is being drained")
	for name, p := range map[string]runtime.Policy{
		"in a backoff": retryOnly(runtime.RetryPolicy{Backoff: time.Hour, MaxBackoff: time.Hour, Attempts: 9}),
		"detached":     timeoutOnly(runtime.TimeoutPolicy{Attempt: time.Hour, Detach: true}),
	} {
		bubble(t, name, func(t *testing.T) {
			w := wrap(t, p)
			w.does(failWith(after5s))
			if name == "detached" {
				w.does(hang)
			}
			ctx, cancel := context.WithCancelCause(background)
			time.AfterFunc(time.Millisecond, func() { cancel(drained) })
			_, err := w.method(ctx, 1)
			if !errors.Is(err, context.Canceled) || !errors.Is(err, drained) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestPlainDataAsJSON(t *testing.T) {
	for _, v := range []any{runtime.Policy{}, runtime.Snapshot{State: runtime.HalfOpen}, runtime.Event{}} {
		if _, err := json.Marshal(v); err != nil {
			t.Errorf("%T: %v", v, err)
		}
	}
	got, _ := json.Marshal([]any{runtime.HalfOpen, runtime.Ignored, runtime.CauseForced})
	if string(got) != `["half-open","ignored","forced"]` {
		t.Errorf("got %s", got)
	}
}
