package runtime_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// apply changes the breaker's policy.
func (w *wrapper) apply(t testing.TB, b runtime.BreakerPolicy) {
	t.Helper()
	if err := w.registry.Apply("Echo.Do", runtime.Policy{Breaker: b}); err != nil {
		t.Fatal(err)
	}
}

func TestApplyKeepsWhatIsZero(t *testing.T) {
	classified := classify(errNeither, runtime.Ignored)
	w := wrap(t, runtime.Policy{
		Breaker:  runtime.BreakerPolicy{FailureRate: 0.1, MinCalls: 7, OpenFor: time.Minute},
		Retry:    runtime.RetryPolicy{Attempts: 4, Backoff: time.Millisecond},
		Timeout:  runtime.TimeoutPolicy{Attempt: time.Minute},
		Bulkhead: runtime.BulkheadPolicy{Limit: 8},
		Classify: classified,
	})
	want := w.circuit.Snapshot().Policy
	apply := func(p runtime.Policy) {
		t.Helper()
		if err := w.registry.Apply("Echo.Do", p); err != nil {
			t.Fatal(err)
		}
		got := w.circuit.Snapshot().Policy
		if got.Breaker != want.Breaker || got.Timeout != want.Timeout || got.Bulkhead != want.Bulkhead ||
			got.Retry.Attempts != want.Retry.Attempts || got.Retry.Backoff != want.Retry.Backoff ||
			got.Retry.Off != want.Retry.Off || got.Classify == nil {
			t.Errorf("got %+v\nwant %+v", got, want)
		}
	}
	apply(runtime.Policy{})
	want.Breaker.FailureRate = 0.2
	apply(runtime.Policy{Breaker: runtime.BreakerPolicy{FailureRate: 0.2}})
	want.Retry.Attempts = 2
	apply(runtime.Policy{Retry: runtime.RetryPolicy{Attempts: 2}})
	want.Breaker.Off, want.Retry.Off = true, true
	apply(runtime.Policy{
		Breaker: runtime.BreakerPolicy{Off: true}, Retry: runtime.RetryPolicy{Off: true},
	})
	want.Timeout.Attempt = time.Second
	apply(runtime.Policy{Timeout: runtime.TimeoutPolicy{Attempt: time.Second}})
	want.Breaker.Off, want.Breaker.MinCalls = false, 9
	apply(runtime.Policy{Breaker: runtime.BreakerPolicy{MinCalls: 9}})
	want.Retry.Off = false
	apply(runtime.Policy{Retry: runtime.RetryPolicy{Attempts: 2}})
}

// A call goes on as it began: one without a breaker is retried, though others have opened meanwhile
// what Apply has turned on.
func TestApplyTurnsTheBreakerOnDuringACall(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{Breaker: runtime.BreakerPolicy{Off: true}, Timeout: runtime.TimeoutPolicy{Off: true}}, order)
		held := w.startBlocked(t)
		w.apply(t, runtime.BreakerPolicy{Consecutive: 1})
		w.does(fail)
		w.call()
		w.does(succeed)
		w.is(t, runtime.Open)
		made := w.calls()
		if e := held.end(errBoom); e.err != nil || w.calls() != made+1 {
			t.Errorf("got %v after %d attempts more", e.err, w.calls()-made)
		}
	})
}

func TestApplyRefuses(t *testing.T) {
	w := wrap(t, runtime.Policy{Retry: runtime.RetryPolicy{Backoff: time.Second}})
	before := w.circuit.Snapshot().Policy
	for _, c := range []struct {
		circuit string
		policy  runtime.Policy
		want    []string
	}{
		{"nobody", runtime.Policy{}, []string{`"nobody"`}},
		{"Echo.Do", runtime.Policy{Breaker: runtime.BreakerPolicy{FailureRate: 1.5, Probes: 3}},
			[]string{"Policy.Breaker.FailureRate", "1.5"}},
		{"Echo.Do", runtime.Policy{
			Breaker: runtime.BreakerPolicy{Probes: 3}, Timeout: runtime.TimeoutPolicy{Total: -1},
		}, []string{"Policy.Timeout.Total"}},
		{"Echo.Do", runtime.Policy{Breaker: runtime.BreakerPolicy{Window: time.Second, WindowCalls: 9}},
			[]string{"Policy.Breaker.WindowCalls", "9"}},
		{"Echo.Do", runtime.Policy{Retry: runtime.RetryPolicy{MaxBackoff: time.Millisecond}},
			[]string{"Policy.Retry.Backoff", "1s"}}, // with what is in force
	} {
		wantError(t, w.registry.Apply(c.circuit, c.policy), c.want...)
	}
	after := w.circuit.Snapshot().Policy
	if after.Breaker != before.Breaker || after.Timeout != before.Timeout ||
		after.Retry.MaxBackoff != before.Retry.MaxBackoff {
		t.Errorf("an error has left\n%+v, not\n%+v", after, before)
	}
}

