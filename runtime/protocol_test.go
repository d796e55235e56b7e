package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slok/goresilience"
	goerrors "github.com/slok/goresilience/errors"

	"github.com/breakergen/breakergen/runtime"
)

var (
	errMissing = errors.New("no such thing")
	errBusy    = errors.New("busy")
	errBroken  = errors.New("broken")
)

// spoken is what the chain ended, as the protocol says it.
type spoken struct{ error }

func (s spoken) Unwrap() error { return s.error }

// answers is a protocol by which errMissing is an answer, and errBusy alone is repeated.
var answers = &runtime.Protocol{
	Name: "answers",
	Judge: func(err error) runtime.Outcome {
		if errors.Is(err, errMissing) {
			return runtime.Success
		}
		return runtime.Failure
	},
	Retry: func(err error) bool { return errors.Is(err, errBusy) },
	RetryAfter: func(err error) (time.Duration, bool) {
		return 5 * time.Second, errors.Is(err, errBusy)
	},
	Refuse: func(err error) error { return spoken{err} },
}

func speaks(p *runtime.Protocol) option { return func(s *setup) { s.spec.Protocol = p } }

func TestProtocolJudges(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{}, speaks(answers), order)
		w.does(failWith(errMissing))
		for range 30 {
			if err := w.call(); err != errMissing {
				t.Fatal(err)
			}
		}
		w.is(t, runtime.Closed)
		if got := w.total(); got.Successes != 30 || got.Retries != 0 {
			t.Errorf("%+v", got)
		}
	})
}

func TestProtocolRetries(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{Timeout: runtime.TimeoutPolicy{Off: true}}, speaks(answers), order)
		w.does(failWith(errBroken))
		w.call()
		if w.calls() != 1 {
			t.Errorf("what the protocol doesn't repeat was called %d times", w.calls())
		}
		w.does(failWith(errBusy))
		took := elapsed(func() { w.call() })
		if w.calls() != 4 || took < 10*time.Second {
			t.Errorf("%d calls in %v", w.calls()-1, took)
		}
	})
}

// sleepy is a link that goes on once the context has ended.
var sleepy = link(func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
	<-ctx.Done()
	return next.Run(ctx, f)
})

// TestProtocolSpeaksOfTheCallersEnd as a call would that is made with such a context.
func TestProtocolSpeaksOfTheCallersEnd(t *testing.T) {
	drained := errors.New("the node is being drained")
	hour := runtime.RetryPolicy{Backoff: time.Hour, MaxBackoff: time.Hour}
	detach := runtime.TimeoutPolicy{Attempt: time.Hour, Detach: true}
	for name, c := range map[string]struct {
		policy  runtime.Policy
		options []option
		before  bool // the call begins
		calls   int
	}{
		"before":                 {runtime.Policy{}, nil, true, 0},
		"before, with a key":     {runtime.Policy{}, []option{byKey(0)}, true, 0},
		"before, in a link":      {runtime.Policy{}, []option{outer(onward)}, true, 0},
		"before, by a link":      {runtime.Policy{}, []option{outer(sleepy)}, false, 0},
		"in a backoff":           {retryOnly(hour), nil, false, 1},
		"in a backoff, a link":   {retryOnly(hour), []option{inner(onward)}, false, 1},
		"detached":               {timeoutOnly(detach), nil, false, 1},
		"waiting for a place":    {runtime.Policy{Bulkhead: runtime.BulkheadPolicy{Limit: 1, Wait: time.Hour}}, nil, false, 1},
		"waiting with a timeout": {runtime.Policy{Bulkhead: runtime.BulkheadPolicy{Limit: 1, Wait: time.Hour}, Timeout: detach}, nil, false, 1},
	} {
		bubble(t, name, func(t *testing.T) {
			w := wrap(t, c.policy, append(c.options, speaks(answers))...)
			w.does(failWith(errBusy))
			if c.policy.Timeout.Detach || c.policy.Bulkhead.Limit > 0 {
				w.does(hang)
			}
			if c.policy.Bulkhead.Limit > 0 {
				first, leave := context.WithCancel(background)
				defer leave()
				go w.method(first, 1)
				synctest.Wait()
			}
			ctx, cancel := context.WithCancelCause(background)
			time.AfterFunc(time.Millisecond, func() { cancel(drained) })
			if c.before {
				<-ctx.Done()
			}
			_, err := w.method(ctx, 1)
			if !isA[spoken](err) || !errors.Is(err, context.Canceled) || !errors.Is(err, drained) || w.calls() != c.calls {
				t.Errorf("got %#v after %d calls", err, w.calls())
			}
		})
	}
}

