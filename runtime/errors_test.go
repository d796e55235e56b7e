package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"testing"
	"testing/synctest"
	"time"

	goerrors "github.com/slok/goresilience/errors"

	"github.com/breakergen/breakergen/runtime"
)

// errors.Is says what is true, and nothing else.
func TestErrorsAreWhatTheyAre(t *testing.T) {
	is := map[error][]error{
		&runtime.OpenError{Circuit: "c"}: {goerrors.ErrCircuitOpen},
		&runtime.TimeoutError{Circuit: "c", Err: errBoom}: {
			goerrors.ErrTimeout, context.DeadlineExceeded, errBoom,
		},
		&runtime.TimeoutError{Circuit: "c", Total: true}: {
			goerrors.ErrTimeout, context.DeadlineExceeded,
		},
		&runtime.FullError{Circuit: "c", Limit: 1}: {goerrors.ErrTimeoutWaitingForExecution},
	}
	for err, true := range is {
		for _, target := range []error{
			goerrors.ErrCircuitOpen, goerrors.ErrTimeout, goerrors.ErrTimeoutWaitingForExecution,
			context.DeadlineExceeded, context.Canceled, errBoom,
		} {
			want := false
			for _, one := range true {
				want = want || one == target
			}
			for _, err := range []error{
				err, fmt.Errorf("calling: %w", err), errors.Join(errNeither, err),
			} {
				if got := errors.Is(err, target); got != want {
					t.Errorf("errors.Is(%v, %v) = %v", err, target, got)
				}
			}
		}
	}
}

// A timeout is what package net calls one: the next call may have the time.
func TestTimeoutErrorIsANetError(t *testing.T) {
	var timeout net.Error = &runtime.TimeoutError{}
	if again, ok := timeout.(interface{ Temporary() bool }); !timeout.Timeout() || !ok || !again.Temporary() {
		t.Errorf("%v isn't", timeout)
	}
}

func TestErrorsSayWhatHappened(t *testing.T) {
	const name = "Users.Get"
	for want, err := range map[string]error{
		"circuit Users.Get is open: the call was not made": &runtime.OpenError{Circuit: name},
		"Users.Get: attempt timed out after 1s": &runtime.TimeoutError{
			Circuit: name, After: time.Second,
		},
		"Users.Get: call timed out after 1s: boom": &runtime.TimeoutError{
			Circuit: name, After: time.Second, Total: true, Err: errBoom,
		},
		"circuit Users.Get is full: all 10 places are taken": &runtime.FullError{
			Circuit: name, Limit: 10,
		},
	} {
		if got := err.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestOpenErrorTellsWhenToComeBack(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		policy := breakerPolicy{Consecutive: 1, OpenFor: 5 * time.Second}
		w := wrap(t, breakerOnly(policy), order)
		opened := time.Now()
		w.run(fail)
		rejected := func() *runtime.OpenError {
			var err *runtime.OpenError
			if !errors.As(w.call(), &err) {
				t.Fatal("not rejected")
			}
			return err
		}
		first := rejected()
		until := opened.Add(5 * time.Second)
		if first.Circuit != "Echo.Do" || !first.Until.Equal(until) {
			t.Errorf("got %+v, want until %v", first, until)
		}
		time.Sleep(2 * time.Second)
		if got := first.RetryAfter(); got != 3*time.Second {
			t.Errorf("after 2s of 5s: retry after %v", got)
		}
		if rejected() != first {
			t.Error("the next rejection of the same opening has another error")
		}
		time.Sleep(time.Hour)
		if got := first.RetryAfter(); got != 0 {
			t.Errorf("after an hour: retry after %v", got)
		}
		w.run(fail) // a probe
		if second := rejected(); second == first || second.RetryAfter() != 5*time.Second {
			t.Errorf("the next opening has %+v", second)
		}
		w.circuit.ForceOpen()
		if forced := rejected(); !forced.Until.IsZero() || forced.RetryAfter() != 0 {
			t.Errorf("forced open: %+v, nobody knows until when", forced)
		}
	})
}

// A call that is rejected after an attempt tells of both.
func TestErrorsOfTheLastAttemptComeAlong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		full := runtime.Policy{
			Bulkhead: runtime.BulkheadPolicy{Limit: 1},
			Timeout:  runtime.TimeoutPolicy{Off: true},
		}
		for _, order := range []option{func(*setup) {}, retryFirst} {
			w := wrap(t, full, order)
			w.will(func(context.Context, int) (int, error) { return 7, after5s })
			occupy := make(chan context.CancelFunc, 1)
			time.AfterFunc(time.Second, func() { occupy <- occupied(w, 1) })
			e := w.do(background, 1)
			(<-occupy)()
			if !isA[*runtime.FullError](e.err) || !errors.Is(e.err, after5s) || e.n != 7 {
				t.Errorf("got %+v", e)
			}
		}
	})
}

// An open circuit of a wrapper inside is its caller's failure, not its own rejection.
func TestErrorsOfAWrapperInside(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		inside := wrap(t, runtime.Policy{}, func(s *setup) { s.Name = "Inside" })
		inside.circuit.ForceOpen()
		judged := 0
		w := wrap(t, runtime.Policy{}, order, fallsBack(giving(100)),
			judgedBy(func(err error) runtime.Outcome { judged++; return runtime.Ignored }))
		w.does(inside.method.Call)
		var open *runtime.OpenError
		if err := w.call(); !errors.As(err, &open) || open.Circuit != "Inside.Do" || judged == 0 {
			t.Errorf("got %v, judged %d times", err, judged)
		}
		if got := w.total(); got != one(ignored) {
			t.Errorf("counted %+v", got)
		}
	})
}