func TestApplyOff(t *testing.T) {
	for _, c := range []struct {
		name    string
		prepare func(w *wrapper)
		events  []string
	}{
		{"closed", func(w *wrapper) { w.run(succeed) }, nil},
		{"open", func(w *wrapper) { w.run(fail, fail) }, []string{"closed>open", "open>closed"}},
		{"half-open", func(w *wrapper) {
			w.run(fail, fail)
			time.Sleep(5 * time.Second)
			w.run(failWith(errNeither))
		}, []string{"closed>open", "open>half-open", "half-open>closed"}},
	} {
		bubble(t, c.name, func(t *testing.T) {
			policy := breakerOnly(runtime.BreakerPolicy{Consecutive: 2, MinCalls: 1000})
			policy.Classify = classify(errNeither, runtime.Ignored)
			w := wrap(t, policy)
			events := record(w.registry)
			c.prepare(w)
			early := []*blocked{nil, nil}
			if c.name == "closed" {
				early[0], early[1] = w.startBlocked(t), w.startBlocked(t)
			}
			w.apply(t, runtime.BreakerPolicy{Off: true})
			w.is(t, runtime.Closed) // as the next calls go through
			if got := w.circuit.Snapshot().Window.Successes; c.name == "closed" && got != 1 {
				t.Errorf("the window holds %d successes, want 1", got)
			}
			for _, call := range early {
				if call != nil {
					call.end(errBoom) // by the policy that they began with, it would open
				}
			}
			made := w.calls()
			w.run(times(100, fail)...)
			w.is(t, runtime.Closed)
			if w.calls() != made+100 {
				t.Errorf("%d calls went through, want 100", w.calls()-made)
			}
			if got := changes(*events); !slices.Equal(got, c.events) {
				t.Errorf("got events %v, want %v", got, c.events)
			}
			w.apply(t, runtime.BreakerPolicy{Consecutive: 2})
			w.run(fail)
			w.is(t, runtime.Closed)
			w.run(fail)
			w.is(t, runtime.Open)
		})
	}
	bubble(t, "a forced state stays", func(t *testing.T) {
		w := wrap(t, runtime.Policy{})
		w.circuit.ForceOpen()
		w.apply(t, runtime.BreakerPolicy{Off: true})
		if !isOpen(w.call()) {
			t.Error("a call went through")
		}
	})
}

// A call reads its policy once, at its start.
func TestApplyHoldsForCallsThatBeginAfterIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 1}))
		early := w.startBlocked(t)
		w.apply(t, runtime.BreakerPolicy{Consecutive: 5})
		w.run(fail)
		w.is(t, runtime.Closed)
		early.end(errBoom)
		w.is(t, runtime.Open)
	})
}

func TestApplyUnderLoad(t *testing.T) {
	w := wrap(t, breakerOnly(runtime.BreakerPolicy{
		Consecutive: -1, MinCalls: 1 << 30, FailureRate: 1,
	}))
	w.does(func(_ context.Context, n int) (int, error) {
		if n%2 == 0 {
			return 0, errBoom
		}
		return n, nil
	})
	done := make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			default:
			}
			w.apply(t, [...]runtime.BreakerPolicy{
				{Window: time.Second}, {WindowCalls: 5000}, {Window: time.Minute}, {WindowCalls: 9000},
				{Off: true}, {MinCalls: 1 << 29},
			}[i%6])
			w.circuit.Snapshot()
		}
	})
	flap(w, 8, 2000)
	close(done)
	all.Wait()
	if got := w.circuit.Snapshot().Total; got.Calls() != 16000 || got.Failures != 8000 {
		t.Errorf("counted %+v, want 8000 failures of 16000", got)
	}
}
