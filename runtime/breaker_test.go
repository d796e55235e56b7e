package runtime_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

func TestBreakerOpensAtTheRate(t *testing.T) {
	for _, c := range []struct {
		name string
		rate float64
		of   int
		at   int // so many failures open it
	}{
		{"half", 0.5, 20, 10},
		{"7% of 100", 0.07, 100, 7}, // 0.07*100 is over 7
		{"29% of 100", 0.29, 100, 29},
		{"57% of 100", 0.57, 100, 57},
		{"0.3 of 10", 0.3, 10, 3},
		{"a third", 1.0 / 3, 9, 3},
		{"all", 1, 20, 20},
		{"one", 0.000001, 5, 1},
		{"0.7 of 10", 0.7, 10, 7},
	} {
		for _, window := range []runtime.BreakerPolicy{{}, {WindowCalls: c.of}, {WindowCalls: 2 * c.of}} {
			policy := window
			policy.FailureRate, policy.MinCalls, policy.Consecutive = c.rate, c.of, -1
			bubble(t, c.name, func(t *testing.T) {
				// The last result is once a success, and once a failure.
				successes, failures := times(c.of-c.at, succeed), times(c.at, fail)
				for _, steps := range [][]step{
					slices.Concat(failures, successes), slices.Concat(successes, failures),
				} {
					w := wrap(t, breakerOnly(policy))
					w.run(steps[:c.of-1]...)
					w.is(t, runtime.Closed)
					w.run(steps[c.of-1])
					w.is(t, runtime.Open)
				}
				w := wrap(t, breakerOnly(policy))
				w.run(times(c.of-c.at+1, succeed)...)
				w.run(times(c.at-1, fail)...)
				w.is(t, runtime.Closed)
			})
		}
	}
}

func TestBreakerIsEvaluatedAfterEveryResult(t *testing.T) {
	for name, policy := range map[string]runtime.BreakerPolicy{
		"time":  {MinCalls: 10, Consecutive: -1},
		"count": {MinCalls: 10, Consecutive: -1, WindowCalls: 100},
	} {
		bubble(t, name, func(t *testing.T) {
			w := wrap(t, breakerOnly(policy))
			w.run(times(15, succeed)...)
			w.run(times(14, fail)...)
			w.is(t, runtime.Closed) // 14 of 29
			w.run(succeed, fail)
			w.is(t, runtime.Closed) // 15 of 31
			w.run(fail)
			w.is(t, runtime.Open) // 16 of 32
		})
	}
}

func TestBreakerOpensAtConsecutiveFailures(t *testing.T) {
	bubble(t, "the default is 10, however slow the traffic", func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{}))
		for range 9 {
			w.run(fail)
			time.Sleep(time.Hour)
		}
		w.is(t, runtime.Closed)
		w.run(fail)
		w.is(t, runtime.Open)
	})
	bubble(t, "a success starts anew", func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 3, MinCalls: 1000}))
		w.run(fail, fail, succeed, fail, fail)
		w.is(t, runtime.Closed)
		w.run(fail)
		w.is(t, runtime.Open)
	})
	bubble(t, "an ignored one doesn't", func(t *testing.T) {
		policy := breakerOnly(runtime.BreakerPolicy{Consecutive: 3})
		policy.Classify = classify(errNeither, runtime.Ignored)
		w := wrap(t, policy)
		w.run(fail, fail, failWith(errNeither), failWith(errNeither))
		w.is(t, runtime.Closed)
		w.run(fail)
		w.is(t, runtime.Open)
	})
	bubble(t, "negative is never", func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: -1, MinCalls: 1000}))
		w.run(times(999, fail)...)
		w.is(t, runtime.Closed)
	})
}

func TestBreakerOpensAtSlowCalls(t *testing.T) {
	slow := runtime.BreakerPolicy{
		Slow: time.Second, SlowRate: 0.5, MinCalls: 10, Consecutive: -1, FailureRate: 1,
		Window: time.Hour,
	}
	counted := slow
	counted.Window, counted.WindowCalls = 0, 10
	quick := after(time.Second-1, succeed)
	for name, policy := range map[string]runtime.BreakerPolicy{"time": slow, "count": counted} {
		for result, s := range map[string]step{
			"success": after(time.Second, succeed),
			"failure": after(time.Second, fail),
			"panic":   after(time.Second, crash),
		} {
			bubble(t, name+"/"+result, func(t *testing.T) {
				w := wrap(t, breakerOnly(policy))
				w.run(times(6, quick)...)
				w.run(times(4, s)...)
				w.is(t, runtime.Closed)

				w = wrap(t, breakerOnly(policy))
				w.run(times(5, s)...)
				w.run(times(4, quick)...)
				w.is(t, runtime.Closed)
				w.run(quick)
				w.is(t, runtime.Open)
				if got := w.circuit.Snapshot().Window.Slow; got != 5 {
					t.Errorf("%d slow calls, want 5", got)
				}
			})
		}
	}
	bubble(t, "an ignored one isn't", func(t *testing.T) {
		policy := breakerOnly(slow)
		policy.Classify = classify(errNeither, runtime.Ignored)
		w := wrap(t, policy)
		w.run(times(50, after(time.Minute, failWith(errNeither)))...)
		w.run(times(10, succeed)...)
		w.is(t, runtime.Closed)
	})
}

// Each kind of end counts for the breaker as it should.
func TestBreakerCountsByOutcome(t *testing.T) {
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		name  string
		steps []step
		want  runtime.State
	}{
		{"errors", times(4, fail), runtime.Open},
		{"panics", times(4, crash), runtime.Open},
		{"Goexits", times(4, exit), runtime.Open},
		{"timeouts", times(4, hang), runtime.Open},
		{"ignored", times(4, failWith(errNeither)), runtime.Closed},
		{"mixed", []step{fail, crash, exit, hang}, runtime.Open},
		{"some ignored", []step{fail, crash, failWith(errNeither), exit}, runtime.Closed},
	} {
		bubble(t, c.name, func(t *testing.T) {
			policy := runtime.Policy{
				Breaker:  runtime.BreakerPolicy{FailureRate: 1, MinCalls: 4, Consecutive: -1},
				Retry:    runtime.RetryPolicy{Off: true},
				Classify: classify(errNeither, runtime.Ignored),
			}
			w := wrap(t, policy)
			w.run(c.steps...)
			w.is(t, c.want)
			before := w.circuit.Snapshot().Total.Calls()
			w.do(cancelled, 1)
			if got := w.circuit.Snapshot().Total.Calls(); before != 4 || got != before {
				t.Errorf("%d calls counted, then %d with one that was over; want 4", before, got)
			}
		})
	}
}

func TestBreakerOff(t *testing.T) {
	bubble(t, "every call goes through", func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{Off: true}))
		w.run(times(100, fail)...)
		w.is(t, runtime.Closed)
		if got := w.circuit.Snapshot().Total.Failures; got != 100 || w.calls() != 100 {
			t.Errorf("%d calls and %d failures, want 100 of each", w.calls(), got)
		}
	})
	bubble(t, "a forced state holds", func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{Off: true}))
		w.circuit.ForceOpen()
		if err := w.call(); !errors.As(err, new(*runtime.OpenError)) || w.calls() != 0 {
			t.Errorf("got %v and %d calls, want a rejection", err, w.calls())
		}
		w.circuit.Reset()
		if err := w.call(); err != nil {
			t.Errorf("after Reset: %v", err)
		}
	})
}
