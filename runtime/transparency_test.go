package runtime_test

import (
	"context"
	"errors"
	goruntime "runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/runtime"
)

// shapes are the ways in which a chain is built: what is promised of every call is
// promised in each.
var shapes = []struct {
	name    string
	policy  runtime.Policy
	options []option
}{
	{"defaults", runtime.Policy{}, nil},
	{"retry first", runtime.Policy{}, []option{retryFirst}},
	{"no timeout", runtime.Policy{Timeout: runtime.TimeoutPolicy{Off: true}}, nil},
	{"nothing", retryOnly(runtime.RetryPolicy{Off: true}), nil},
	{"total", runtime.Policy{Timeout: runtime.TimeoutPolicy{Total: time.Minute}}, nil},
	{"results live on", runtime.Policy{Timeout: runtime.TimeoutPolicy{Total: time.Minute}},
		[]option{livesOn}},
	{"bulkhead", runtime.Policy{Bulkhead: runtime.BulkheadPolicy{Limit: 1}}, nil},
	{"detached", detached(), nil},
	{"detached with a total and a bulkhead", runtime.Policy{
		Timeout:  runtime.TimeoutPolicy{Detach: true, Total: time.Minute},
		Bulkhead: runtime.BulkheadPolicy{Limit: 1},
	}, []option{retryFirst, livesOn}},
	{"links of the user's", runtime.Policy{}, []option{outer(onward, onward), inner(onward)}},
	{"links and no timeout", runtime.Policy{Timeout: runtime.TimeoutPolicy{Off: true}},
		[]option{outer(onward), inner(onward)}},
	{"detached links", detached(), []option{outer(onward), inner(onward)}},
	{"an engine", runtime.Policy{}, []option{letsThrough}},
}

// letsThrough gives the wrapper a breaker that never opens.
func letsThrough(s *setup) {
	s.Engine = func(string, runtime.BreakerPolicy) (runtime.Breaker, error) {
		return through{}, nil
	}
}

type through struct{}

func (through) Wrap(next goresilience.Runner) goresilience.Runner { return next }
func (through) State() runtime.State                              { return runtime.Closed }

func inEveryShape(t *testing.T, f func(t *testing.T, w *wrapper)) {
	t.Helper()
	for _, shape := range shapes {
		bubble(t, shape.name, func(t *testing.T) { f(t, wrap(t, shape.policy, shape.options...)) })
	}
}

func TestResultsComeBackUntouched(t *testing.T) {
	inEveryShape(t, func(t *testing.T, w *wrapper) {
		if n, err := w.method(background, 7); n != 7 || err != nil {
			t.Errorf("got %d and %v", n, err)
		}
		w.does(func(_ context.Context, n int) (int, error) { return -n, errBoom })
		if n, err := w.method(background, 7); n != -7 || err != errBoom {
			t.Errorf("got %d and %v: want the very error, and the result that came with it", n, err)
		}
	})
}

// lumpy is an error that can't be compared: == panics.
type lumpy struct{ reason any }

func (lumpy) Error() string { return "lumpy" }

func TestErrorsThatCannotBeComparedComeBack(t *testing.T) {
	inEveryShape(t, func(t *testing.T, w *wrapper) {
		w.does(failWith(lumpy{[]string{"no ==", "for slices"}}))
		e := w.do(background, 1)
		if _, ok := e.err.(lumpy); !ok || e.panicked != nil {
			t.Errorf("got %T, panicked with %v", e.err, e.panicked)
		}
	})
}

func TestPanicsAndExitsComeBack(t *testing.T) {
	inEveryShape(t, func(t *testing.T, w *wrapper) {
		w.does(func(context.Context, int) (int, error) { panic(errBoom) })
		if e := w.do(background, 1); e.panicked != errBoom {
			t.Errorf("recovered %v, not the very value", e.panicked)
		}
		w.does(func(context.Context, int) (int, error) {
			var none *dependency
			return none.made, nil
		})
		if e := w.do(background, 1); !isRuntimeError(e.panicked) {
			t.Errorf("recovered %T, not what Go panics with", e.panicked)
		}
		w.does(exit)
		if e := w.do(background, 1); !e.exited {
			t.Errorf("Goexit came back as %+v", e)
		}
		if calls := w.calls(); calls != 3 {
			t.Errorf("%d calls: a panic isn't retried", calls)
		}
		w.does(succeed)
		if e := w.do(background, 5); e.n != 5 || e.err != nil {
			t.Errorf("the next call got %+v", e)
		}
		if got := w.total(); got.Failures != 3 || got.Successes != 1 {
			t.Errorf("counted %+v: panics and exits are failures", got)
		}
	})
}

func isRuntimeError(v any) bool { _, ok := v.(goruntime.Error); return ok }

type tenant struct{}

func TestTheCalleeGetsTheCallersContext(t *testing.T) {
	inEveryShape(t, func(t *testing.T, w *wrapper) {
		timeout := w.circuit.Snapshot().Policy.Timeout
		ctx, cancel := context.WithCancel(context.WithValue(background, tenant{}, "acme"))
		defer cancel()
		var got context.Context
		w.will(keepContext(&got, succeed))
		w.do(ctx, 1)
		if timeout.Off && got != ctx {
			t.Errorf("got %v, not the very context", got)
		}
		if got.Value(tenant{}) != "acme" {
			t.Error("the value is gone")
		}
		if deadline, ok := got.Deadline(); ok && !deadline.Equal(time.Now().Add(timeout.Attempt)) {
			t.Errorf("deadline in %v", time.Until(deadline))
		}
	})
}

func TestTheCallersEndReachesTheCallee(t *testing.T) {
	inEveryShape(t, func(t *testing.T, w *wrapper) {
		ctx, cancel := context.WithCancel(background)
		var got context.Context
		w.does(keepContext(&got, hang))
		done := w.start(ctx, 1)
		synctest.Wait()
		cancel()
		if e := <-done; !errors.Is(e.err, context.Canceled) {
			t.Errorf("the caller got %v", e.err)
		}
		synctest.Wait()
		if got.Err() != context.Canceled {
			t.Errorf("the callee's context says %v", got.Err())
		}
	})
}

func TestNoDeadlineIsLaterThanTheCallers(t *testing.T) {
	inEveryShape(t, func(t *testing.T, w *wrapper) {
		ctx, cancel := context.WithTimeout(background, 10*time.Millisecond)
		defer cancel()
		var got context.Context
		w.does(keepContext(&got, hang))
		took := elapsed(func() {
			if e := w.do(ctx, 1); !errors.Is(e.err, context.DeadlineExceeded) {
				t.Errorf("the caller got %v", e.err)
			}
		})
		synctest.Wait() // a detached call may have begun only now
		want, _ := ctx.Deadline()
		if deadline, ok := got.Deadline(); !ok || !deadline.Equal(want) {
			t.Errorf("the callee's deadline is %v after the caller's", deadline.Sub(want))
		}
		if took != 10*time.Millisecond || w.calls() != 1 {
			t.Errorf("took %v and %d calls", took, w.calls())
		}
	})
}