// TestProtocolSpeaksToTheFallback, and through it.
func TestProtocolSpeaksToTheFallback(t *testing.T) {
	for name, answer := range map[string]func(context.Context) error{
		"that has no answer": runtime.CauseFrom,
		"that fails":         func(context.Context) error { return errBroken },
	} {
		t.Run(name, func(t *testing.T) {
			w := wrap(t, runtime.Policy{}, speaks(answers), fallsBack(func(ctx context.Context, _ int) (int, error) {
				return 0, answer(ctx)
			}))
			w.circuit.ForceOpen()
			if err := w.call(); !isA[spoken](err) || !isOpen(err) {
				t.Errorf("got %#v", err)
			}
		})
	}
}

// A protocol says as much as it knows: what it leaves open is as without one.
func TestProtocolThatOnlyJudges(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{Timeout: runtime.TimeoutPolicy{Off: true}}, order,
			speaks(&runtime.Protocol{Judge: outcome(runtime.Failure)}))
		w.will(failWith(after5s), fail)
		var err error
		if took := elapsed(func() { err = w.call() }); err != nil || w.calls() != 3 || took < 5*time.Second {
			t.Errorf("got %v after %d calls in %v", err, w.calls(), took)
		}
		w.circuit.ForceOpen()
		if err := w.call(); !isOpen(err) || isA[spoken](err) {
			t.Errorf("an open circuit says %v", err)
		}
		over, cancel := context.WithCancel(background)
		cancel()
		if _, err := w.method(over, 1); err != context.Canceled {
			t.Errorf("the caller's end says %v", err)
		}
	})
}

// A protocol is asked about errors: results that were judged a failure have none.
func TestProtocolOfResults(t *testing.T) {
	asked := func(err error) {
		if err == nil {
			t.Error("a protocol is asked about no error")
		}
	}
	p := &runtime.Protocol{
		Judge:      func(err error) runtime.Outcome { asked(err); return runtime.Failure },
		Retry:      func(err error) bool { asked(err); return true },
		RetryAfter: func(err error) (time.Duration, bool) { asked(err); return 0, true },
	}
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{}, order, speaks(p), judgedWithResult(odd))
		w.does(giving(1))
		if n, err := w.method(background, 1); n != 1 || err != nil || w.calls() != 1 {
			t.Errorf("got %d and %v after %d calls", n, err, w.calls())
		}
		onlyWaits := wrap(t, runtime.Policy{}, order, judgedWithResult(odd),
			speaks(&runtime.Protocol{Judge: p.Judge, RetryAfter: p.RetryAfter}))
		onlyWaits.does(giving(1))
		if onlyWaits.call(); onlyWaits.calls() != 3 {
			t.Errorf("%d calls", onlyWaits.calls())
		}
	})
}

// What a protocol, or the results, say of a wait counts where they say that there is one.
func TestProtocolThatAsksForNoWait(t *testing.T) {
	none := func() (time.Duration, bool) { return time.Hour, false }
	for name, put := range map[string]option{
		"the protocol": speaks(&runtime.Protocol{
			Judge: outcome(runtime.Failure), RetryAfter: func(error) (time.Duration, bool) { return none() },
		}),
		"the results": func(s *setup) {
			s.spec.RetryAfter = func(int, error) (time.Duration, bool) { return none() }
		},
	} {
		t.Run(name, func(t *testing.T) {
			bothOrders(t, func(t *testing.T, order option) {
				w := wrap(t, runtime.Policy{}, order, put)
				w.will(failWith(after5s))
				var err error
				if took := elapsed(func() { err = w.call() }); err != nil || took < 5*time.Second || took > 6*time.Second {
					t.Errorf("got %v after %v, want the wait that the error asks for", err, took)
				}
			})
		})
	}
}

