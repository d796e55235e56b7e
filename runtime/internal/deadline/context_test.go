package deadline

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime/internal/clock"
)

// kept keeps a context from living on the stack, where it would cost no allocation.
var kept context.Context

func TestContextTakesOneAllocation(t *testing.T) {
	ticking := clock.New()
	parent, cancelParent := context.WithCancel(context.Background())
	defer cancelParent()
	allocations := testing.AllocsPerRun(100, func() {
		ctx := newContext(parent, ticking, ticking.Now()+int64(time.Hour))
		kept = ctx
		if ctx.Err() != nil || ctx.Value(testKey{}) != nil || ctx.Expired(ticking.Now()) {
			t.Error("it has ended")
		}
		ctx.Cancel()
		if ctx.Err() != context.Canceled || !isClosed(ctx.Done()) {
			t.Error("it has not ended")
		}
	})
	if allocations != 1 {
		t.Errorf("%v allocations", allocations)
	}
}

func TestContextSetsNoTimerUnasked(t *testing.T) {
	ticking := clock.New()
	ctx := newContext(context.Background(), ticking, ticking.Now()+int64(time.Hour))
	ctx.Deadline()
	_ = ctx.Err()
	if ctx.inner.Load() != nil {
		t.Error("it is left to the standard library before Done was asked for")
	}
	ctx.Cancel()
	ctx.Done()
	if ctx.inner.Load() != innerCanceled {
		t.Error("it is left to the standard library after cancel")
	}
}

// Of two ends that nobody has seen the deadline counts, which is our own choice:
// the standard library's context would have been watching.
func TestContextPrefersDeadlineUnseen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, kind := range contextKinds[1:] {
			parent, cancelParent := context.WithCancel(context.Background())
			ctx := kind.derive(parent, time.Second)
			cancelParent()
			time.Sleep(time.Second)
			if !ctx.expired() || ctx.Err() != context.DeadlineExceeded {
				t.Errorf("%s: expired() = %v, Err() = %v", kind.name, ctx.expired(), ctx.Err())
			}
			ctx.cancel()
		}
	})
}

// A call that returns past its deadline has timed out, also where the machine is too
// busy for the timer.
func TestContextExpiresBeforeLateTimer(t *testing.T) {
	ticking := clock.New()
	deadline := ticking.Now() + int64(time.Hour)
	onTime := newContext(context.Background(), ticking, deadline)
	living := newLiving(context.Background(), ticking, deadline)
	for _, ctx := range []interface {
		context.Context
		Expired(now int64) bool
		Cancel()
	}{onTime, living} {
		ctx.Done()
		if ctx.Expired(deadline - 1) {
			t.Errorf("%v expired before its deadline", ctx)
		}
		if !ctx.Expired(deadline) {
			t.Errorf("%v not expired at its deadline", ctx)
		}
		ctx.Cancel()
		if ctx.Expired(deadline) {
			t.Errorf("%v expired, although cancelled before", ctx)
		}
	}
}

// A retained context keeps its channel and its deadline.
func TestContextIsConstant(t *testing.T) {
	ticking := clock.New()
	ctx := newContext(context.Background(), ticking, ticking.Now()+int64(time.Hour))
	deadline, _ := ctx.Deadline()
	done := ctx.Done()
	for range 3 {
		if again, _ := ctx.Deadline(); again != deadline || ctx.Done() != done {
			t.Errorf("Deadline() = %v, Done() = %v; then %v, %v", deadline, done, again, ctx.Done())
		}
		ctx.Cancel()
	}
}

func BenchmarkTimeoutContext(b *testing.B) {
	parent, cancelParent := context.WithCancel(context.Background())
	defer cancelParent()
	ticking := clock.New()
	b.Run("context.WithTimeout", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ctx, cancel := context.WithTimeout(parent, time.Hour)
			kept = ctx
			cancel()
		}
	})
	b.Run("Context", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ctx := newContext(parent, ticking, ticking.Now()+int64(time.Hour))
			kept = ctx
			ctx.Expired(0)
			ctx.Cancel()
		}
	})
	b.Run("Context,Done", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ctx := newContext(parent, ticking, ticking.Now()+int64(time.Hour))
			ctx.Done()
			ctx.Cancel()
		}
	})
	b.Run("Living", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ctx := newLiving(parent, ticking, ticking.Now()+int64(time.Hour))
			kept = ctx
			ctx.Release()
		}
	})
	b.Run("Living,Done", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ctx := newLiving(parent, ticking, ticking.Now()+int64(time.Hour))
			ctx.Done()
			ctx.Release()
		}
	})
}
