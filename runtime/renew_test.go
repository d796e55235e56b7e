package runtime_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/runtime"
)

// body stands for arguments that can be used once: each renewal adds one.
type body struct {
	mu        sync.Mutex
	used      []int
	discarded []int
	newest    int
	onlyOnce  bool
	err       error // of a renewal
}

// bodies has the wrapper's arguments used once and renewed.
func (b *body) bodies(s *setup) {
	s.spec.Repeatable = func(int) bool { return !b.onlyOnce }
	s.spec.Renew = func(n int) (int, error) {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.err != nil {
			return 0, b.err
		}
		b.newest = max(b.newest, n) + 1
		return b.newest, nil
	}
	s.spec.Discard = func(n int) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.discarded = append(b.discarded, n)
	}
}

// use does s with a body, and writes that down.
func (b *body) use(s step) step {
	return func(ctx context.Context, n int) (int, error) {
		b.mu.Lock()
		b.used = append(b.used, n)
		b.mu.Unlock()
		return s(ctx, n)
	}
}

// is fails the test where other bodies were used or discarded.
func (b *body) is(t *testing.T, used, discarded []int) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if !slices.Equal(b.used, used) || !slices.Equal(b.discarded, discarded) {
		t.Errorf("used %v and discarded %v, want %v and %v", b.used, b.discarded, used, discarded)
	}
}

func TestEveryAttemptGetsItsOwnBody(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		for _, links := range []option{func(*setup) {}, inner(onward)} {
			var b body
			w := wrap(t, runtime.Policy{}, b.bodies, order, links)
			w.does(b.use(fail))
			if err := w.call(); err != errBoom {
				t.Errorf("got %v", err)
			}
			b.is(t, []int{1, 2, 3}, nil)
		}
	})
}

func TestABodyThatCannotBeRepeatedIsSentOnce(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		for _, links := range []option{func(*setup) {}, inner(onward)} {
			b := body{onlyOnce: true}
			w := wrap(t, runtime.Policy{}, b.bodies, order, links)
			w.does(b.use(fail))
			if err := w.call(); err != errBoom {
				t.Errorf("got %v", err)
			}
			b.is(t, []int{1}, nil)
		}
	})
}

func TestARenewalThatFailsEndsTheRetries(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		b := body{err: errors.New("the body is gone")}
		w := wrap(t, runtime.Policy{}, b.bodies, order)
		w.does(b.use(fail))
		if err := w.call(); !errors.Is(err, errBoom) || !errors.Is(err, b.err) {
			t.Errorf("got %v, want both errors", err)
		}
		b.is(t, []int{1}, nil)
		if got := w.total(); got.Failures != 1 || got.Retries != 0 {
			t.Errorf("counted %+v", got)
		}
	})
}

// A body that no attempt was made with is closed by the wrapper, as the callee would.
func TestUnusedBodiesAreDiscarded(t *testing.T) {
	full := runtime.Policy{
		Bulkhead: runtime.BulkheadPolicy{Limit: 1, Wait: time.Second},
		Timeout:  runtime.TimeoutPolicy{Off: true},
	}
	occupy := func(w *wrapper) (free func()) {
		ctx, cancel := context.WithCancel(background)
		w.will(hang)
		done := w.start(ctx, 0)
		synctest.Wait()
		return func() { cancel(); <-done }
	}
	bothOrders(t, func(t *testing.T, order option) {
		var b body
		w := wrap(t, full, b.bodies, order)
		ctx, cancel := context.WithCancel(background)
		w.does(b.use(succeed))

		w.circuit.ForceOpen()
		w.do(ctx, 1)
		w.circuit.ForceClose()
		free := occupy(w)
		w.do(ctx, 2) // waits in vain
		time.AfterFunc(time.Millisecond, cancel)
		w.do(ctx, 3) // cancelled in the wait
		free()
		w.do(ctx, 4) // over before it began
		w.do(background, 5)
		b.is(t, []int{5}, []int{1, 2, 3, 4})
	})
	bothOrders(t, func(t *testing.T, order option) { // renewed in vain
		var b body
		w := wrap(t, full, b.bodies, order)
		w.will(b.use(failWith(after5s)))
		free := make(chan func(), 1)
		time.AfterFunc(time.Second, func() { free <- occupy(w) })
		e := w.do(background, 1)
		(<-free)()
		if !isA[*runtime.FullError](e.err) || !errors.Is(e.err, after5s) {
			t.Errorf("got %v, want both errors", e.err)
		}
		b.is(t, []int{1}, []int{2})
	})
}

