package runtime_test

import (
	"sync"
	"testing"

	"github.com/breakergen/breakergen/runtime"
)

// The failure that completes MinCalls opens the circuit, whoever else is at it.
func TestMinCallsOfConcurrentCallers(t *testing.T) {
	for name, p := range map[string]runtime.BreakerPolicy{
		"a window of time":  {Consecutive: -1, MinCalls: 20, FailureRate: 1},
		"a long way":        {Consecutive: -1, MinCalls: 400, FailureRate: 1},
		"a window of calls": {Consecutive: -1, WindowCalls: 20, FailureRate: 1},
	} {
		t.Run(name, func(t *testing.T) {
			const callers = 4
			w := wrap(t, breakerOnly(p))
			w.does(fail)
			calls := max(p.MinCalls, p.WindowCalls)
			for range 20000 / calls {
				var all sync.WaitGroup
				for range callers {
					all.Go(func() {
						for range calls / callers {
							w.call()
						}
					})
				}
				all.Wait()
				if w.circuit.State() != runtime.Open {
					t.Fatalf("closed after %d failures", calls)
				}
				w.circuit.Reset()
			}
		})
	}
}

// A call that ends by the policy it began with, after another is in force, leaves that
// alone.
func TestOldCallsLeaveTheNewPolicyInForce(t *testing.T) {
	bubble(t, "a lower rate", func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: -1, MinCalls: 10, FailureRate: 0.9}))
		old := w.startBlocked(t)
		w.run(times(6, fail)...)
		w.run(times(4, succeed)...)
		w.apply(t, runtime.BreakerPolicy{FailureRate: 0.3})
		old.release()
		w.run(succeed)
		w.is(t, runtime.Open)
	})
	bubble(t, "fewer calls", func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: -1, MinCalls: 1000}))
		old := w.startBlocked(t)
		w.run(times(10, fail)...)
		w.apply(t, runtime.BreakerPolicy{MinCalls: 5})
		old.release()
		w.run(fail)
		w.is(t, runtime.Open)
	})
}

// What was seen in the world outside says nothing in a bubble, whose clock is years behind.
func TestCircuitFromOutsideOfABubble(t *testing.T) {
	t.Run("closed", func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: -1}))
		w.run(times(30, succeed)...)
		bubble(t, "", func(t *testing.T) {
			w.run(times(10, fail)...)
			w.run(times(10, succeed)...)
			w.is(t, runtime.Open)
		})
	})
	t.Run("open", func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{}))
		w.run(times(10, fail)...)
		w.is(t, runtime.Open)
		bubble(t, "", func(t *testing.T) {
			w.run(succeed)
			w.is(t, runtime.Closed)
		})
	})
}
