package runtime_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	goerrors "github.com/slok/goresilience/errors"

	"github.com/breakergen/breakergen/runtime"
)

// fallbackCases say of each end of a call whether the fallback answers it.
var fallbackCases = map[string]struct {
	does    step
	options []option
	prepare func(w *wrapper) // what comes before the call
	caller  time.Duration    // the caller's deadline; 0 for none
	answers bool
}{
	"a success": {does: succeed},
	"a failure": {does: fail, answers: true},
	"a timeout": {does: hang, answers: true},
	"a detached timeout": {does: deaf(succeed), answers: true, options: []option{func(s *setup) {
		s.spec.Config.Timeout.Detach = true
	}}},
	"an open circuit": {answers: true, prepare: func(w *wrapper) { w.circuit.ForceOpen() }},
	"a full bulkhead": {answers: true, prepare: func(w *wrapper) {
		w.registry.Apply("Echo.Do", runtime.Policy{Bulkhead: runtime.BulkheadPolicy{Limit: 1}})
		time.AfterFunc(time.Millisecond, occupied(w, 1))
	}},
	"a result judged a failure": {does: giving(1), answers: true,
		options: []option{judgedWithResult(odd)}},
	"a result judged a success": {does: giving(2), options: []option{judgedWithResult(odd)}},
	"a link's own error":        {answers: true, options: []option{outer(link(gives(errBoom)))}},
	"an ignored error":          {does: fail, options: says(runtime.Ignored)},
	"an answer":                 {does: fail, options: says(runtime.Success)},
	"an ignored timeout":        {does: hang, options: says(runtime.Ignored)},
	"a panic":                   {does: crash},
	"a Goexit":                  {does: exit},
	"the caller's deadline":     {does: hang, caller: time.Millisecond},
	"a late result":             {does: after(time.Hour, succeed)},
	"a failure, judged such":    {does: fail, answers: true, options: says(runtime.Failure)},
}

func TestFallbackAnswers(t *testing.T) {
	for name, c := range fallbackCases {
		t.Run(name, func(t *testing.T) {
			bothOrders(t, func(t *testing.T, order option) {
				asked := uint64(0)
				to := func(_ context.Context, n int) (int, error) { asked++; return 100 + n, nil }
				w := wrap(t, runtime.Policy{}, append(c.options, order, fallsBack(to))...)
				w.does(c.does)
				if c.prepare != nil {
					c.prepare(w)
				}
				ctx, cancel := background, func() {}
				if c.caller > 0 {
					ctx, cancel = context.WithTimeout(ctx, c.caller)
				}
				got := w.do(ctx, 7)
				cancel()
				answered := got.n == 107 && got.err == nil && asked == 1
				if answered != c.answers || !c.answers && asked != 0 {
					t.Errorf("got %+v, the fallback was asked %d times", got, asked)
				}
				if got := w.total(); got.Fallbacks != asked || got.FallbackFailures != 0 {
					t.Errorf("counted %+v", got)
				}
				time.Sleep(time.Hour)
			})
		})
	}
}

func TestFallbackIsNotAskedAfterACancel(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{}, order, fallsBack(crash))
		for _, s := range []step{hang, instead(fail), failWith(after5s)} {
			w.will(s)
			ctx, cancel := context.WithCancel(background)
			time.AfterFunc(100*time.Millisecond, cancel)
			if e := w.do(ctx, 1); e.err == nil || e.panicked != nil {
				t.Errorf("got %+v", e)
			}
		}
	})
}

// The fallback's own error says why it was asked, too.
func TestFallbackThatFails(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		errEmpty := errors.New("nothing cached")
		var ctx context.Context
		empty := func(context.Context, int) (int, error) { return 9, errEmpty }
		w := wrap(t, runtime.Policy{}, order, fallsBack(keepContext(&ctx, empty)))
		w.circuit.ForceOpen()
		n, err := w.method(context.WithValue(background, tenant{}, "acme"), 1)
		if n != 9 || !errors.Is(err, errEmpty) || !errors.Is(err, goerrors.ErrCircuitOpen) {
			t.Errorf("got %d and %v, want both errors", n, err)
		}
		if _, ok := ctx.Deadline(); ok || ctx.Value(tenant{}) != "acme" {
			t.Error("it didn't get the caller's context")
		}
		got := w.total()
		if got.FallbackFailures != 1 || got.Fallbacks != 0 || got.Rejections != 1 {
			t.Errorf("counted %+v", got)
		}
	})
}

