package runtime_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

func TestSnapshotFromTheFirstMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		w := wrap(t, runtime.Policy{Bulkhead: runtime.BulkheadPolicy{Limit: 4}})
		time.Sleep(time.Hour)
		got := w.circuit.Snapshot()
		if got.Circuit != "Echo.Do" || got.State != runtime.Closed || got.Forced || got.InFlight != 0 {
			t.Errorf("got %+v", got)
		}
		if got.Window != (runtime.Counts{}) || got.Total != (runtime.Counts{}) {
			t.Errorf("counted %+v and %+v, want zeros", got.Window, got.Total)
		}
		if got.Durations != (runtime.Durations{}) || got.Latency.Percentile(99) != 0 ||
			got.Latency.Mean() != 0 {
			t.Errorf("durations %+v, latency %v", got.Durations, got.Latency.Percentile(99))
		}
		if !got.Since.Equal(begin) || got.WindowSpan != 10*time.Second {
			t.Errorf("since %v, a window of %v", got.Since, got.WindowSpan)
		}
		p := got.Policy
		if p.Breaker.MinCalls != 20 || p.Retry.Attempts != 3 || p.Timeout.Attempt != time.Second ||
			p.Bulkhead.Limit != 4 {
			t.Errorf("policy %+v", p)
		}
	})
}

func TestSnapshotInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{}))
		var calls []*blocked
		for range 5 {
			calls = append(calls, w.startBlocked(t))
		}
		for i, call := range calls {
			if got := w.circuit.Snapshot(); got.InFlight != 5-i || got.Total.Calls() != uint64(i) {
				t.Errorf("%d in flight, %d ended; want %d and %d", got.InFlight, got.Total.Calls(), 5-i, i)
			}
			call.release()
		}
		w.run(crash, exit, fail)
		w.circuit.ForceOpen()
		w.call()
		if got := w.circuit.Snapshot().InFlight; got != 0 {
			t.Errorf("%d in flight at the end", got)
		}
	})
}

func TestSnapshotSince(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 1}))
		since := func(want time.Time) {
			t.Helper()
			if got := w.circuit.Snapshot().Since; !got.Equal(want) {
				t.Errorf("since %v, want %v", got, want)
			}
		}
		time.Sleep(time.Minute)
		w.run(fail)
		opened := time.Now()
		since(opened)
		time.Sleep(time.Second)
		w.circuit.ForceOpen() // it is open already
		since(opened)
		w.circuit.Reset()
		since(time.Now())
	})
}

// Each call is in exactly one counter.
func TestEachCallIsInOneCounter(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	for _, c := range []struct {
		name string
		ctx  context.Context
		step step
		want runtime.Counts
	}{
		{"success", nil, succeed, runtime.Counts{Successes: 1}},
		{"failure", nil, fail, runtime.Counts{Failures: 1}},
		{"success by classification", nil, failWith(errAnswer), runtime.Counts{Successes: 1}},
		{"ignored", nil, failWith(errNeither), runtime.Counts{Ignored: 1}},
		{"panic", nil, crash, runtime.Counts{Failures: 1}},
		{"Goexit", nil, exit, runtime.Counts{Failures: 1}},
		{"timeout", nil, hang, runtime.Counts{Timeouts: 1}},
		{"late success", nil, after(2*time.Second, succeed), runtime.Counts{Timeouts: 1}},
		{"slow", nil, after(time.Second/2, succeed), runtime.Counts{Successes: 1, Slow: 1}},
		{"cancelled", ctx, func(context.Context, int) (int, error) { cancel(); return 0, errBoom },
			runtime.Counts{Ignored: 1}},
	} {
		bubble(t, c.name, func(t *testing.T) {
			policy := runtime.Policy{
				Breaker: runtime.BreakerPolicy{Slow: time.Second / 2},
				Retry:   runtime.RetryPolicy{Off: true},
				Classify: func(err error) runtime.Outcome {
					switch err {
					case errNeither:
						return runtime.Ignored
					case errAnswer:
						return runtime.Success
					}
					return runtime.Failure
				},
			}
			w := wrap(t, policy)
			w.will(c.step)
			caller := c.ctx
			if caller == nil {
				caller = context.Background()
			}
			w.do(caller, 1)
			got := w.circuit.Snapshot()
			if c.want.Timeouts > 0 {
				c.want.Slow = 1 // a timeout takes longer than that
			}
			if got.Total != c.want || got.Window != c.want {
				t.Errorf("in total %+v\nin the window %+v\nwant %+v", got.Total, got.Window, c.want)
			}
		})
	}
	bubble(t, "turned away", func(t *testing.T) {
		policy := breakerOnly(runtime.BreakerPolicy{})
		policy.Bulkhead = runtime.BulkheadPolicy{Limit: 1}
		w := wrap(t, policy)
		held := w.startBlocked(t)
		w.call()
		held.release()
		w.circuit.ForceOpen()
		w.call()
		w.call()
		want := runtime.Counts{Successes: 1, Full: 1, Rejections: 2, Opened: 1}
		if got := w.circuit.Snapshot().Total; got != want || got.Calls() != 4 {
			t.Errorf("in total %+v, want %+v", got, want)
		}
	})
}

