package runtime_test

import (
	"context"
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// opened returns a wrapper whose circuit is open, with its first probe due.
func opened(t *testing.T, b runtime.BreakerPolicy, options ...option) *wrapper {
	t.Helper()
	b.Consecutive = 1
	w := wrap(t, breakerOnly(b), options...)
	w.run(fail)
	w.is(t, runtime.Open)
	time.Sleep(5 * time.Second)
	return w
}

func isOpen(err error) bool { return errors.As(err, new(*runtime.OpenError)) }

func TestHalfOpenAdmitsProbes(t *testing.T) {
	for _, probes := range []int{1, 3} {
		bubble(t, "200 callers at the edge", func(t *testing.T) {
			w := opened(t, runtime.BreakerPolicy{Probes: probes})
			before, gate := w.calls(), make(chan struct{})
			w.does(func(context.Context, int) (int, error) { <-gate; return 0, nil })
			var ends []<-chan end
			for range 200 {
				ends = append(ends, w.start(context.Background(), 1))
			}
			synctest.Wait()
			if got := w.calls() - before; got != probes {
				t.Errorf("%d admitted, want %d", got, probes)
			}
			w.is(t, runtime.HalfOpen)
			close(gate)
			rejected := 0
			for _, done := range ends {
				if e := <-done; isOpen(e.err) {
					rejected++
				} else if e.err != nil {
					t.Error(e.err)
				}
			}
			if rejected != 200-probes {
				t.Errorf("%d rejected, want %d", rejected, 200-probes)
			}
			w.is(t, runtime.Closed)
		})
		bubble(t, "closes after that many successes", func(t *testing.T) {
			w := opened(t, runtime.BreakerPolicy{Probes: probes})
			w.run(times(probes-1, succeed)...)
			if probes > 1 {
				w.is(t, runtime.HalfOpen)
			}
			w.run(succeed)
			w.is(t, runtime.Closed)
		})
	}
	bubble(t, "says open until a first probe is let in", func(t *testing.T) {
		w := opened(t, runtime.BreakerPolicy{})
		time.Sleep(time.Hour)
		w.is(t, runtime.Open)
		if got := w.circuit.Snapshot().State; got != runtime.Open {
			t.Errorf("the snapshot says %v", got)
		}
	})
	bubble(t, "never, with an open time without end", func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 1, OpenFor: math.MaxInt64}))
		time.Sleep(time.Hour)
		w.run(fail)
		time.Sleep(100 * 365 * 24 * time.Hour)
		if err := w.call(); !isOpen(err) {
			t.Errorf("got %v, want a rejection", err)
		}
	})
	bubble(t, "not before its time", func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 1, OpenFor: time.Minute}))
		w.run(fail)
		time.Sleep(time.Minute - 1)
		if err := w.call(); !isOpen(err) {
			t.Errorf("got %v, want a rejection", err)
		}
		time.Sleep(time.Nanosecond)
		if err := w.call(); err != nil {
			t.Error(err)
		}
	})
}

func TestHalfOpenReopens(t *testing.T) {
	for name, s := range map[string]step{
		"failure": fail,
		"panic":   crash,
		"Goexit":  exit,
		"slow":    after(time.Second, succeed),
	} {
		for _, successes := range []int{0, 2} {
			bubble(t, name, func(t *testing.T) {
				w := opened(t, runtime.BreakerPolicy{Probes: 3, Slow: time.Second})
				w.run(times(successes, succeed)...)
				w.run(s)
				w.is(t, runtime.Open)
				if err := w.call(); !isOpen(err) {
					t.Errorf("got %v, want a rejection", err)
				}
				time.Sleep(5 * time.Second) // a new opening, of the same length
				w.run(succeed, succeed)
				w.is(t, runtime.HalfOpen) // counted from nought
				w.run(succeed)
				w.is(t, runtime.Closed)
			})
		}
	}
	bubble(t, "timeout", func(t *testing.T) {
		w := wrap(t, runtime.Policy{Breaker: runtime.BreakerPolicy{Consecutive: 1}})
		w.does(hang)
		w.call()
		time.Sleep(5 * time.Second)
		made := w.calls()
		w.call()
		w.is(t, runtime.Open)
		if got := w.calls() - made; got != 1 {
			t.Errorf("a probe made %d attempts, want 1", got)
		}
	})
}