func TestFallbackKnowsTheCause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, cause := range []error{errBoom, lumpy{[]int{1}}} {
			w := wrap(t, retryOnly(runtime.RetryPolicy{Off: true}),
				fallsBack(func(ctx context.Context, n int) (int, error) {
					return n, runtime.CauseFrom(ctx)
				}))
			w.does(failWith(cause))
			e := w.do(background, 1)
			if e.panicked != nil || e.err == nil {
				t.Fatalf("got %+v", e)
			}
			if !reflect.DeepEqual(e.err, cause) {
				t.Errorf("got %v: what it gives back isn't joined with itself", e.err)
			}
		}
		if err := runtime.CauseFrom(background); err != nil {
			t.Errorf("elsewhere: %v", err)
		}
	})
}

func TestFallbackThatPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, runtime.Policy{}, fallsBack(explode))
		w.circuit.ForceOpen()
		if e := w.do(background, 1); e.panicked != errBoom {
			t.Errorf("got %+v", e)
		}
	})
}

// What was read once is renewed for the fallback; what wasn't read is the fallback's.
func TestFallbackGetsAFreshBody(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		for _, links := range []option{func(*setup) {}, inner(onward)} {
			var b body
			w := wrap(t, runtime.Policy{}, b.bodies, order, links, fallsBack(b.use(succeed)))
			w.does(b.use(fail))
			if n, err := w.method(background, 1); n != 4 || err != nil {
				t.Errorf("got %d and %v", n, err)
			}
			w.circuit.ForceOpen()
			if n, err := w.method(background, 10); n != 10 || err != nil {
				t.Errorf("got %d and %v", n, err)
			}
			b.is(t, []int{1, 2, 3, 4, 10}, nil)
		}
	})
}

func TestFallbackCannotGetAFreshBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := body{err: errors.New("the body is gone")}
		w := wrap(t, runtime.Policy{Retry: runtime.RetryPolicy{Off: true}}, b.bodies,
			fallsBack(b.use(succeed)))
		w.does(b.use(func(context.Context, int) (int, error) { return 9, errBoom }))
		n, err := w.method(background, 1)
		if n != 0 || !errors.Is(err, errBoom) || !errors.Is(err, b.err) {
			t.Errorf("got %d and %v, want both errors, and nothing that was given up for the fallback", n, err)
		}
		b.is(t, []int{1}, nil)
	})
}

// What can be used once is gone where the call has used it: the fallback would take what is left for all of
// it, and so the caller gets what there is, which lives on. Before that it is the fallback's.
func TestFallbackGetsNoRestOfABody(t *testing.T) {
	for name, once := range map[string]option{
		"a body":   func(s *setup) { s.spec.Repeatable = func(int) bool { return false } },
		"a reader": func(s *setup) { s.spec.ReadOnce, s.spec.NotRepeated = true, "it is read once" },
	} {
		for links, of := range map[string]option{"alone": inner(), "with links": inner(onward)} {
			t.Run(name+"/"+links, func(t *testing.T) {
				bothOrders(t, func(t *testing.T, order option) {
					fell, dropped := 0, 0
					w := wrap(t, runtime.Policy{}, once, order, of, livesOn, judgedWithResult(odd), func(s *setup) {
						s.Fallback = step(func(_ context.Context, n int) (int, error) { fell++; return n, nil })
						s.spec.Drop = func(int) bool { dropped++; return true }
					})
					w.will(fail)
					if err := w.call(); err != errBoom {
						t.Errorf("got %v", err)
					}
					var ctx context.Context
					w.will(keepContext(&ctx, giving(3)))
					if n, err := w.method(background, 1); n != 3 || err != nil || ctx.Err() != nil {
						t.Errorf("got %d, %v, and the context says %v", n, err, ctx.Err())
					}
					if fell != 0 || dropped != 0 || w.calls() != 2 {
						t.Errorf("%d calls, the fallback was called %d times, and results dropped %d times", w.calls(), fell, dropped)
					}
					w.circuit.ForceOpen()
					if n, err := w.method(background, 10); n != 10 || err != nil || fell != 1 {
						t.Errorf("turned away: got %d and %v", n, err)
					}
				})
			})
		}
	}
}

