package deadline

import (
	"context"
	"fmt"
	goruntime "runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/breakergen/breakergen/runtime/internal/clock"
)

// A contextKind is one way to derive a context with a timeout.
type contextKind struct {
	name   string
	derive func(parent context.Context, timeout time.Duration) *derived
}

// derived is a context as a call has it: cancel is called when it has returned.
type derived struct {
	context.Context
	cancel  func()
	expired func() bool // nil where the context can't tell
}

// contextKinds are the standard library's context.WithTimeout, which says what is
// right, and the two that must not differ from it.
var contextKinds = []contextKind{
	{"WithTimeout", func(parent context.Context, timeout time.Duration) *derived {
		ctx, cancel := context.WithTimeout(parent, timeout)
		return &derived{ctx, cancel, nil}
	}},
	{"Context", func(parent context.Context, timeout time.Duration) *derived {
		ticking := clock.New()
		ctx := newContext(parent, ticking, ticking.Now()+int64(timeout))
		expired := func() bool { return ctx.Expired(ticking.Now()) }
		return &derived{ctx, func() { expired(); ctx.Cancel() }, expired}
	}},
	{"Living", func(parent context.Context, timeout time.Duration) *derived {
		ticking := clock.New()
		ctx := newLiving(parent, ticking, ticking.Now()+int64(timeout))
		return &derived{ctx, ctx.Cancel, func() bool { return ctx.Expired(ticking.Now()) }}
	}},
}

// TestContextDeadlines compares what Deadline says with the standard library.
func TestContextDeadlines(t *testing.T) {
	parents := map[string]func(context.Context) (context.Context, func()){
		"no deadline": endlessParent,
		"earlier":     parentWithin(time.Second),
		"the same":    parentWithin(time.Minute),
		"later":       parentWithin(time.Hour),
		"over":        parentWithin(-time.Second),
	}
	for name, parentOf := range parents {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(time.Second)
				parent, cancelParent := parentOf(context.Background())
				defer cancelParent()
				standard := contextKinds[0].derive(parent, time.Minute)
				ours := contextKinds[1].derive(parent, time.Minute)
				living := contextKinds[2].derive(parent, time.Minute)
				compare := func(when string) {
					t.Helper()
					checkDeadline(t, when, ours, standard)
					checkDeadline(t, when+", living", living, parent)
					got, want := fmt.Sprint(ours.Context), fmt.Sprint(standard.Context)
					if got != want {
						t.Errorf("%s: String() = %s, want %s", when, got, want)
					}
				}
				compare("at first")
				time.Sleep(time.Millisecond)
				compare("later")
				standard.Done()
				ours.Done()
				compare("with Done asked for")
				time.Sleep(time.Hour)
				compare("in the end")
				standard.cancel()
				ours.cancel()
				living.cancel()
				compare("cancelled")
			})
		})
	}
}

func checkDeadline(t *testing.T, when string, got, want context.Context) {
	t.Helper()
	gotAt, gotOK := got.Deadline()
	wantAt, wantOK := want.Deadline()
	if gotAt != wantAt || gotOK != wantOK {
		t.Errorf("%s: Deadline() = %v, %v, want %v, %v", when, gotAt, gotOK, wantAt, wantOK)
	}
}

func TestContextValues(t *testing.T) {
	type key string
	for _, kind := range contextKinds {
		t.Run(kind.name, func(t *testing.T) {
			parent := context.WithValue(context.Background(), key("a"), 1)
			ctx := kind.derive(parent, time.Hour)
			compare := func(when string) {
				t.Helper()
				for k, want := range map[any]any{key("a"): 1, key("b"): nil, "a": nil} {
					if got := ctx.Value(k); got != want {
						t.Errorf("%s: Value(%v) = %v, want %v", when, k, got, want)
					}
				}
			}
			compare("at first")
			ctx.Done()
			compare("with Done asked for")
			ctx.cancel()
			compare("cancelled")
			unasked := kind.derive(parent, time.Hour)
			unasked.cancel()
			if got := unasked.Value(key("a")); got != 1 {
				t.Errorf("cancelled unasked: Value(a) = %v", got)
			}
		})
	}
}

