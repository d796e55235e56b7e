package deadline

import (
	"context"
	goruntime "runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime/internal/clock"
)

// TestLivingContextOutlivesItsDeadline: once released, only the parent ends it, and
// all that was or will be derived from it.
func TestLivingContextOutlivesItsDeadline(t *testing.T) {
	parents := map[string]func(context.Context) (context.Context, func()){
		"standard":          standardParent,
		"with a value":      valueParent,
		"foreign":           foreignParent,
		"foreign AfterFunc": foreignFuncParent,
		"Context":           ourParent(contextKinds[1]),
		"Living":            ourParent(contextKinds[2]),
	}
	for name, parentOf := range parents {
		for ask, prepare := range asks {
			t.Run(name+"/"+ask, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					parent, endParent := parentOf(context.Background())
					defer endParent()
					ticking := clock.New()
					ctx := newLiving(parent, ticking, ticking.Now()+int64(time.Second))
					before := prepare(ctx)
					defer before.cancel()
					time.Sleep(time.Second / 2)
					ctx.Release()
					after := newOffspring(ctx)
					defer after.cancel()

					time.Sleep(time.Minute)
					ctx.Cancel() // does nothing after release
					ctx.Release()
					isAlive.check(t, "released", ctx)
					before.check(t, isAlive)
					after.check(t, isAlive)
					if ctx.Expired(ticking.Now()) {
						t.Error("released and expired")
					}

					endParent()
					synctest.Wait()
					over := fate{err: parent.Err(), cause: context.Cause(parent)}
					over.check(t, "with its parent over", ctx)
					before.check(t, over)
					after.check(t, over)
				})
			})
		}
	}
}

// The parent's end shows at once in Err and Done, whether or not the goroutine that
// context.AfterFunc starts has run yet.
func TestLivingContextEndsAtOnceWithParent(t *testing.T) {
	for _, released := range []bool{false, true} {
		for range 2000 {
			parent, cancelParent := context.WithCancel(context.Background())
			ticking := clock.New()
			ctx := newLiving(parent, ticking, ticking.Now()+int64(time.Hour))
			done := ctx.Done()
			if released {
				ctx.Release()
			}
			cancelParent()
			if ctx.Err() != context.Canceled || !isClosed(done) || !isClosed(ctx.Done()) {
				t.Fatalf("released %v: Err() = %v, Done() closed: %v",
					released, ctx.Err(), isClosed(done))
			}
			ctx.Cancel()
		}
	}
}

// A late success: what has been seen to end stays so, but a result whose deadline has
// passed unseen can be used.
func TestLivingContextReleasedLate(t *testing.T) {
	for name, test := range map[string]struct {
		ask func(context.Context)
		err error
	}{
		"unasked":  {func(context.Context) {}, nil},
		"Done":     {func(ctx context.Context) { ctx.Done() }, context.DeadlineExceeded},
		"deadline": {func(ctx context.Context) { ctx.Deadline() }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ticking := clock.New()
				ctx := newLiving(context.Background(), ticking, ticking.Now()+int64(time.Second))
				test.ask(ctx)
				time.Sleep(2 * time.Second)
				synctest.Wait()
				if !ctx.Expired(ticking.Now()) {
					t.Error("not expired")
				}
				ctx.Release()
				if got := ctx.Err(); got != test.err {
					t.Errorf("Err() = %v, want %v", got, test.err)
				}
			})
		})
	}
}

// A release at the very deadline holds, or comes too late, but never changes its mind.
func TestLivingContextReleasedAtDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 1000 {
			ticking := clock.New()
			ctx := newLiving(context.Background(), ticking, ticking.Now()+int64(time.Second))
			ctx.Done()
			time.Sleep(time.Second)
			ctx.Release()
			err := ctx.Err()
			synctest.Wait()
			if got := ctx.Err(); got != err {
				t.Fatalf("Err() = %v, then %v", err, got)
			}
		}
	})
}

// Err waits for an end that is under way, so as not to deny it.
func TestLivingContextWaitsForItsEnd(t *testing.T) {
	ticking := clock.New()
	ctx := newLiving(context.Background(), ticking, ticking.Now()+int64(time.Hour))
	ctx.Done()
	ctx.line.mu.Lock()
	ctx.line.finished.Store(&canceled)
	got := make(chan error)
	go func() { got <- ctx.Err() }()
	for range 1000 {
		goruntime.Gosched()
	}
	ctx.line.cancelInner()
	ctx.line.mu.Unlock()
	if err := <-got; err != context.Canceled {
		t.Errorf("Err() = %v", err)
	}
	ctx.line.timer.Stop()
}

func TestLivingContextTakesOneAllocation(t *testing.T) {
	ticking := clock.New()
	parent, cancelParent := context.WithCancel(context.Background())
	defer cancelParent()
	allocations := testing.AllocsPerRun(100, func() {
		released := newLiving(parent, ticking, ticking.Now()+int64(time.Hour))
		kept = released
		if released.Err() != nil || released.Expired(ticking.Now()) {
			t.Error("it has ended")
		}
		released.Release()
		if released.Err() != nil || released.Done() != parent.Done() {
			t.Error("it doesn't live as its parent does")
		}
	})
	if allocations != 1 {
		t.Errorf("%v allocations for a call that succeeds", allocations)
	}
	allocations = testing.AllocsPerRun(100, func() {
		failed := newLiving(parent, ticking, ticking.Now()+int64(time.Hour))
		kept = failed
		failed.Cancel()
		if failed.Err() != context.Canceled || !isClosed(failed.Done()) {
			t.Error("it has not ended")
		}
	})
	if allocations != 1 {
		t.Errorf("%v allocations for a call that fails", allocations)
	}
}
