package runtime_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/runtime"
)

// silentLinks return no error though the method hasn't returned.
var silentLinks = map[string]runFunc{
	"makes no call": gives(nil),
	"makes another": func(ctx context.Context, _ goresilience.Func, next goresilience.Runner) error {
		return next.Run(ctx, func(context.Context) error { return nil })
	},
	"makes none of its caller's": func(_ context.Context, _ goresilience.Func, next goresilience.Runner) error {
		return next.Run(background, func(context.Context) error { return nil })
	},
	"doesn't wait": func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
		go next.Run(ctx, f)
		time.Sleep(time.Millisecond)
		return nil
	},
	"doesn't wait, and hides its caller": func(_ context.Context, f goresilience.Func, next goresilience.Runner) error {
		go next.Run(background, f)
		time.Sleep(time.Millisecond)
		return nil
	},
}

// saysNoEnd fails the test where an error doesn't say which circuit's links are to blame.
func saysNoEnd(t *testing.T, err error) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), "circuit Echo.Do: a link in Outer or Inner has returned no error") {
		t.Errorf("got %v", err)
	}
}

// No error would tell the caller that the call was made, and that there are its results.
func TestLinkIsSilentOfACallWithoutAnEnd(t *testing.T) {
	for name, silent := range silentLinks {
		t.Run(name, func(t *testing.T) {
			inEveryPlace(t, once, silent, func(t *testing.T, w *wrapper) {
				w.does(after(100*time.Millisecond, giving(7)))
				for range 2 {
					e := w.do(background, 1)
					if saysNoEnd(t, e.err); e.n != 0 {
						t.Errorf("it has results all the same: %d", e.n)
					}
				}
			})
		})
	}
}

// In Inner it is the attempt's failure, which opens the circuit; in Outer it counts nowhere, unless something
// else was run in its place. A fallback answers all.
func TestSilentLinksCount(t *testing.T) {
	for name, c := range map[string]struct {
		put    func(...goresilience.Middleware) option
		silent string
		counts runtime.Counts
	}{
		"inside, makes no call":               {inner, "makes no call", runtime.Counts{Failures: 1, Fallbacks: 1}},
		"outside, makes no call":              {outer, "makes no call", runtime.Counts{Fallbacks: 1}},
		"outside, makes another":              {outer, "makes another", runtime.Counts{Failures: 1, Fallbacks: 1}},
		"outside, makes none of its caller's": {outer, "makes none of its caller's", runtime.Counts{Failures: 1, Fallbacks: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			bothOrders(t, func(t *testing.T, order option) {
				w := wrap(t, once, order, c.put(link(silentLinks[c.silent])), fallsBack(giving(100)))
				if e := w.do(background, 1); e.n != 100 || e.err != nil {
					t.Errorf("got %+v", e)
				}
				w.counted(t, c.counts)
			})
		})
	}
}

// Nor may a link take the error from a call that was turned away, or left alone.
func TestLinkSwallowsTheChainsError(t *testing.T) {
	swallows := func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
		next.Run(ctx, f)
		return nil
	}
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, detached(), order, outer(link(swallows)))
		w.does(deaf(giving(7)))
		e := w.do(background, 1)
		if saysNoEnd(t, e.err); e.n != 0 {
			t.Errorf("got %+v", e)
		}
		w.circuit.ForceOpen()
		saysNoEnd(t, w.call())
		time.Sleep(time.Hour)
	})
}

// A method without results is one whose caller is told that it was done.
func TestSilentLinkOfAMethodWithoutResults(t *testing.T) {
	b := runtime.Builder[echo]{
		Constructor: "New", Interface: "Echo", Next: step(succeed), Registry: runtime.NewRegistry(),
		Outer: []goresilience.Middleware{link(gives(nil))},
	}
	do := runtime.NewMethod(&b, runtime.Spec{Name: "Do"}, func(next echo, ctx context.Context, _ struct{}) (struct{}, error) {
		_, err := next.Do(ctx, 1)
		return struct{}{}, err
	})(b.Next)
	if err := b.Build(); err != nil {
		t.Fatal(err)
	}
	_, err := do(background, struct{}{})
	saysNoEnd(t, err)
}

// A link that waits for the call may hide how it failed: there are its results.
func TestLinkSwallowsTheMethodsError(t *testing.T) {
	swallows := func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
		if err := next.Run(ctx, f); !errors.Is(err, errBoom) {
			return err
		}
		return nil
	}
	inEveryPlace(t, once, swallows, func(t *testing.T, w *wrapper) {
		w.does(func(context.Context, int) (int, error) { return 7, errBoom })
		if e := w.do(background, 1); e.n != 7 || e.err != nil {
			t.Errorf("got %+v", e)
		}
	})
}