func isA[E error](err error) bool {
	var is E
	return errors.As(err, &is)
}

// A link of the user's that runs the call again has the body renewed too.
func TestALinkThatRunsAgainGetsAnotherBody(t *testing.T) {
	twice := link(func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
		next.Run(ctx, f)
		return next.Run(ctx, f)
	})
	for name, where := range map[string]option{"outside": outer(twice), "inside": inner(twice)} {
		bubble(t, name, func(t *testing.T) {
			var b body
			w := wrap(t, runtime.Policy{Retry: runtime.RetryPolicy{Off: true}}, b.bodies, where)
			w.does(b.use(succeed))
			if n, err := w.method(background, 1); n != 2 || err != nil {
				t.Errorf("got %d and %v", n, err)
			}
			b.is(t, []int{1, 2}, nil)
		})
	}
}

func TestALinkThatHedgesGetsAnotherBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, where := range []option{outer(link(hedge)), inner(link(hedge))} {
			var b body
			w := wrap(t, runtime.Policy{}, b.bodies, where)
			w.does(b.use(after(time.Millisecond, succeed)))
			if _, err := w.method(background, 1); err != nil {
				t.Error(err)
			}
			synctest.Wait()
			slices.Sort(b.used)
			b.is(t, []int{1, 2}, nil)
		}
	})
}

func TestADetachedAttemptKeepsItsBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b body
		policy := runtime.Policy{Timeout: runtime.TimeoutPolicy{Detach: true}}
		w := wrap(t, policy, b.bodies)
		late := make(chan int, 1)
		w.will(b.use(func(_ context.Context, n int) (int, error) {
			time.Sleep(time.Minute)
			late <- n
			return n, nil
		}), b.use(succeed))
		if n, err := w.method(background, 1); n != 2 || err != nil {
			t.Errorf("got %d and %v", n, err)
		}
		if n := <-late; n != 1 {
			t.Errorf("the attempt that was left alone has body %d", n)
		}
		b.is(t, []int{1, 2}, nil)
	})
}

func TestNotRepeated(t *testing.T) {
	notRepeated := func(s *setup) { s.spec.NotRepeated = "picture io.Reader" }
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{}, notRepeated, order, func(s *setup) {
			s.spec.Directive.Retry.Attempts = 5 // of the interface, not of the method
		})
		w.does(fail)
		if err := w.call(); err != errBoom || w.calls() != 1 {
			t.Errorf("%d calls, got %v", w.calls(), err)
		}
		apply(t, w, runtime.Policy{Retry: runtime.RetryPolicy{Attempts: 2}})
		if w.call(); w.calls() != 2 {
			t.Errorf("%d calls: Apply has it repeated", w.calls()-1)
		}
	})
	for name, retry := range map[string]runtime.RetryPolicy{
		"Attempts":   {Attempts: 2},
		"Backoff":    {Backoff: time.Second},
		"MaxBackoff": {MaxBackoff: time.Second},
		"the least":  {Backoff: 1},
		"the most":   {MaxBackoff: 1},
		"On":         {On: func(error) bool { return true }},
	} {
		_, err := tryWrap(runtime.Policy{Retry: retry}, notRepeated)
		if err == nil || !strings.Contains(err.Error(), "Policies.Do.Retry") ||
			!strings.Contains(err.Error(), "picture io.Reader") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	for _, retry := range []runtime.RetryPolicy{
		{Attempts: 1}, {Off: true, Attempts: 2}, {Off: true},
	} {
		if _, err := tryWrap(runtime.Policy{Retry: retry}, notRepeated); err != nil {
			t.Errorf("%+v asks for no retry, but: %v", retry, err)
		}
	}
}
