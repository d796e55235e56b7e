package runtime

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// kept keeps a context from living on the stack, where it would cost no allocation.
var kept context.Context

func TestDeadlineContextTakesOneAllocation(t *testing.T) {
	clock := newClock()
	parent, cancelParent := context.WithCancel(context.Background())
	defer cancelParent()
	allocations := testing.AllocsPerRun(100, func() {
		ctx := newDeadlineContext(parent, clock, clock.now()+int64(time.Hour))
		kept = ctx
		if ctx.Err() != nil || ctx.Value(testKey{}) != nil || ctx.expired(clock.now()) {
			t.Error("it has ended")
		}
		ctx.cancel()
		if ctx.Err() != context.Canceled || !isClosed(ctx.Done()) {
			t.Error("it has not ended")
		}
	})
	if allocations != 1 {
		t.Errorf("%v allocations", allocations)
	}
}

func TestDeadlineContextSetsNoTimerUnasked(t *testing.T) {
	clock := newClock()
	ctx := newDeadlineContext(context.Background(), clock, clock.now()+int64(time.Hour))
	ctx.Deadline()
	_ = ctx.Err()
	if ctx.inner.Load() != nil {
		t.Error("it is left to the standard library before Done was asked for")
	}
	ctx.cancel()
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
	clock := newClock()
	deadline := clock.now() + int64(time.Hour)
	onTime := newDeadlineContext(context.Background(), clock, deadline)
	living := newLivingContext(context.Background(), clock, deadline)
	for _, ctx := range []interface {
		context.Context
		expired(now int64) bool
		cancel()
	}{onTime, living} {
		ctx.Done()
		if ctx.expired(deadline - 1) {
			t.Errorf("%v expired before its deadline", ctx)
		}
		if !ctx.expired(deadline) {
			t.Errorf("%v not expired at its deadline", ctx)
		}
		ctx.cancel()
		if ctx.expired(deadline) {
			t.Errorf("%v expired, although cancelled before", ctx)
		}
	}
}

// A retained context keeps its channel and its deadline.
func TestDeadlineContextIsConstant(t *testing.T) {
	clock := newClock()
	ctx := newDeadlineContext(context.Background(), clock, clock.now()+int64(time.Hour))
	deadline, _ := ctx.Deadline()
	done := ctx.Done()
	for range 3 {
		if again, _ := ctx.Deadline(); again != deadline || ctx.Done() != done {
			t.Errorf("Deadline() = %v, Done() = %v; then %v, %v", deadline, done, again, ctx.Done())
		}
		ctx.cancel()
	}
}

func BenchmarkTimeoutContext(b *testing.B) {
	parent, cancelParent := context.WithCancel(context.Background())
	defer cancelParent()
	clock := newClock()
	b.Run("context.WithTimeout", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ctx, cancel := context.WithTimeout(parent, time.Hour)
			kept = ctx
			cancel()
		}
	})
	b.Run("deadlineContext", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ctx := newDeadlineContext(parent, clock, clock.now()+int64(time.Hour))
			kept = ctx
			ctx.expired(0)
			ctx.cancel()
		}
	})
	b.Run("deadlineContext,Done", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ctx := newDeadlineContext(parent, clock, clock.now()+int64(time.Hour))
			ctx.Done()
			ctx.cancel()
		}
	})
	b.Run("livingContext", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ctx := newLivingContext(parent, clock, clock.now()+int64(time.Hour))
			kept = ctx
			ctx.release()
		}
	})
	b.Run("livingContext,Done", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ctx := newLivingContext(parent, clock, clock.now()+int64(time.Hour))
			ctx.Done()
			ctx.release()
		}
	})
}