// Methods that share a circuit have each its own protocol's word for one opening, and all calls of
// one method the same.
func TestProtocolsOfASharedCircuit(t *testing.T) {
	refusing := func() *runtime.Protocol {
		p := &runtime.Protocol{Judge: outcome(runtime.Failure)}
		p.Refuse = func(err error) error { return fmt.Errorf("%p says: %w", p, err) }
		return p
	}
	ofFirst, ofSecond := refusing(), refusing()
	first := wrap(t, runtime.Policy{}, speaks(ofFirst))
	second := wrap(t, runtime.Policy{}, speaks(ofSecond), in(first.registry))
	first.circuit.ForceOpen()
	for range 2 {
		for w, p := range map[*wrapper]*runtime.Protocol{first: ofFirst, second: ofSecond} {
			err := w.call()
			if want := fmt.Sprintf("%p says: circuit Echo.Do is open: the call was not made", p); !isOpen(err) || err.Error() != want {
				t.Errorf("got %v, want %s", err, want)
			}
			if again := w.call(); again != err {
				t.Error("two rejections of one opening aren't one error")
			}
		}
	}
}

func TestPolicyGoesOverProtocol(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{
			Retry:    runtime.RetryPolicy{On: func(err error) bool { return err == errMissing }},
			Classify: outcome(runtime.Failure),
		}, speaks(answers), order)
		w.does(failWith(errMissing))
		w.call()
		if got := w.total(); w.calls() != 3 || got.Successes != 0 {
			t.Errorf("%d calls, %+v", w.calls(), got)
		}
	})
}

// TestProtocolRefuses: what the chain itself ended speaks the protocol, and is still what
// it was; what the method returned goes back untouched.
func TestProtocolRefuses(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{}, speaks(answers), order)
		w.does(failWith(errBroken))
		for range 10 {
			if err := w.call(); err != errBroken {
				t.Fatal(err)
			}
		}
		w.is(t, runtime.Open)
		first, second := w.call(), w.call()
		var says spoken
		if !errors.As(first, &says) || !errors.Is(first, goerrors.ErrCircuitOpen) {
			t.Errorf("an open circuit says %v", first)
		}
		if first != second {
			t.Error("two rejections of one opening aren't one error")
		}
	})
}

// TestRetryResult: an end without an error that is worth another attempt, after the wait
// that it asks for.
func TestRetryResult(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		var asked []int
		w := wrap(t, runtime.Policy{Timeout: runtime.TimeoutPolicy{Off: true}}, order, func(s *setup) {
			s.spec.ClassifyResult = func(n int, err error) runtime.Outcome {
				if n >= 500 {
					return runtime.Failure
				}
				return runtime.Success
			}
			s.spec.RetryResult = func(args, n int, err error) bool {
				asked = append(asked, args, n)
				return n == 503
			}
			s.spec.RetryAfter = func(n int, err error) (time.Duration, bool) { return 3 * time.Second, n == 503 }
		})
		gives := func(n int) step { return func(context.Context, int) (int, error) { return n, nil } }
		w.will(gives(503), gives(200))
		var n int
		took := elapsed(func() { n, _ = w.method(background, 7) })
		if n != 200 || w.calls() != 2 || took < 3*time.Second || asked[0] != 7 || asked[1] != 503 {
			t.Errorf("got %d after %d calls in %v, asked %v", n, w.calls(), took, asked)
		}
		w.will(gives(500))
		if n, _ = w.method(background, 7); n != 500 || w.calls() != 3 {
			t.Errorf("got %d after %d calls", n, w.calls()-2)
		}
	})
}
