package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/runtime"
)

// A link that drops the context takes the caller's end and values from the call, and
// nothing else: it is still protected, judged, retried and counted.
func TestLinkDropsTheContext(t *testing.T) {
	for name, put := range map[string]option{
		"outside": outer(forgetful), "inside": inner(forgetful),
		"both": func(s *setup) { outer(forgetful, elsewhere)(s); inner(elsewhere, forgetful)(s) },
		"the function's": outer(link(
			func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
				return next.Run(ctx, func(context.Context) error { return f(background) })
			},
		)),
	} {
		t.Run(name, func(t *testing.T) {
			bothOrders(t, func(t *testing.T, order option) {
				var b body
				w := wrap(t, runtime.Policy{}, order, put, b.bodies, judgedWithResult(odd))
				w.will(b.use(fail), b.use(giving(3)), b.use(giving(4)))
				if n, err := w.method(background, 1); n != 4 || err != nil {
					t.Errorf("got %d and %v", n, err)
				}
				b.is(t, []int{1, 2, 3}, nil)
				w.does(failWith(lumpy{}))
				if e := w.do(background, 10); !isA[lumpy](e.err) {
					t.Errorf("got %+v", e)
				}
				w.circuit.ForceOpen()
				if err := w.call(); !isA[*runtime.OpenError](err) || w.calls() != 6 {
					t.Errorf("got %v after %d calls", err, w.calls())
				}
				b.is(t, []int{1, 2, 3}, []int{1})
			})
		})
	}
}

// What a link put in the context's place is what the callee gets.
func TestLinkReplacesTheContext(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{}, order, inner(onward, forgetful))
		var got context.Context
		if w.will(keepContext(&got, succeed)); w.call() != nil || got != background {
			t.Errorf("got %v", got)
		}
	})
}

// A link that adds to the context hides nothing of it: it sees what the caller gave, and the
// callee sees both.
func TestLinkAddsToTheContext(t *testing.T) {
	type by struct{ who string }
	for name, put := range map[string]func(...goresilience.Middleware) option{"outside": outer, "inside": inner} {
		t.Run(name, func(t *testing.T) {
			bothOrders(t, func(t *testing.T, order option) {
				adds := func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
					if ctx.Value(by{"caller"}) != 1 {
						t.Error("the link doesn't see what the caller gave")
					}
					return next.Run(context.WithValue(ctx, by{"link"}, 2), f)
				}
				w := wrap(t, runtime.Policy{}, order, put(link(adds)))
				var got context.Context
				w.will(keepContext(&got, succeed))
				w.method(context.WithValue(background, by{"caller"}, 1), 1)
				if got.Value(by{"caller"}) != 1 || got.Value(by{"link"}) != 2 {
					t.Errorf("the callee sees %v and %v", got.Value(by{"caller"}), got.Value(by{"link"}))
				}
			})
		})
	}
}

// The error of a link is judged too, also where nobody knows whose call it was.
func TestLinkThatFailsIsJudged(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		for _, outside := range []goresilience.Middleware{onward, forgetful} {
			w := wrap(t, runtime.Policy{}, order, outer(outside), inner(link(gives(errAnswer))),
				judgedBy(classify(errAnswer, runtime.Success)))
			if err := w.call(); err != errAnswer || w.total() != one(successes) {
				t.Errorf("got %v, counted %+v", err, w.total())
			}
		}
	})
}

// A link outside that has ended the context ends the call: it isn't made.
func TestLinkEndsTheContext(t *testing.T) {
	ends := link(func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
		ctx, cancel := context.WithCancel(ctx)
		cancel()
		return next.Run(ctx, f)
	})
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, runtime.Policy{}, order, outer(ends))
		if err := w.call(); err != context.Canceled || w.calls() != 0 {
			t.Errorf("got %v after %d calls", err, w.calls())
		}
		if got := w.total(); got != (runtime.Counts{}) {
			t.Errorf("counted %+v", got)
		}
	})
}

// Each attempt is judged by its own results, and by none where it has none.
func TestLinkThatSkipsAnAttempt(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		skips := func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
			if call, _ := runtime.CallInfoFrom(ctx); call.Attempt > 1 {
				return errBoom
			}
			return next.Run(ctx, f)
		}
		var asked []int
		w := wrap(t, runtime.Policy{}, order, inner(link(skips)),
			judgedWithResult(func(n int, err error) runtime.Outcome {
				asked = append(asked, n)
				return odd(n, err)
			}))
		w.will(giving(3))
		w.call()
		if !slices.Equal(asked, []int{3, 0, 0}) || w.calls() != 1 {
			t.Errorf("asked about %v after %d calls", asked, w.calls())
		}
	})
}

