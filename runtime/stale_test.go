package runtime_test

import (
	"testing"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// A result that was admitted before a change of state changes nothing after it.
func TestStaleResults(t *testing.T) {
	for name, policy := range map[string]runtime.BreakerPolicy{
		"time":  {Consecutive: 2, MinCalls: 2, Window: time.Hour, Probes: 2},
		"count": {Consecutive: 2, MinCalls: 2, WindowCalls: 10, Probes: 2},
	} {
		for result, err := range map[string]error{"success": nil, "failure": errBoom} {
			for _, c := range []struct {
				name string
				// then is what happens between the call's begin and its end.
				then func(w *wrapper)
				want runtime.State
			}{
				{"closed, open", func(w *wrapper) {
					w.run(fail, fail)
				}, runtime.Open},
				{"closed, open, half-open", func(w *wrapper) {
					w.run(fail, fail)
					time.Sleep(5 * time.Second)
					w.run(succeed)
				}, runtime.HalfOpen},
				{"closed, open, half-open, closed", func(w *wrapper) {
					w.run(fail, fail)
					time.Sleep(5 * time.Second)
					w.run(succeed, succeed, fail) // one more failure would open it
				}, runtime.Closed},
				{"closed, open, closed", func(w *wrapper) {
					w.run(fail, fail)
					w.circuit.Reset()
					w.run(fail)
				}, runtime.Closed},
				{"closed, closed", func(w *wrapper) {
					w.circuit.Reset()
					w.run(fail)
				}, runtime.Closed},
				{"closed, forced open", func(w *wrapper) {
					w.circuit.ForceOpen()
				}, runtime.Open},
			} {
				bubble(t, name+"/"+c.name+"/"+result, func(t *testing.T) {
					w := wrap(t, breakerOnly(policy))
					stale := w.startBlocked(t)
					c.then(w)
					w.is(t, c.want)
					stale.end(err)
					w.is(t, c.want)
				})
			}
		}
	}
}

func TestStaleResultsStayOutOfTheWindow(t *testing.T) {
	for name, policy := range map[string]runtime.BreakerPolicy{
		"time": {Consecutive: 1}, "count": {Consecutive: 1, WindowCalls: 10},
	} {
		bubble(t, name, func(t *testing.T) {
			w := wrap(t, breakerOnly(policy))
			stale := w.startBlocked(t)
			w.run(fail)
			time.Sleep(5 * time.Second)
			w.run(succeed)
			w.is(t, runtime.Closed)
			stale.end(errBoom)
			got := w.circuit.Snapshot()
			if got.Window != (runtime.Counts{}) {
				t.Errorf("the window holds %+v", got.Window)
			}
			if got.Total.Failures != 2 || got.Total.Successes != 1 {
				t.Errorf("in total %+v, want 2 failures and 1 success", got.Total)
			}
		})
	}
}

// A probe of an earlier half-open state is as stale as any other call.
func TestStaleProbe(t *testing.T) {
	for result, err := range map[string]error{"success": nil, "failure": errBoom} {
		bubble(t, result, func(t *testing.T) {
			w := opened(t, runtime.BreakerPolicy{Probes: 2})
			stale := w.startBlocked(t)
			w.run(fail)
			w.is(t, runtime.Open)
			time.Sleep(5 * time.Second)
			w.run(succeed)
			w.is(t, runtime.HalfOpen)
			stale.end(err)
			w.is(t, runtime.HalfOpen)
			w.run(succeed)
			w.is(t, runtime.Closed)
		})
	}
}
