package runtime_test

import (
	"context"
	"errors"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// until is a callee that heeds no context, and returns when the gate is closed.
func until(gate chan struct{}, s step) step {
	return func(ctx context.Context, n int) (int, error) {
		<-gate
		return s(ctx, n)
	}
}

// TestOverdueCallsOpen has ten calls a second hang in a callee that doesn't heed its context:
// none returns, and the circuit opens all the same, by the callers that come next.
func TestOverdueCallsOpen(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{}, order)
		gate := make(chan struct{})
		w.does(until(gate, giving(1)))
		begun := time.Now()
		var calls []<-chan end
		for w.circuit.State() == runtime.Closed && time.Since(begun) < time.Minute {
			calls = append(calls, w.start(background, 1))
			time.Sleep(100 * time.Millisecond)
		}
		if took := time.Since(begun); took > 2*time.Second+100*time.Millisecond {
			t.Errorf("it opened after %v", took)
		}
		s := w.circuit.Snapshot()
		made := w.calls()
		if s.Total.Timeouts < 10 || s.InFlight != made || s.Oldest != time.Since(begun) {
			t.Errorf("%d timeouts, %d of %d in flight, the oldest for %v of %v",
				s.Total.Timeouts, s.InFlight, made, s.Oldest, time.Since(begun))
		}
		if late := (*runtime.TimeoutError)(nil); !errors.As(s.LastError, &late) || late.After != time.Second {
			t.Errorf("the last error is %v", s.LastError)
		}
		close(gate)
		for _, call := range calls {
			<-call
		}
		s = w.circuit.Snapshot()
		if c := s.Total; c.Timeouts+c.Successes != uint64(made) || s.InFlight != 0 || s.Oldest != 0 {
			t.Errorf("of %d calls there are %+v, %d in flight", made, c, s.InFlight)
		}
	})
}

// TestOverdueCallCountsOnce looks at a call before its deadline, at it, and after its end.
func TestOverdueCallCountsOnce(t *testing.T) {
	for name, s := range map[string]step{"a success": giving(7), "an error": fail, "a panic": crash, "an exit": exit} {
		bubble(t, name, func(t *testing.T) {
			w := wrap(t, timeoutOnly(runtime.TimeoutPolicy{Attempt: time.Second}))
			gate := make(chan struct{})
			w.does(until(gate, s))
			call := w.start(background, 1)
			for _, at := range []struct {
				wait time.Duration
				want uint64
			}{{time.Second - 1, 0}, {1, 1}, {time.Hour, 1}} {
				time.Sleep(at.wait)
				if got := w.total(); got.Timeouts != at.want {
					t.Errorf("%v later there are %d timeouts, want %d", at.wait, got.Timeouts, at.want)
				}
			}
			close(gate)
			if e := <-call; name == "a success" && (e.n != 7 || e.err != nil) {
				t.Errorf("got %+v: nothing must be lost", e)
			}
			if got := w.total(); got != (runtime.Counts{Timeouts: 1}) {
				t.Errorf("got %+v", got)
			}
			if d := w.circuit.Snapshot().Durations; d.Timeout.Count() != 1 || d.Failure.Count()+d.Success.Count() != 0 {
				t.Errorf("got %+v", d)
			}
		})
	}
}

// TestOverdueAttemptsThatMayBeMadeGood: a call isn't over at its attempt's deadline, where another attempt may
// follow: a callee that heeds its context a moment late is no overdue one, whoever comes by meanwhile.
func TestOverdueAttemptsThatMayBeMadeGood(t *testing.T) {
	late := after(time.Second+time.Millisecond, failWith(late))
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, runtime.Policy{})
		var calls []<-chan end
		for range 8 {
			w.will(late)
			calls = append(calls, w.start(background, 1))
		}
		time.Sleep(time.Second + 500*time.Microsecond)
		w.circuit.Snapshot()
		w.call()
		for _, call := range calls {
			if e := <-call; e.err != nil {
				t.Errorf("got %+v", e)
			}
		}
		w.counted(t, runtime.Counts{Successes: 9, Retries: 8, RetriesHelped: 8})
	})
}

