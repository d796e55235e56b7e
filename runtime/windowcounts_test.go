package runtime_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// What isn't the end of a call is in the window as long as ends are, and then in the totals
// alone.
func TestWindowHoldsWhatElseIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answers := []step{succeed, fail, succeed, fail}
		w := wrap(t, runtime.Policy{
			Breaker: runtime.BreakerPolicy{Consecutive: 3, Slow: time.Second, OpenFor: time.Hour},
			Retry:   runtime.RetryPolicy{Attempts: 2, Backoff: 1},
			Timeout: runtime.TimeoutPolicy{Off: true},
		}, fallsBack(func(ctx context.Context, n int) (int, error) {
			next := answers[0]
			answers = answers[1:]
			return next(ctx, n)
		}))
		w.will(fail, after(time.Second, succeed))
		w.call()
		w.does(fail)
		for range 4 { // the last is rejected
			w.call()
		}
		w.is(t, runtime.Open)
		want := runtime.Counts{
			Successes: 1, Failures: 3, Rejections: 1, Slow: 1,
			Retries: 4, RetriesHelped: 1, Fallbacks: 2, FallbackFailures: 2, Opened: 1,
		}
		for _, c := range []struct {
			wait time.Duration
			want runtime.Counts
		}{{0, want}, {8 * time.Second, want}, {3 * time.Second, runtime.Counts{}}} {
			time.Sleep(c.wait)
			if got := w.circuit.Snapshot().Window; got != c.want {
				t.Errorf("the window has %+v, want %+v", got, c.want)
			}
		}
		w.counted(t, want)
	})
}

// changesOfWidth are windows of time to come from one of 10 s.
var changesOfWidth = []time.Duration{time.Minute, 11 * time.Second, 9 * time.Second, 5 * time.Second}

// A change of the window's width that leaves all calls in sight loses nothing of them.
func TestApplyWindowKeepsAll(t *testing.T) {
	for _, width := range changesOfWidth {
		bubble(t, width.String(), func(t *testing.T) {
			w := wrap(t, runtime.Policy{
				Breaker: runtime.BreakerPolicy{MinCalls: 1000, Consecutive: -1, Slow: time.Second},
				Retry:   runtime.RetryPolicy{Attempts: 2, Backoff: 1},
				Timeout: runtime.TimeoutPolicy{Attempt: 1200 * time.Millisecond},
			}, fallsBack(giving(100)))
			time.Sleep(time.Minute)
			w.run(fail, after(time.Second, succeed), hang, hang, fail, fail, succeed)
			before := w.circuit.Snapshot()
			w.apply(t, runtime.BreakerPolicy{Window: width})
			after := w.circuit.Snapshot()
			if after.Window != before.Window || after.Latency != before.Latency {
				t.Errorf("got %+v of %v, want %+v of %v", after.Window, after.Latency.Mean(),
					before.Window, before.Latency.Mean())
			}
			if after.Durations != before.Durations || after.Total != before.Total {
				t.Errorf("the totals have changed to %+v", after.Total)
			}
			time.Sleep(width)
			if got := w.circuit.Snapshot(); got.Window != (runtime.Counts{}) || got.Latency.Mean() != 0 {
				t.Errorf("later it holds %+v, of %v", got.Window, got.Latency.Mean())
			}
		})
	}
}

// What is usual stays so, whatever kind of window it was learnt in: a caller with less time
// is impatient.
func TestApplyWindowKeepsTheUsual(t *testing.T) {
	span := func(d time.Duration) runtime.BreakerPolicy { return runtime.BreakerPolicy{Window: d} }
	last := func(n int) runtime.BreakerPolicy { return runtime.BreakerPolicy{WindowCalls: n} }
	for name, c := range map[string]struct{ from, to runtime.BreakerPolicy }{
		"widened":        {span(time.Minute), span(time.Hour)},
		"narrowed":       {span(time.Minute), span(20 * time.Second)},
		"time to count":  {span(time.Minute), last(20)},
		"to fewer calls": {span(time.Minute), last(3)},
		"count to time":  {last(20), span(time.Minute)},
		"count to count": {last(20), last(4)},
	} {
		bubble(t, name, func(t *testing.T) {
			policy := c.from
			policy.Consecutive, policy.MinCalls, policy.FailureRate = -1, 1000, 1
			if policy.WindowCalls > 0 {
				policy.MinCalls = policy.WindowCalls
			}
			w := wrap(t, timeoutOnly(runtime.TimeoutPolicy{Attempt: time.Hour}),
				func(s *setup) { s.spec.Config.Breaker = policy })
			w.run(times(4, after(time.Second, succeed))...)
			to := c.to
			if to.WindowCalls > 0 {
				to.MinCalls = to.WindowCalls
			}
			w.apply(t, to)
			for _, deadline := range []time.Duration{time.Second - 1, time.Second} {
				ctx, cancel := context.WithTimeout(background, deadline)
				w.will(hang)
				w.do(ctx, 1)
				cancel()
			}
			if got := w.total(); got.Ignored != 1 || got.Timeouts != 1 {
				t.Errorf("counted %+v, want the first ignored", got)
			}
		})
	}
}