// Without the context the key is lost: such calls share a circuit.
func TestLinkDropsTheKey(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		key := func(s *setup) { s.spec.Key = func(n int) string { return fmt.Sprint(n) } }
		w := wrap(t, runtime.Policy{}, order, key, outer(forgetful))
		for n := range 3 {
			if e := w.do(background, n); e.n != n || e.err != nil {
				t.Errorf("got %+v", e)
			}
		}
		c, ok := w.registry.Circuit("Echo.Do[]")
		if !ok || c.Snapshot().Total.Successes != 3 {
			t.Error("the calls weren't counted")
		}
	})
}

func TestLinksStandInOrder(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		var seen []string
		named := func(name string) goresilience.Middleware {
			type run = goresilience.Func
			return link(func(ctx context.Context, f run, next goresilience.Runner) error {
				seen = append(seen, name)
				return next.Run(context.WithValue(ctx, tenant{}, name), f)
			})
		}
		w := wrap(t, runtime.Policy{}, order,
			outer(named("a"), named("b")), inner(named("c"), named("d")))
		var got context.Context
		w.will(fail, keepContext(&got, succeed))
		w.call()
		if want := []string{"a", "b", "c", "d", "c", "d"}; !slices.Equal(seen, want) {
			t.Errorf("seen %v, want %v", seen, want)
		}
		if got.Value(tenant{}) != "d" {
			t.Errorf("the call has the value %v", got.Value(tenant{}))
		}
		seen = nil
		w.circuit.ForceOpen()
		w.call()
		if want := []string{"a", "b"}; !slices.Equal(seen, want) {
			t.Errorf("seen %v of a rejected call, want %v", seen, want)
		}
	})
}

// info is a link that asks about its call.
func info(to *[]string) goresilience.Middleware {
	return link(func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
		*to = append(*to, describe(runtime.CallInfoFrom(ctx)))
		return next.Run(ctx, f)
	})
}

func describe(call runtime.CallInfo, ok bool) string {
	if !ok {
		return "no call"
	}
	return fmt.Sprintf("%s %d", call.Circuit.Name(), call.Attempt)
}

func TestCallInfo(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		for _, detach := range []bool{false, true} {
			var seen []string
			policy := runtime.Policy{Timeout: runtime.TimeoutPolicy{Detach: detach}}
			w := wrap(t, policy, order, outer(info(&seen)), inner(onward, info(&seen)))
			w.will(fail, fail)
			w.call()
			want := []string{"Echo.Do 0", "Echo.Do 1", "Echo.Do 2", "Echo.Do 3"}
			if !slices.Equal(seen, want) {
				t.Errorf("seen %v, want %v", seen, want)
			}
		}
	})
	if got := describe(runtime.CallInfoFrom(background)); got != "no call" {
		t.Errorf("elsewhere: %s", got)
	}
}

// A wrapped call that makes another wrapped call: each link sees its own call.
func TestCallInfoOfANestedCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen []string
		named := func(s *setup) { s.Name = "Inside" }
		inside := wrap(t, runtime.Policy{}, named, outer(info(&seen)), inner(info(&seen)))
		adds := func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
			return next.Run(context.WithValue(ctx, tenant{}, "acme"), f)
		}
		w := wrap(t, runtime.Policy{}, outer(info(&seen)), inner(info(&seen), link(adds)))
		w.will(fail)
		inside.will(succeed, fail)
		w.does(func(ctx context.Context, n int) (int, error) {
			return inside.method(ctx, n)
		})
		for range 2 {
			if err := w.call(); err != nil && !errors.Is(err, errBoom) {
				t.Error(err)
			}
		}
		want := []string{
			"Echo.Do 0", "Echo.Do 1", "Echo.Do 2", "Inside.Do 0", "Inside.Do 1",
			"Echo.Do 0", "Echo.Do 1", "Inside.Do 0", "Inside.Do 1", "Echo.Do 2", "Inside.Do 0", "Inside.Do 1",
		}
		if !slices.Equal(seen, want) {
			t.Errorf("seen %v, want %v", seen, want)
		}
	})
}