// TestOverdueAt has a callee hang in an attempt that began at once.
func TestOverdueAt(t *testing.T) {
	soon := runtime.RetryPolicy{Attempts: 2, Backoff: 1, MaxBackoff: 1}
	for name, c := range map[string]struct {
		policy  runtime.Policy
		before  []step
		options []option
		at      time.Duration
	}{
		"the first of several": {at: 1100 * time.Millisecond},
		"the first of several that are short": {
			policy: runtime.Policy{Timeout: runtime.TimeoutPolicy{Attempt: 20 * time.Millisecond}}, at: 30 * time.Millisecond,
		},
		"the last":        {policy: runtime.Policy{Retry: soon}, before: []step{fail}, at: time.Second},
		"the only one":    {policy: timeoutOnly(runtime.TimeoutPolicy{}), at: time.Second},
		"one that counts": {options: []option{retryFirst}, at: time.Second},
		"near the total's end": {
			policy: runtime.Policy{Timeout: runtime.TimeoutPolicy{Total: 1050 * time.Millisecond}},
			at:     1050 * time.Millisecond,
		},
	} {
		bubble(t, name, func(t *testing.T) {
			w := wrap(t, c.policy, c.options...)
			gate := make(chan struct{})
			w.will(c.before...)
			w.does(until(gate, succeed))
			call := w.start(background, 1)
			timeouts := func(want uint64) {
				t.Helper()
				if got := w.total().Timeouts; got != want {
					t.Errorf("%d timeouts, want %d", got, want)
				}
			}
			time.Sleep(c.at - time.Microsecond)
			timeouts(0)
			time.Sleep(2 * time.Microsecond) // a backoff may be one nanosecond
			timeouts(1)
			close(gate)
			<-call
		})
	}
	bubble(t, "never", func(t *testing.T) {
		w := wrap(t, runtime.Policy{Timeout: runtime.TimeoutPolicy{Attempt: math.MaxInt64}})
		gate := make(chan struct{})
		w.does(until(gate, succeed))
		call := w.start(background, 1)
		time.Sleep(100 * 365 * 24 * time.Hour)
		w.counted(t, runtime.Counts{})
		close(gate)
		<-call
	})
	bubble(t, "a probe", func(t *testing.T) {
		w := wrap(t, runtime.Policy{Breaker: runtime.BreakerPolicy{Consecutive: 1}, Retry: runtime.RetryPolicy{Attempts: 1}})
		w.run(fail)
		apply(t, w, runtime.Policy{Retry: runtime.RetryPolicy{Attempts: 3}})
		time.Sleep(5 * time.Second)
		gate := make(chan struct{})
		w.does(until(gate, succeed))
		probe := w.start(background, 1)
		time.Sleep(time.Second - 1)
		w.is(t, runtime.HalfOpen)
		time.Sleep(time.Nanosecond)
		w.circuit.Snapshot()
		w.is(t, runtime.Open)
		close(gate)
		<-probe
	})
}

// TestOverdueOfTheTotal is a call of two attempts, each within its own time.
func TestOverdueOfTheTotal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, runtime.Policy{
			Timeout: runtime.TimeoutPolicy{Attempt: time.Minute, Total: 3 * time.Second},
			Retry:   runtime.RetryPolicy{Backoff: time.Nanosecond, MaxBackoff: time.Nanosecond},
		})
		gate := make(chan struct{})
		w.will(after(2*time.Second, failWith(errBoom)))
		w.does(until(gate, giving(1)))
		call := w.start(background, 1)
		time.Sleep(3*time.Second - 1)
		if got := w.total().Timeouts; got != 0 {
			t.Errorf("%d timeouts before the total's deadline", got)
		}
		time.Sleep(time.Nanosecond)
		if got := w.total().Timeouts; got != 1 {
			t.Errorf("%d timeouts at the total's deadline", got)
		}
		if late := (*runtime.TimeoutError)(nil); !errors.As(w.circuit.Snapshot().LastError, &late) || !late.Total {
			t.Errorf("the last error is %v", w.circuit.Snapshot().LastError)
		}
		close(gate)
		<-call
	})
}

