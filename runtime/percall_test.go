package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

func TestWithoutRetry(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{}, order, func(s *setup) { s.spec.AsksForRetry = true })
		w.does(fail)
		w.method(runtime.WithoutRetry(background), 1)
		if w.calls() != 1 {
			t.Errorf("%d attempts", w.calls())
		}
		w.method(context.WithValue(runtime.WithoutRetry(background), tenant{}, "acme"), 1)
		if w.calls() != 2 {
			t.Errorf("%d attempts under a context of the user's", w.calls()-1)
		}
		w.call()
		if w.calls() != 5 {
			t.Errorf("%d attempts of the next call", w.calls()-2)
		}
	})
}

func TestWithTimeout(t *testing.T) {
	for name, p := range map[string]runtime.TimeoutPolicy{"a second": {}, "off": {Off: true}, "detached": {Detach: true}} {
		bothOrders(t, func(t *testing.T, order option) {
			w := wrap(t, runtime.Policy{Timeout: p, Retry: runtime.RetryPolicy{Off: true}}, order)
			w.does(hang)
			var err error
			took := elapsed(func() {
				_, err = w.method(runtime.WithTimeout(runtime.WithoutRetry(background), 300*time.Millisecond), 1)
			})
			var timeout *runtime.TimeoutError
			if took != 300*time.Millisecond || !errors.As(err, &timeout) || timeout.After != took {
				t.Errorf("%s: %v after %v", name, err, took)
			}
		})
	}
}

// TestWithNoTimeout: no time is less than any policy's.
func TestWithNoTimeout(t *testing.T) {
	for _, d := range []time.Duration{-time.Second, 0, 1} {
		bothOrders(t, func(t *testing.T, order option) {
			w := wrap(t, runtime.Policy{Retry: runtime.RetryPolicy{Off: true}}, order)
			w.does(hang)
			var err error
			took := elapsed(func() { _, err = w.method(runtime.WithTimeout(background, d), 1) })
			if took > 1 || !isA[*runtime.TimeoutError](err) {
				t.Errorf("%v: %v after %v", d, err, took)
			}
		})
	}
}

// TestPerCallIsForOneCall: neither the callee's context nor the calls that it makes with it
// have what was asked for one call.
func TestPerCallIsForOneCall(t *testing.T) {
	for _, p := range []runtime.TimeoutPolicy{{}, {Off: true}} {
		bothOrders(t, func(t *testing.T, order option) {
			inner := wrap(t, runtime.Policy{}, order)
			outer := wrap(t, runtime.Policy{Timeout: p, Retry: runtime.RetryPolicy{Off: true}}, order)
			nest(outer, inner)
			inner.does(fail)
			outer.method(runtime.WithoutRetry(background), 1)
			if inner.calls() != 3 {
				t.Errorf("%+v: %d attempts within", p, inner.calls())
			}
		})
	}
}

type wrapsCloser struct{ next io.Closer }

func (w wrapsCloser) BreakerUnwrap() any { return w.next }

func TestUnwrap(t *testing.T) {
	closer := io.NopCloser(nil)
	if got, ok := runtime.Unwrap(wrapsCloser{closer}); got != closer || !ok {
		t.Errorf("got %v, %v", got, ok)
	}
	for _, other := range []any{nil, 7, closer} {
		if got, ok := runtime.Unwrap(other); got != nil || ok {
			t.Errorf("%T wraps %v, %v", other, got, ok)
		}
	}
}

func TestCallEventKinds(t *testing.T) {
	got := fmt.Sprint(runtime.Retried, runtime.Rejected, runtime.FoundFull, runtime.ChangedState)
	if got != "retried rejected found full changed state" {
		t.Errorf("they say %q", got)
	}
}
