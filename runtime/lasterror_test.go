package runtime_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// The last failure is the newest one's, of whatever kind; a panic has no error.
func TestLastError(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, attemptsOf(2, breakerPolicy{Consecutive: -1}), order)
		last := func(want func(error) bool) {
			t.Helper()
			s := w.circuit.Snapshot()
			if !want(s.LastError) || !s.LastErrorAt.Equal(time.Now()) {
				t.Errorf("the last error is %v, of %v ago", s.LastError, time.Since(s.LastErrorAt))
			}
		}
		time.Sleep(time.Second)
		w.will(fail, fail)
		w.call()
		last(func(err error) bool { return err == errBoom })
		time.Sleep(time.Second)
		w.will(hang, hang)
		w.call()
		last(isA[*runtime.TimeoutError])
		time.Sleep(time.Second)
		w.will(fail, crash)
		w.do(background, 1)
		last(func(err error) bool { return err == nil })
	})
}

// The latencies are those of calls that say something of the dependency.
func TestLatencyLeavesOutTheIgnored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		policy := breakerOnly(runtime.BreakerPolicy{Window: time.Hour})
		policy.Classify = classify(errNeither, runtime.Ignored)
		w := wrap(t, policy)
		w.run(after(time.Second, succeed), after(time.Minute, failWith(errNeither)), after(3*time.Second, fail))
		if got := w.circuit.Snapshot().Latency.Mean(); got != 2*time.Second {
			t.Errorf("the mean is %v, want 2s", got)
		}
	})
}