// TestNotOverdue are calls that take longer than an attempt may, but not in one.
func TestNotOverdue(t *testing.T) {
	look := func(t *testing.T, w *wrapper, call <-chan end) {
		t.Helper()
		for {
			select {
			case <-call:
				if got := w.total(); got.Timeouts != 0 {
					t.Errorf("%d timeouts", got.Timeouts)
				}
				return
			case <-time.After(time.Second):
				w.circuit.Snapshot()
			}
		}
	}
	bubble(t, "backoff", func(t *testing.T) {
		w := wrap(t, runtime.Policy{})
		w.will(failWith(after5s))
		look(t, w, w.start(background, 1))
	})
	bubble(t, "waiting for a place", func(t *testing.T) {
		w := wrap(t, runtime.Policy{
			Timeout:  runtime.TimeoutPolicy{Attempt: 2 * time.Second},
			Bulkhead: runtime.BulkheadPolicy{Limit: 1, Wait: time.Hour},
		})
		gate := make(chan struct{})
		w.will(until(gate, giving(1)))
		first := w.start(runtime.WithTimeout(background, time.Hour), 1)
		synctest.Wait()
		second := w.start(background, 1)
		time.AfterFunc(time.Minute, func() { close(gate) })
		look(t, w, second)
		<-first
	})
	bubble(t, "judging takes long", func(t *testing.T) {
		w := wrap(t, runtime.Policy{}, judgedWithResult(func(_ int, err error) runtime.Outcome {
			if err != nil {
				return runtime.Failure
			}
			time.Sleep(time.Minute)
			return runtime.Success
		}))
		look(t, w, w.start(background, 1))
	})
	bubble(t, "timeout off", func(t *testing.T) {
		w := wrap(t, retryOnly(runtime.RetryPolicy{Off: true}))
		w.does(deaf(after(time.Minute, giving(1))))
		look(t, w, w.start(background, 1))
	})
}

// TestOverdueIsJudged has directives say what a timeout is, also of results, of which there
// are none yet.
func TestOverdueIsJudged(t *testing.T) {
	for want, o := range map[runtime.Counts]runtime.Outcome{
		{Timeouts: 1}: runtime.Failure, {Ignored: 1}: runtime.Ignored, {Successes: 1}: runtime.Success,
	} {
		for name, judged := range map[string]option{
			"an error": judgedBy(outcome(o)),
			"results": judgedWithResult(func(n int, err error) runtime.Outcome {
				if n != 0 || !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("it is asked about %d and %v", n, err)
				}
				return o
			}),
			"results, with a link": func(s *setup) {
				judgedWithResult(func(int, error) runtime.Outcome { return o })(s)
				outer(onward)(s)
			},
		} {
			bubble(t, name+" "+o.String(), func(t *testing.T) {
				w := wrap(t, timeoutOnly(runtime.TimeoutPolicy{Attempt: time.Second}), judged)
				gate := make(chan struct{})
				w.does(until(gate, failWith(context.DeadlineExceeded)))
				call := w.start(background, 1)
				time.Sleep(time.Second)
				if got := w.total(); got != want {
					t.Errorf("got %+v, want %+v", got, want)
				}
				close(gate)
				<-call
			})
		}
	}
}

