package runtime_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// TestRetryNever is about ends that no policy has made again: On always says yes.
func TestRetryNever(t *testing.T) {
	always := runtime.Policy{
		Retry: runtime.RetryPolicy{Attempts: 5, On: func(error) bool { return true }},
	}
	cases := map[string]struct {
		options []option
		prepare func(t *testing.T, w *wrapper)
		does    step
		calls   int
	}{
		"a success":               {does: succeed, calls: 1},
		"an ignored outcome":      {options: says(runtime.Ignored), does: fail, calls: 1},
		"an answer":               {options: says(runtime.Success), does: fail, calls: 1},
		"a panic":                 {does: crash, calls: 1},
		"a Goexit":                {does: exit, calls: 1},
		"a timeout with a result": {does: after(2*time.Second, succeed), calls: 1},
		"an open circuit": {does: fail, prepare: func(_ *testing.T, w *wrapper) {
			w.circuit.ForceOpen()
		}},
		"a full bulkhead": {does: hang, calls: 1, prepare: func(t *testing.T, w *wrapper) {
			apply(t, w, runtime.Policy{
				Bulkhead: runtime.BulkheadPolicy{Limit: 1},
				Timeout:  runtime.TimeoutPolicy{Attempt: time.Hour},
			})
			ctx, cancel := context.WithCancel(background)
			t.Cleanup(cancel)
			w.start(ctx, 1)
			synctest.Wait()
		}},
		"a probe": {does: fail, calls: 1, prepare: func(t *testing.T, w *wrapper) {
			becomesOpen(t, w)
			time.Sleep(5 * time.Second)
		}},
		"a probe, and then it closes": {calls: 1, prepare: func(t *testing.T, w *wrapper) {
			becomesOpen(t, w)
			time.Sleep(5 * time.Second)
			w.does(func(context.Context, int) (int, error) { w.circuit.Reset(); return 0, errBoom })
		}},
		"what On doesn't want": {does: fail, calls: 1, options: []option{func(s *setup) {
			s.spec.Config.Retry.On = func(err error) bool { return !errors.Is(err, errBoom) }
		}}},
		"results without an error that On can't judge": {does: succeed, calls: 1, options: []option{
			judgedWithResult(func(int, error) runtime.Outcome { return runtime.Failure }),
			func(s *setup) {
				s.spec.Config.Retry.On = func(err error) bool { return err.Error() != "" }
			},
		}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			bothOrders(t, func(t *testing.T, order option) {
				w := wrap(t, always, append(c.options, order)...)
				w.does(c.does)
				if c.prepare != nil {
					c.prepare(t, w)
				}
				if e := w.do(background, 1); isRuntimeError(e.panicked) {
					t.Errorf("panicked: %v", e.panicked)
				}
				if w.calls() != c.calls || w.total().Retries != 0 {
					t.Errorf("%d calls, %d retries", w.calls(), w.total().Retries)
				}
			})
		})
	}
}

func says(o runtime.Outcome) []option { return []option{judgedBy(outcome(o))} }

// becomesOpen opens the circuit without a call of the dependency.
func becomesOpen(t *testing.T, w *wrapper) {
	t.Helper()
	for range 10 {
		w.circuit.Runner().Run(background, func(context.Context) error { return errBoom })
	}
	w.is(t, runtime.Open)
}

func apply(t *testing.T, w *wrapper, p runtime.Policy) {
	t.Helper()
	if err := w.registry.Apply(w.circuit.Name(), p); err != nil {
		t.Fatal(err)
	}
}

func TestRetryOnlyWhatOnWants(t *testing.T) {
	busy := errors.New("busy")
	bothOrders(t, func(t *testing.T, order option) {
		var asked []error
		on := func(err error) bool {
			asked = append(asked, err)
			return errors.Is(err, busy) || errors.Is(err, context.DeadlineExceeded)
		}
		w := wrap(t, runtime.Policy{Retry: runtime.RetryPolicy{Attempts: 5, On: on}}, order)
		w.will(failWith(busy), hang, fail)
		if err := w.call(); err != errBoom || w.calls() != 3 {
			t.Errorf("%d calls, got %v", w.calls(), err)
		}
		var timeout *runtime.TimeoutError
		if len(asked) != 3 || asked[0] != busy || !errors.As(asked[1], &timeout) ||
			asked[2] != errBoom {
			t.Errorf("On was asked about %v", asked)
		}
	})
}

func TestRetryOfResultsWithoutAnError(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{}, order, judgedWithResult(odd))
		w.will(giving(1), giving(3), giving(4))
		if n, err := w.method(background, 1); n != 4 || err != nil {
			t.Errorf("got %d and %v", n, err)
		}
		w.does(giving(5))
		if n, err := w.method(background, 1); n != 5 || err != nil || w.calls() != 6 {
			t.Errorf("got %d and %v after %d calls: want the last result", n, err, w.calls())
		}
	})
}

// odd judges every error a failure, and odd results without one.
func odd(n int, err error) runtime.Outcome {
	if err != nil || n%2 == 1 {
		return runtime.Failure
	}
	return runtime.Success
}

func giving(n int) step { return func(context.Context, int) (int, error) { return n, nil } }