// A renewal that has failed leaves the arguments as they were: the next one begins with them.
func TestFallbackRenewsAgain(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		var asked []int
		w := wrap(t, runtime.Policy{}, order, fallsBack(succeed), func(s *setup) {
			s.spec.Renew = func(n int) (int, error) {
				if asked = append(asked, n); len(asked) == 1 {
					return 0, errBusy
				}
				return n + 1, nil
			}
		})
		w.does(fail)
		if n, err := w.method(background, 7); n != 8 || err != nil || !slices.Equal(asked, []int{7, 7}) {
			t.Errorf("got %d and %v, renewed %v", n, err, asked)
		}
	})
}

// Another circuit's word inside of this one isn't this one's: who judges errors is asked.
func TestFallbackOfAnotherCircuitsRejection(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		for _, inside := range []error{
			&runtime.OpenError{Circuit: "Other"}, &runtime.FullError{Circuit: "Other"},
		} {
			options := append(says(runtime.Ignored), order, fallsBack(giving(100)))
			w := wrap(t, retryOnly(runtime.RetryPolicy{Off: true}), options...)
			w.does(failWith(inside))
			if n, err := w.method(background, 1); n != 0 || err != inside {
				t.Errorf("got %d and %v", n, err)
			}
		}
	})
}

// Where results were judged a failure there is no first error to join.
func TestFallbackOfResultsThatFails(t *testing.T) {
	w := wrap(t, retryOnly(runtime.RetryPolicy{Off: true}), judgedWithResult(odd), fallsBack(fail))
	w.does(giving(1))
	if err := w.call(); err != errBoom {
		t.Errorf("got %#v", err)
	}
}

// A fallback that returns the cause has no answer, to such results neither: no error would say that it has.
func TestFallbackWithoutAnAnswerToResults(t *testing.T) {
	w := wrap(t, retryOnly(runtime.RetryPolicy{Off: true}), judgedWithResult(odd),
		fallsBack(func(ctx context.Context, _ int) (int, error) { return 0, runtime.CauseFrom(ctx) }))
	w.does(giving(1))
	n, err := w.method(background, 1)
	var results *runtime.ResultsError
	if n != 0 || !errors.As(err, &results) || results.Circuit != "Echo.Do" || err.Error() != "Echo.Do: the call returned no error, but results that count as a failure" {
		t.Errorf("got %d, %v", n, err)
	}
	if got := w.circuit.Snapshot().Total; got.FallbackFailures != 1 || got.Fallbacks != 0 {
		t.Errorf("counted %+v", got)
	}
}

// How long the fallback took is known, by how it ended.
func TestFallbackDurations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answers := []step{after(3*time.Second, succeed), after(time.Second, fail)}
		w := wrap(t, retryOnly(runtime.RetryPolicy{Off: true}), fallsBack(
			func(ctx context.Context, n int) (int, error) {
				next := answers[0]
				answers = answers[1:]
				return next(ctx, n)
			}))
		w.does(fail)
		w.call()
		w.call()
		got := w.circuit.Snapshot().Durations
		if got.FallbackSuccess.Sum != 3*time.Second || got.FallbackSuccess.Count() != 1 ||
			got.FallbackFailure.Sum != time.Second || got.FallbackFailure.Count() != 1 {
			t.Errorf("got %+v and %+v", got.FallbackSuccess, got.FallbackFailure)
		}
	})
}