// What says nothing of the dependency gives the permit back.
func TestHalfOpenPermitComesBack(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancelling := func(context.Context, int) (int, error) { cancel(); return 0, ctx.Err() }
	for _, c := range []struct {
		name string
		ctx  context.Context
		step step
	}{
		{"cancelled", ctx, cancelling},
		{"ignored", context.Background(), failWith(errNeither)},
	} {
		bubble(t, c.name, func(t *testing.T) {
			policy := breakerOnly(runtime.BreakerPolicy{Consecutive: 1})
			policy.Classify = classify(errNeither, runtime.Ignored)
			w := wrap(t, policy)
			w.run(fail)
			time.Sleep(5 * time.Second)
			w.will(c.step)
			w.do(c.ctx, 1)
			w.is(t, runtime.HalfOpen)
			if err := w.call(); err != nil {
				t.Errorf("the next probe: %v", err)
			}
			w.is(t, runtime.Closed)
		})
	}
	bubble(t, "full bulkhead", func(t *testing.T) {
		policy := breakerOnly(runtime.BreakerPolicy{Consecutive: 1, Probes: 2})
		policy.Bulkhead = runtime.BulkheadPolicy{Limit: 1}
		w := wrap(t, policy)
		w.run(fail)
		time.Sleep(5 * time.Second)
		first := w.startBlocked(t)
		for range 3 { // without its permit back, the second call would be rejected
			if err := w.call(); !errors.As(err, new(*runtime.FullError)) {
				t.Errorf("got %v, want full", err)
			}
		}
		w.is(t, runtime.HalfOpen)
		first.release()
		w.run(succeed)
		w.is(t, runtime.Closed)
	})
}

// A probe that hangs loses its permit, and its end counts all the same, while the circuit is half-open.
func TestHalfOpenHungProbe(t *testing.T) {
	for name, late := range map[string]struct {
		err    error
		is, by runtime.State // after it, and after the success of the one that took its place
	}{
		"late success": {nil, runtime.Closed, runtime.Closed},
		"late failure": {errBoom, runtime.Open, runtime.Open},
		"late nothing": {errNeither, runtime.HalfOpen, runtime.Closed},
	} {
		bubble(t, name, func(t *testing.T) {
			w := opened(t, runtime.BreakerPolicy{}, judgedBy(classify(errNeither, runtime.Ignored)))
			hung := w.startBlocked(t)
			time.Sleep(5*time.Second - 1)
			if err := w.call(); !isOpen(err) {
				t.Errorf("got %v, want a rejection", err)
			}
			time.Sleep(time.Nanosecond)
			second := w.startBlocked(t) // the permit has lapsed
			hung.end(late.err)
			w.is(t, late.is)
			second.release()
			w.is(t, late.by)
			if got := w.circuit.Snapshot().Total.Calls(); got != 4 {
				t.Errorf("%d calls counted, want 4", got)
			}
		})
	}
}

// A dependency that takes longer than the open time closes its circuit once it is well, and while it
// isn't, has it open for longer and longer.
func TestHalfOpenLongProbes(t *testing.T) {
	traffic := func(w *wrapper, s step) {
		w.does(s)
		for range 6000 { // ten minutes of it
			w.start(background, 1)
			time.Sleep(100 * time.Millisecond)
		}
	}
	policy := func(attempt time.Duration) runtime.Policy {
		return runtime.Policy{
			Breaker: runtime.BreakerPolicy{Consecutive: 1, MaxOpenFor: time.Hour},
			Retry:   runtime.RetryPolicy{Off: true},
			Timeout: runtime.TimeoutPolicy{Attempt: attempt},
		}
	}
	bubble(t, "well", func(t *testing.T) {
		w := wrap(t, policy(time.Minute))
		w.run(fail)
		traffic(w, after(8*time.Second, succeed))
		w.is(t, runtime.Closed)
		time.Sleep(time.Minute)
	})
	bubble(t, "not well", func(t *testing.T) {
		w := wrap(t, policy(6*time.Second))
		w.run(fail)
		before := w.calls()
		traffic(w, hang)
		if got := w.calls() - before; got > 14 {
			t.Errorf("%d probes in ten minutes: the open time doesn't double", got)
		}
		time.Sleep(time.Minute)
	})
}

func TestProbeIsNotRetried(t *testing.T) {
	for name, options := range map[string][]option{
		"breaker first": nil, "retry first": {retryFirst},
	} {
		bubble(t, name, func(t *testing.T) {
			w := wrap(t, runtime.Policy{Breaker: runtime.BreakerPolicy{Consecutive: 1}}, options...)
			w.does(fail)
			w.call()
			time.Sleep(5 * time.Second)
			made := w.calls()
			w.call()
			if got := w.calls() - made; got != 1 {
				t.Errorf("a probe made %d attempts, want 1", got)
			}
			w.is(t, runtime.Open)
		})
	}
}

// A listener that panics is its caller's to see, and no failure of the dependency's: the
// next call is the probe.
func TestListenerThatPanicsWedgesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 1}))
		w.run(fail)
		w.registry.Subscribe(func(e runtime.Event) {
			if e.To == runtime.HalfOpen {
				panic("listener")
			}
		})
		time.Sleep(5 * time.Second)
		if e := w.do(background, 1); e.panicked != "listener" || w.calls() != 1 {
			t.Errorf("got %+v after %d calls", e, w.calls())
		}
		w.is(t, runtime.HalfOpen)
		if e := w.do(background, 1); e.err != nil || e.panicked != nil {
			t.Errorf("got %+v", e)
		}
		w.is(t, runtime.Closed)
	})
}