// What a snapshot holds agrees, also under load.
func TestSnapshotUnderLoad(t *testing.T) {
	w := wrap(t, runtime.Policy{
		Breaker: runtime.BreakerPolicy{Consecutive: -1, FailureRate: 1},
		Retry:   runtime.RetryPolicy{Off: true},
		Timeout: runtime.TimeoutPolicy{Attempt: time.Hour}, // which no machine is too busy for
	})
	w.does(func(_ context.Context, n int) (int, error) {
		if n%3 == 0 {
			return 0, errBoom
		}
		return n, nil
	})
	const goroutines, calls = 16, 3000
	done := make(chan struct{})
	var looking sync.WaitGroup
	looking.Go(func() {
		var before runtime.Counts
		for {
			got := w.circuit.Snapshot()
			checkDurations(t, got)
			if got.Total.Successes < before.Successes || got.Total.Failures < before.Failures {
				t.Errorf("the totals go back, from %+v to %+v", before, got.Total)
			}
			if got.InFlight < 0 {
				t.Errorf("%d in flight", got.InFlight)
			}
			before = got.Total
			select {
			case <-done:
				return
			default:
			}
		}
	})
	flap(w, goroutines, calls)
	close(done)
	looking.Wait()
	got := w.circuit.Snapshot()
	if got.Total.Calls() != goroutines*calls || got.InFlight != 0 {
		t.Errorf("%d calls counted, %d in flight; want %d",
			got.Total.Calls(), got.InFlight, goroutines*calls)
	}
	if got.Total.Successes != goroutines*calls*2/3 {
		t.Errorf("%d successes, want %d: %+v", got.Total.Successes, goroutines*calls*2/3, got.Total)
	}
}

// checkDurations checks that each call that was made and judged has its duration.
func checkDurations(t *testing.T, s runtime.Snapshot) {
	t.Helper()
	d := s.Durations
	if d.Success.Count() != s.Total.Successes || d.Failure.Count() != s.Total.Failures ||
		d.Timeout.Count() != s.Total.Timeouts || d.FallbackSuccess.Count() != s.Total.Fallbacks ||
		d.FallbackFailure.Count() != s.Total.FallbackFailures {
		t.Errorf("durations of %d, %d, %d, %d, %d calls; counted are %+v", d.Success.Count(),
			d.Failure.Count(), d.Timeout.Count(), d.FallbackSuccess.Count(),
			d.FallbackFailure.Count(), s.Total)
	}
}

// There are never more calls in flight than callers, whenever somebody looks.
func TestSnapshotInFlightUnderLoad(t *testing.T) {
	w := wrap(t, breakerOnly(runtime.BreakerPolicy{}))
	defer again(2, func() { w.call() })()
	for range 20000 {
		if got := w.circuit.Snapshot().InFlight; got < 0 || got > 2 {
			t.Errorf("%d in flight of two callers", got)
			break
		}
	}
}
