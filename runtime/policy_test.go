package runtime_test

import (
	"errors"
	"testing"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// inForce returns the policy of a method with that directive and configuration.
func inForce(t *testing.T, directive, config runtime.Policy, options ...option) runtime.Policy {
	t.Helper()
	w := wrap(t, config, append(options, func(s *setup) { s.spec.Directive = &directive })...)
	return w.circuit.Snapshot().Policy
}

// isPolicy compares what can be compared: all but the functions.
func isPolicy(t *testing.T, name string, got, want runtime.Policy) {
	t.Helper()
	got.Retry.On, want.Retry.On = nil, nil
	if got.Breaker != want.Breaker {
		t.Errorf("%s: the breaker is %+v, want %+v", name, got.Breaker, want.Breaker)
	}
	if g, w := got.Retry, want.Retry; g.Attempts != w.Attempts || g.Backoff != w.Backoff ||
		g.MaxBackoff != w.MaxBackoff || g.Off != w.Off {
		t.Errorf("%s: the retry is %+v, want %+v", name, g, w)
	}
	if got.Timeout != want.Timeout {
		t.Errorf("%s: the timeout is %+v, want %+v", name, got.Timeout, want.Timeout)
	}
	if got.Bulkhead != want.Bulkhead {
		t.Errorf("%s: the bulkhead is %+v, want %+v", name, got.Bulkhead, want.Bulkhead)
	}
}

// defaults are what a zero takes.
func defaults() runtime.Policy {
	return runtime.Policy{
		Breaker: breakerPolicy{
			FailureRate: 0.5, MinCalls: 20, Window: 10 * time.Second, OpenFor: 5 * time.Second, MaxOpenFor: 5 * time.Second,
			Probes: 1, Consecutive: 10, SlowRate: 0.5,
		},
		Retry: retryPolicy{
			Attempts: 3, Backoff: 50 * time.Millisecond, MaxBackoff: time.Second,
		},
		Timeout: timeoutPolicy{Attempt: time.Second},
	}
}

func TestPolicyDefaults(t *testing.T) {
	none := runtime.Policy{}
	isPolicy(t, "nothing set", inForce(t, none, none), defaults())
	for name, c := range map[string]struct{ set, want func(*runtime.Policy) }{
		"a window of few calls": {
			func(p *runtime.Policy) { p.Breaker.WindowCalls = 5 },
			func(p *runtime.Policy) { p.Breaker.Window, p.Breaker.MinCalls = 0, 5 },
		},
		"a longest backoff a little over the first": {
			func(p *runtime.Policy) { p.Retry.MaxBackoff = 75 * time.Millisecond },
			func(*runtime.Policy) {},
		},
		"a window of many": {
			func(p *runtime.Policy) { p.Breaker.WindowCalls = 500 },
			func(p *runtime.Policy) { p.Breaker.Window = 0 },
		},
		"more calls than the window has": {
			func(p *runtime.Policy) { p.Breaker.WindowCalls, p.Breaker.MinCalls = 5, 9 },
			func(p *runtime.Policy) { p.Breaker.Window, p.Breaker.MinCalls = 0, 5 },
		},
		"a long backoff": {
			func(p *runtime.Policy) { p.Retry.Backoff = time.Minute },
			func(p *runtime.Policy) { p.Retry.MaxBackoff = time.Minute },
		},
		"a short longest backoff": {
			func(p *runtime.Policy) { p.Retry.MaxBackoff = 1 },
			func(p *runtime.Policy) { p.Retry.Backoff = 1 },
		},
		"never in a row": {
			func(p *runtime.Policy) { p.Breaker.Consecutive = -1 }, func(*runtime.Policy) {},
		},
	} {
		var set runtime.Policy
		c.set(&set)
		want := defaults()
		c.set(&want)
		c.want(&want)
		isPolicy(t, name, inForce(t, set, none), want)
		isPolicy(t, name+", configured", inForce(t, none, set), want)
	}
}

// other is a policy that has nothing in common with the defaults, n times over.
func other(n int) runtime.Policy {
	d := time.Duration(n)
	return runtime.Policy{
		Breaker: breakerPolicy{
			FailureRate: 0.1 * float64(n), MinCalls: n, Window: d * time.Hour,
			OpenFor: d * time.Minute, MaxOpenFor: d * time.Minute, Probes: 1 + n, Consecutive: 20 + n,
			Slow: d * time.Second, SlowRate: 0.2 * float64(n),
		},
		Retry:    retryPolicy{Attempts: 10 + n, Backoff: d, MaxBackoff: d * time.Minute},
		Timeout:  timeoutPolicy{Attempt: d * time.Minute, Total: d * time.Hour, Detach: true},
		Bulkhead: bulkheadPolicy{Limit: n, Wait: d * time.Second},
	}
}

func TestPolicyOfTheConfigurationWins(t *testing.T) {
	none := runtime.Policy{}
	isPolicy(t, "over a directive", inForce(t, other(1), other(2)), other(2))
	isPolicy(t, "where it says nothing", inForce(t, other(1), none), other(1))

	want := other(1)
	want.Breaker.Probes, want.Retry.Attempts, want.Timeout.Total, want.Bulkhead.Limit = 9, 9, 9, 9
	isPolicy(t, "field by field", inForce(t, other(1), runtime.Policy{
		Breaker: breakerPolicy{Probes: 9}, Retry: retryPolicy{Attempts: 9},
		Timeout: timeoutPolicy{Total: 9}, Bulkhead: bulkheadPolicy{Limit: 9},
	}), want)

	want = other(1)
	want.Breaker.Window, want.Breaker.WindowCalls = 0, 7
	isPolicy(t, "a window of calls over one of time",
		inForce(t, other(1), runtime.Policy{Breaker: breakerPolicy{WindowCalls: 7}}), want)
	calls := other(1)
	calls.Breaker.Window, calls.Breaker.WindowCalls = 0, 7
	want = other(1)
	want.Breaker.Window = 3
	isPolicy(t, "and the other way round",
		inForce(t, calls, runtime.Policy{Breaker: breakerPolicy{Window: 3}}), want)
}

func TestPolicyOff(t *testing.T) {
	off := runtime.Policy{
		Breaker: breakerPolicy{Off: true},
		Retry:   retryPolicy{Off: true},
		Timeout: timeoutPolicy{Off: true},
	}
	isOff := func(name string, got runtime.Policy, want bool) {
		t.Helper()
		if got.Breaker.Off != want || got.Retry.Off != want || got.Timeout.Off != want {
			t.Errorf("%s: breaker off %v, retry off %v, timeout off %v", name,
				got.Breaker.Off, got.Retry.Off, got.Timeout.Off)
		}
	}
	isOff("by default", inForce(t, runtime.Policy{}, runtime.Policy{}), false)
	isOff("by a directive", inForce(t, off, runtime.Policy{}), true)
	isOff("by the configuration", inForce(t, other(1), off), true)
	for name, on := range map[string]runtime.Policy{
		"on again": {
			Breaker: breakerPolicy{Probes: 2},
			Retry:   retryPolicy{Attempts: 2},
			Timeout: timeoutPolicy{Total: 2},
		},
		"on again by others": {
			Breaker: breakerPolicy{Slow: 2},
			Retry:   retryPolicy{On: func(error) bool { return true }},
			Timeout: timeoutPolicy{Detach: true},
		},
	} {
		isOff(name, inForce(t, off, on), false)
	}
}

// The functions can't be seen in a snapshot, but asked.
func TestPolicyFunctionsOfTheConfigurationWin(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		on := func(of error) func(error) bool {
			return func(err error) bool { return errors.Is(err, of) }
		}
		directive := func(s *setup) {
			s.spec.Directive = &runtime.Policy{
				Retry:    retryPolicy{Backoff: 1, On: on(errNeither)},
				Classify: outcome(runtime.Ignored),
			}
		}
		w := wrap(t, runtime.Policy{}, order, directive)
		if w.run(fail); w.total() != one(ignored) {
			t.Errorf("the directive's: counted %+v", w.total())
		}
		w = wrap(t, runtime.Policy{
			Retry: retryPolicy{On: on(errBoom)}, Classify: outcome(runtime.Failure),
		}, order, directive)
		w.does(fail)
		if w.call(); w.calls() != 3 {
			t.Errorf("the configuration's: %d calls", w.calls())
		}
		w = wrap(t, runtime.Policy{
			Retry: retryPolicy{Attempts: 9}, Classify: outcome(runtime.Failure),
		}, order, directive)
		w.will(failWith(errNeither), fail)
		if w.call(); w.calls() != 2 {
			t.Errorf("the directive's, as the configuration says nothing of it: %d calls", w.calls())
		}
	})
}

// Whatever a constructor takes, Apply can be told about anything else.
func TestPolicyThatIsPossibleStaysSo(t *testing.T) {
	for _, p := range []runtime.Policy{
		{}, other(1), {Retry: retryPolicy{MaxBackoff: 1}}, {Retry: retryPolicy{Backoff: time.Hour}},
		{Breaker: breakerPolicy{WindowCalls: 3}},
		{Breaker: breakerPolicy{WindowCalls: 3, MinCalls: 9}}, {Breaker: breakerPolicy{WindowCalls: 1_000_000}},
	} {
		w := wrap(t, p)
		apply(t, w, runtime.Policy{Bulkhead: bulkheadPolicy{Limit: 3}})
		if got := w.circuit.Snapshot().Policy.Bulkhead.Limit; got != 3 {
			t.Errorf("the limit is %d", got)
		}
	}
}
