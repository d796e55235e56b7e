package callctx

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime/internal/clock"
)

type key struct{}

// attempt returns the context of an attempt of a circuit, of each kind.
func attempt(kind string, ctx context.Context, of *Circuit, retried bool) (context.Context, *Mark) {
	within := From(ctx)
	var m *Mark
	if kind == "marked" {
		ctx, m = Marked(ctx)
	} else {
		c := clock.New()
		ctx, m = New(ctx, c, c.Now()+int64(time.Hour), kind == "living")
	}
	m.Set(of, within, retried)
	return ctx, m
}

// A call knows all attempts that it is part of, while they are under way.
func TestMark(t *testing.T) {
	a, b, c := new(Circuit), new(Circuit), new(Circuit)
	for _, kind := range []string{"deadline", "living", "marked"} {
		t.Run(kind, func(t *testing.T) {
			if m := From(t.Context()); m != nil || m.Has(a) || m.Retried() || m.PerCall() || m.NoRetry() || m.Timeout() != 0 {
				t.Error("a call that stands alone is part of something")
			}
			ctx, outer := attempt(kind, t.Context(), a, true)
			ctx, inner := attempt(kind, context.WithValue(ctx, key{}, "value"), b, false)
			m := From(ctx)
			if m != inner || !m.Has(a) || !m.Has(b) || m.Has(c) || !m.Retried() || m.PerCall() {
				t.Errorf("it knows %v, %v, not %v; retried %v", m.Has(a), m.Has(b), m.Has(c), m.Retried())
			}
			if ctx.Value(key{}) != "value" {
				t.Error("it hides values")
			}
			outer.End()
			if m.Has(a) || !m.Has(b) || m.Retried() {
				t.Error("what is over is there still")
			}
		})
	}
}

// The context of a whole call is nobody's attempt: what is around it is seen.
func TestUnset(t *testing.T) {
	a := new(Circuit)
	for _, kind := range []bool{false, true} {
		outer, want := attempt("deadline", t.Context(), a, false)
		c := clock.New()
		total, _ := New(outer, c, c.Now()+int64(time.Hour), kind)
		if From(total) != want {
			t.Errorf("living %v: it hides the mark around", kind)
		}
		End(total, false)
	}
}

func TestPerCall(t *testing.T) {
	a := new(Circuit)
	around, _ := attempt("marked", t.Context(), a, true)
	for name, ctx := range map[string]context.Context{
		"one":     WithTimeout(WithoutRetry(around), time.Second),
		"another": WithoutRetry(WithTimeout(WithTimeout(around, time.Hour), time.Second)),
	} {
		m := From(ctx)
		if !m.PerCall() || !m.NoRetry() || m.Timeout() != time.Second || !m.Has(a) || !m.Retried() {
			t.Errorf("%s: %+v", name, m)
		}
		inside, _ := attempt("marked", ctx, new(Circuit), false)
		if m := From(inside); m.PerCall() || m.NoRetry() || m.Timeout() != 0 || !m.Has(a) {
			t.Errorf("%s: what was asked for one call is asked for those within", name)
		}
	}
	if alone := WithTimeout(context.WithValue(around, key{}, 1), time.Second); From(alone).NoRetry() || alone.Value(key{}) != 1 {
		t.Error("more is asked for than was, or values are hidden")
	}
	if got := From(WithTimeout(around, -1)).Timeout(); got != 1 {
		t.Errorf("no time is %v", got)
	}
}

// Only a success that lives on leaves its context open.
func TestEnd(t *testing.T) {
	for _, c := range []struct{ livesOn, succeeded, lives bool }{
		{true, true, true}, {true, false, false}, {false, true, false}, {false, false, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			own := clock.New()
			ctx, _ := New(context.Background(), own, own.Now()+int64(time.Hour), c.livesOn)
			End(ctx, c.succeeded)
			for range 2 {
				if (ctx.Err() == nil) != c.lives {
					t.Errorf("%+v: it ended with %v", c, ctx.Err())
				}
				time.Sleep(2 * time.Hour)
			}
		})
	}
}

func TestHold(t *testing.T) {
	for livesOn, want := range map[bool]error{true: nil, false: context.DeadlineExceeded} {
		synctest.Test(t, func(t *testing.T) {
			c := clock.New()
			ctx, _ := New(context.Background(), c, c.Now()+int64(time.Second), livesOn)
			defer ctx.Cancel()
			Hold(ctx)
			time.Sleep(time.Minute)
			if err := ctx.Err(); err != want {
				t.Errorf("lives on %v: it ended with %v", livesOn, err)
			}
			Resume(ctx)
			if err := ctx.Err(); err != context.DeadlineExceeded {
				t.Errorf("lives on %v: it goes on after its deadline, with %v", livesOn, err)
			}
		})
	}
}

func TestString(t *testing.T) {
	marked, _ := Marked(context.Background())
	for _, ctx := range []context.Context{marked, WithoutRetry(context.Background())} {
		if got := fmt.Sprint(ctx); got != "context.Background" {
			t.Errorf("%T is shown as %s", ctx, got)
		}
	}
}