// TestContextNames: fmt must not look into a context that other goroutines use.
func TestContextNames(t *testing.T) {
	parent := &foreignContext{Context: context.Background()}
	for _, kind := range contextKinds {
		ctx := kind.derive(parent, time.Hour)
		defer ctx.cancel()
		child := context.WithValue(ctx.Context, testKey{}, "theirs")
		if got := fmt.Sprint(child); !strings.HasPrefix(got, "*deadline.foreignContext.With") {
			t.Errorf("%s prints as %s", kind.name, got)
		}
	}
}

// TestContextChildrenTakeNoGoroutine counts: a context derived from one of ours
// follows it without a goroutine, and so does what is derived from that.
func TestContextChildrenTakeNoGoroutine(t *testing.T) {
	const heirs = 100
	for _, kind := range contextKinds {
		t.Run(kind.name, func(t *testing.T) {
			defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
			parent, cancelParent := context.WithCancel(context.Background())
			defer cancelParent()
			ctx := kind.derive(parent, time.Hour)
			before := goruntime.NumGoroutine()
			for range heirs {
				f := newOffspring(ctx.Context)
				defer f.cancel()
			}
			if more := goruntime.NumGoroutine() - before; more >= heirs {
				t.Errorf("%d goroutines more for %d times the offspring", more, heirs)
			}
			ctx.cancel()
		})
	}
}

// TestEndedContextsLeaveTheirParent: once the call is over nothing is registered for it.
func TestEndedContextsLeaveTheirParent(t *testing.T) {
	for _, kind := range contextKinds {
		for name, end := range map[string]func(*derived){
			"cancel":   func(ctx *derived) { ctx.cancel() },
			"deadline": func(*derived) { time.Sleep(aSecond) },
		} {
			t.Run(kind.name+"/"+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					parent := newForeignAfterFuncContext(context.Background())
					ctx := kind.derive(parent, aSecond)
					newOffspring(ctx.Context)
					if got := parent.followers(); got != 1 {
						t.Errorf("the parent has %d followers before, want 1", got)
					}
					end(ctx)
					synctest.Wait()
					if got := parent.followers(); got != 0 {
						t.Errorf("the parent has %d followers afterwards", got)
					}
					parent.end()
				})
			})
		}
	}
}

// TestContextConcurrently uses a context from many goroutines while it ends, in each
// of three ways. It is the race detector's.
func TestContextConcurrently(t *testing.T) {
	ends := map[string]func(ctx *derived, cancelParent func()){
		"cancel":   func(ctx *derived, _ func()) { ctx.cancel() },
		"parent":   func(_ *derived, cancelParent func()) { cancelParent() },
		"deadline": func(*derived, func()) {},
	}
	for _, kind := range contextKinds {
		for name, end := range ends {
			t.Run(kind.name+"/"+name, func(t *testing.T) {
				defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
				for range 100 {
					parent, cancelParent := context.WithCancel(context.Background())
					ctx := kind.derive(parent, time.Millisecond)
					var users sync.WaitGroup
					for range 4 {
						users.Go(func() { useUntilEnd(t, ctx.Context) })
					}
					end(ctx, cancelParent)
					users.Wait()
					ctx.cancel()
					cancelParent()
				}
			})
		}
	}
}

func useUntilEnd(t *testing.T, ctx context.Context) {
	_ = fmt.Sprint(ctx)
	ctx.Deadline()
	if ctx.Err() != nil && !isClosed(ctx.Done()) {
		t.Error("Err before Done is closed")
	}
	f := newOffspring(ctx)
	defer f.cancel()
	<-ctx.Done()
	err := ctx.Err()
	for name, child := range f.children {
		<-child.Done()
		if got := child.Err(); got != err {
			t.Errorf("%s: Err() = %v, want %v", name, got, err)
		}
	}
	if err == nil || ctx.Err() != err || context.Cause(ctx) != err {
		t.Errorf("Err() = %v, then %v; Cause() = %v", err, ctx.Err(), context.Cause(ctx))
	}
}