// TestOverdueWhoseJudgePanics: whoever comes by counts them all, and has nothing of it.
func TestOverdueWhoseJudgePanics(t *testing.T) {
	for name, look := range map[string]func(w *wrapper) end{
		"a snapshot": func(w *wrapper) (e end) {
			defer func() { e.panicked = recover() }()
			w.circuit.Snapshot()
			return e
		},
		"a call": func(w *wrapper) end { return w.do(background, 7) },
	} {
		for with, links := range map[string]option{"": func(*setup) {}, ", with a link": outer(onward)} {
			bubble(t, name+with, func(t *testing.T) {
				w := wrap(t, timeoutOnly(runtime.TimeoutPolicy{Attempt: time.Second}), links,
					judgedWithResult(func(n int, _ error) runtime.Outcome {
						if n == 0 {
							panic("no results")
						}
						return runtime.Success
					}))
				first, second := w.startBlocked(t), w.startBlocked(t)
				time.Sleep(time.Second)
				if e := look(w); e.panicked != nil || e.err != nil {
					t.Errorf("it gets %+v", e)
				}
				if got := w.total(); got.Timeouts != 2 || got.Calls() != uint64(w.calls()) {
					t.Errorf("got %+v of %d calls", got, w.calls())
				}
				first.release()
				second.release()
				if got := w.total(); got.Timeouts != 2 || got.Calls() != uint64(w.calls()) {
					t.Errorf("after their ends, got %+v of %d calls", got, w.calls())
				}
			})
		}
	}
}

// TestOverdueProbe doesn't wedge the circuit, and its late success changes nothing.
func TestOverdueProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, runtime.Policy{
			Breaker: runtime.BreakerPolicy{Consecutive: 1, OpenFor: time.Minute},
			Retry:   runtime.RetryPolicy{Off: true},
		})
		w.run(fail)
		time.Sleep(time.Minute)
		gate := make(chan struct{})
		w.will(until(gate, giving(1)))
		probe := w.start(background, 1)
		time.Sleep(time.Second)
		w.circuit.Snapshot()
		w.is(t, runtime.Open)
		close(gate)
		<-probe
		w.is(t, runtime.Open)
	})
}

// TestOverdueUnderLoad has callers, lookers and late returns meet: each call counts once.
func TestOverdueUnderLoad(t *testing.T) {
	w := wrap(t, runtime.Policy{
		Breaker: runtime.BreakerPolicy{Off: true},
		Retry:   runtime.RetryPolicy{Off: true},
		Timeout: runtime.TimeoutPolicy{Attempt: 50 * time.Microsecond},
	})
	w.does(func(_ context.Context, n int) (int, error) {
		if n%4 == 0 {
			time.Sleep(100 * time.Microsecond) // not for it to pass, but so that some are late
		}
		return n, nil
	})
	countsOnce(t, w)
}

// countsOnce holds a circuit to that, whose calls succeed, while others look at it.
func countsOnce(t *testing.T, w *wrapper) {
	t.Helper()
	stop := again(2, func() { w.circuit.Snapshot() })
	var callers sync.WaitGroup
	for range 8 {
		callers.Go(func() {
			for n := range 500 {
				w.do(background, n)
			}
		})
	}
	callers.Wait()
	stop()
	s := w.circuit.Snapshot()
	if c := s.Total; c.Successes+c.Timeouts != 4000 || s.InFlight != 0 {
		t.Errorf("got %+v, %d in flight", c, s.InFlight)
	}
}

// TestOverdueWhoseCallComesLate: where a link outside drops the context, only the method tells whose
// call it is, while others may be counting it.
func TestOverdueWhoseCallComesLate(t *testing.T) {
	const limit = 100 * time.Microsecond
	w := wrap(t, runtime.Policy{
		Breaker: runtime.BreakerPolicy{Off: true},
		Retry:   runtime.RetryPolicy{Off: true},
		Timeout: runtime.TimeoutPolicy{Attempt: limit},
	}, outer(forgetful), inner(onward))
	w.does(after(limit, succeed)) // so that it returns as it is counted
	countsOnce(t, w)
}

