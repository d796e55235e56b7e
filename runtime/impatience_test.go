package runtime_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// A deadline that is shorter than what the successes take on average is the caller's
// fault, and not the dependency's.
func TestImpatientCallersAreIgnored(t *testing.T) {
	cases := map[string]struct {
		deadline time.Duration
		judge    option
		counts   func(*runtime.Counts) *uint64
	}{
		"just too impatient":    {time.Second - 1, nil, ignored},
		"just patient enough":   {time.Second, nil, timeouts},
		"a directive's answer":  {1, judgedBy(outcome(runtime.Success)), successes},
		"a directive's failure": {1, judgedBy(outcome(runtime.Failure)), ignored},
		"a configured answer":   {1, configured(outcome(runtime.Success)), successes},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			bothOrders(t, func(t *testing.T, order option) {
				options := []option{order}
				if c.judge != nil {
					options = append(options, c.judge)
				}
				w := wrap(t, timeoutOnly(runtime.TimeoutPolicy{Attempt: time.Minute}), options...)
				w.run(after(500*time.Millisecond, succeed), after(1500*time.Millisecond, succeed))
				before := w.total()
				*c.counts(&before)++
				ctx, cancel := context.WithTimeout(background, c.deadline)
				defer cancel()
				w.does(hang)
				if e := w.do(ctx, 1); !errors.Is(e.err, context.DeadlineExceeded) {
					t.Errorf("got %v", e.err)
				}
				if got := w.total(); got != before {
					t.Errorf("counted %+v, want %+v", got, before)
				}
			})
		})
	}
}

func TestImpatientCallersOfDetachedCalls(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		p := timeoutOnly(runtime.TimeoutPolicy{Attempt: time.Minute, Detach: true})
		w := wrap(t, p, order)
		w.run(after(time.Second, succeed))
		w.does(after(time.Hour, succeed))
		for _, deadline := range []time.Duration{time.Second - 1, time.Second} {
			ctx, cancel := context.WithTimeout(background, deadline)
			w.do(ctx, 1)
			cancel()
		}
		if got := w.total(); got.Ignored != 1 || got.Timeouts != 1 {
			t.Errorf("counted %+v, want the first ignored", got)
		}
		time.Sleep(time.Hour)
	})
}

// Only the window's successes say what is usual.
func TestImpatienceIsMeasuredByTheWindow(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, timeoutOnly(runtime.TimeoutPolicy{Attempt: time.Minute}), order)
		w.run(after(2*time.Second, succeed))
		time.Sleep(time.Minute)
		ctx, cancel := context.WithTimeout(background, time.Second)
		defer cancel()
		w.does(hang)
		w.do(ctx, 1)
		if got := w.total(); got.Timeouts != 1 || got.Ignored != 0 {
			t.Errorf("counted %+v", got)
		}
	})
}

// A hanging dependency opens the circuit, although all its callers carry a deadline
// that is shorter than the timeout; callers who cancel never do.
func TestCallersDeadlinesOpenTheCircuit(t *testing.T) {
	for want, caller := range callersEnd {
		t.Run(want.Error(), func(t *testing.T) {
			bothOrders(t, func(t *testing.T, order option) {
				w := wrap(t, runtime.Policy{}, order)
				w.does(hang)
				for range 20 {
					ctx, cancel := caller(100 * time.Millisecond)
					w.do(ctx, 1)
					cancel()
				}
				if want == context.Canceled {
					w.is(t, runtime.Closed)
				} else {
					w.is(t, runtime.Open)
				}
			})
		})
	}
}

// A call whose context was over before it began isn't made and counts nowhere.
func TestCallsThatAreOverBeforeTheyBegin(t *testing.T) {
	for _, shape := range shapes {
		bubble(t, shape.name, func(t *testing.T) {
			for want, caller := range callersEnd {
				w := wrap(t, shape.policy, append(shape.options, fallsBack(succeed))...)
				ctx, cancel := caller(time.Second)
				time.Sleep(time.Second)
				synctest.Wait()
				if e := w.do(ctx, 1); e.err != want || w.calls() != 0 {
					t.Errorf("got %v after %d calls, want %v", e.err, w.calls(), want)
				}
				got := w.circuit.Snapshot()
				if got.Total != (runtime.Counts{}) || got.InFlight != 0 {
					t.Errorf("counted %+v", got.Total)
				}
				cancel()
			}
		})
	}
}

// The window of calls has its successes' durations, however old they are.
func TestImpatienceIsMeasuredByAWindowOfCalls(t *testing.T) {
	for _, resized := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			w := wrap(t, breakerOnly(runtime.BreakerPolicy{WindowCalls: 100}))
			w.run(times(10, after(time.Second, succeed))...)
			if resized {
				w.apply(t, runtime.BreakerPolicy{WindowCalls: 50})
			}
			time.Sleep(time.Hour)
			for _, c := range []struct {
				deadline time.Duration
				want     runtime.Counts
			}{
				{time.Second - 1, runtime.Counts{Successes: 10, Ignored: 1}},
				{time.Second, runtime.Counts{Successes: 10, Ignored: 1, Timeouts: 1}},
			} {
				ctx, cancel := context.WithTimeout(background, c.deadline)
				defer cancel()
				w.will(hang)
				w.do(ctx, 1)
				if got := w.total(); got != c.want {
					t.Errorf("after %v: counted %+v, want %+v", c.deadline, got, c.want)
				}
			}
		})
	}
}