// The window of so many calls has the results of the last ones alone, and what is usual is
// theirs, too.
func TestWindowOfCallsGoesRound(t *testing.T) {
	one, three := after(time.Second, succeed), after(3*time.Second, succeed)
	for name, c := range map[string]struct {
		early, late []step
		usual       time.Duration
		want        runtime.Counts
	}{
		"quicker": {times(10, three), times(10, one), time.Second, runtime.Counts{Successes: 10}},
		"slower": {times(10, one), times(10, three), 3 * time.Second,
			runtime.Counts{Successes: 10, Slow: 10}},
		"half": {times(10, one), times(5, three), 2 * time.Second,
			runtime.Counts{Successes: 10, Slow: 5}},
		"failures": {times(10, one), append(times(6, after(5*time.Second, fail)), times(4, three)...),
			3 * time.Second, runtime.Counts{Successes: 4, Failures: 6, Slow: 10}},
		"twice": {times(20, after(3*time.Second, fail)), times(10, one), time.Second,
			runtime.Counts{Successes: 10}},
	} {
		bubble(t, name, func(t *testing.T) {
			w := wrap(t, breakerOnly(runtime.BreakerPolicy{
				WindowCalls: 10, MinCalls: 10, FailureRate: 1, Consecutive: -1,
				Slow: 2 * time.Second, SlowRate: 1,
			}))
			w.circuit.ForceClose() // nothing opens it
			w.run(slices.Concat(c.early, c.late)...)
			if got := w.circuit.Snapshot().Window; got != c.want {
				t.Errorf("the window has %+v, want %+v", got, c.want)
			}
			before := w.total()
			for _, deadline := range []time.Duration{c.usual - 1, c.usual} {
				ctx, cancel := context.WithTimeout(background, deadline)
				w.will(hang)
				if e := w.do(ctx, 1); !errors.Is(e.err, context.DeadlineExceeded) {
					t.Errorf("got %+v", e)
				}
				cancel()
			}
			if got := w.total(); got.Ignored != before.Ignored+1 || got.Timeouts != before.Timeouts+1 {
				t.Errorf("%v isn't the mean: counted %+v", c.usual, got)
			}
		})
	}
}

// A window of calls that replaces another has all that it judges by: in full, or where there
// were more calls than it holds, the last ones, or of a window of time the same proportions.
func TestApplyWindowOfCallsKeepsRates(t *testing.T) {
	// 40 successes, 20 failures and 20 timeouts, of which so many are slow.
	of := func(successes, failures, timeouts int) (calls []func(*wrapper)) {
		for i := range 20 {
			add := func(slow int, s func(took time.Duration) step) {
				took := 10 * time.Millisecond
				if i < slow {
					took = time.Second
				}
				calls = append(calls, func(w *wrapper) {
					w.will(s(took))
					w.do(runtime.WithTimeout(background, took+1), 1)
				})
			}
			success := func(took time.Duration) step { return after(took, succeed) }
			add(successes, success)
			add(successes-20, success)
			add(failures, func(took time.Duration) step { return after(took, fail) })
			add(timeouts, func(time.Duration) step { return hang })
		}
		return calls
	}
	counts := func(all, slow int) runtime.Counts {
		return runtime.Counts{
			Successes: uint64(all / 2), Failures: uint64(all / 4), Timeouts: uint64(all / 4), Slow: uint64(slow),
		}
	}
	span, last := runtime.BreakerPolicy{Window: time.Hour}, runtime.BreakerPolicy{WindowCalls: 200}
	for name, c := range map[string]struct {
		from  runtime.BreakerPolicy
		calls []func(*wrapper)
		size  int
		want  runtime.Counts
	}{
		"more room":          {span, of(0, 4, 0), 100, counts(80, 4)},
		"as much":            {span, of(16, 0, 20), 80, counts(80, 36)},
		"few slow":           {span, of(4, 4, 0), 20, counts(20, 2)},
		"none":               {span, of(0, 0, 0), 20, counts(20, 0)},
		"more than failures": {span, of(12, 4, 20), 20, counts(20, 9)},
		"more than not":      {span, of(24, 20, 20), 20, counts(20, 16)},
		"all":                {span, of(40, 20, 20), 20, counts(20, 20)},
		"of calls":           {last, of(24, 20, 20), 100, counts(80, 64)},
		"of the last":        {last, append(of(40, 20, 20), of(24, 20, 0)...), 80, counts(80, 44)},
		"of the last of a round": {last, slices.Concat(of(40, 20, 20), of(40, 20, 20), of(4, 0, 3)),
			80, counts(80, 7)},
	} {
		bubble(t, name, func(t *testing.T) {
			c.from.Slow = 500 * time.Millisecond
			w := wrap(t, runtime.Policy{
				Breaker: c.from,
				Retry:   runtime.RetryPolicy{Off: true},
				Timeout: runtime.TimeoutPolicy{Off: true},
			})
			w.circuit.ForceClose() // nothing opens it
			for _, call := range c.calls {
				call(w)
			}
			w.apply(t, runtime.BreakerPolicy{WindowCalls: c.size})
			if got := w.circuit.Snapshot().Window; got != c.want {
				t.Errorf("it has %+v, want %+v", got, c.want)
			}
		})
	}
}