// TestOverdueSaysWhatItHad: whose deadline it was, the attempt's or the whole call's, and how
// long the call had been under way when it was seen.
func TestOverdueSaysWhatItHad(t *testing.T) {
	for name, c := range map[string]struct {
		policy runtime.TimeoutPolicy
		want   runtime.TimeoutError
	}{
		"the attempt's": {runtime.TimeoutPolicy{Attempt: 2 * time.Second, Total: time.Minute}, runtime.TimeoutError{After: 2 * time.Second}},
		"the total's":   {runtime.TimeoutPolicy{Attempt: time.Minute, Total: 2 * time.Second}, runtime.TimeoutError{After: 2 * time.Second, Total: true}},
	} {
		bubble(t, name, func(t *testing.T) {
			w := wrap(t, timeoutOnly(c.policy))
			gate := make(chan struct{})
			w.does(until(gate, succeed))
			time.Sleep(time.Hour) // so that the clock tells a time from a duration
			call := w.start(background, 1)
			time.Sleep(3 * time.Second)
			s := w.circuit.Snapshot()
			var late *runtime.TimeoutError
			if !errors.As(s.LastError, &late) || late.After != c.want.After || late.Total != c.want.Total {
				t.Errorf("the last error is %v", s.LastError)
			}
			if got := s.Durations.Timeout; got.Count() != 1 || got.Sum != 3*time.Second {
				t.Errorf("%d calls took %v", got.Count(), got.Sum)
			}
			close(gate)
			<-call
		})
	}
}

// TestOverdueIsOver has what was counted at its deadline return much later: that says nothing more.
func TestOverdueIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, timeoutOnly(runtime.TimeoutPolicy{Attempt: time.Second}))
		gate := make(chan struct{})
		w.does(until(gate, fail))
		call := w.start(background, 1)
		time.Sleep(time.Second)
		before := w.circuit.Snapshot()
		time.Sleep(time.Hour)
		close(gate)
		<-call
		after := w.circuit.Snapshot()
		if after.LastError != before.LastError || after.LastErrorAt != before.LastErrorAt || after.Total != before.Total {
			t.Errorf("it said %v at %v, and %v at %v", before.LastError, before.LastErrorAt, after.LastError, after.LastErrorAt)
		}
	})
}

// TestOverdueInTheOrderOfTheirDeadlines: whoever looks late sees the calls as they failed.
func TestOverdueInTheOrderOfTheirDeadlines(t *testing.T) {
	for _, limits := range [][]time.Duration{
		{time.Second, 2 * time.Second}, {2 * time.Second, time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := wrap(t, timeoutOnly(runtime.TimeoutPolicy{}))
			gate := make(chan struct{})
			w.does(until(gate, succeed))
			var calls []<-chan end
			for _, limit := range limits {
				calls = append(calls, w.start(runtime.WithTimeout(background, limit), 1))
				synctest.Wait()
			}
			time.Sleep(time.Minute)
			var last *runtime.TimeoutError
			if err := w.circuit.Snapshot().LastError; !errors.As(err, &last) || last.After != 2*time.Second {
				t.Errorf("the last of %v is %v", limits, err)
			}
			close(gate)
			for _, call := range calls {
				<-call
			}
		})
	}
}

// TestOverdueAttemptSaysItsOwnTime: what an overdue attempt had is its deadline's, whatever the
// attempts and waits before it took.
func TestOverdueAttemptSaysItsOwnTime(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{Retry: runtime.RetryPolicy{Attempts: 2}}, order)
		gate := make(chan struct{})
		w.will(after(700*time.Millisecond, fail), until(gate, giving(1)))
		call := w.start(background, 1)
		time.Sleep(2 * time.Second)
		late := (*runtime.TimeoutError)(nil)
		if err := w.circuit.Snapshot().LastError; !errors.As(err, &late) || late.After != time.Second || late.Total {
			t.Errorf("the last error is %v", err)
		}
		close(gate)
		<-call
	})
}
