package deadline

import (
	"context"
	goruntime "runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/breakergen/breakergen/runtime/internal/clock"
)

// streamed returns what a call leaves behind whose context its callee has used before
// and after it returned, the context itself being dropped.
//
//go:noinline
func streamed[T any](parent context.Context, before, after func(context.Context) T) (T, T) {
	ticking := clock.New()
	ctx := newLiving(parent, ticking, ticking.Now()+int64(time.Hour))
	first := before(ctx)
	ctx.Release()
	ctx.Release()
	return first, after(ctx)
}

// collect runs the collector and lets cleanups run until holds reports true.
func collect(t *testing.T, holds func() bool) {
	t.Helper()
	for range 100 {
		goruntime.GC()
		if holds() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("after 100 collections it still isn't so")
}

// collections are enough for all cleanups of a dropped context, one leading to another.
func collections() {
	for range 5 {
		goruntime.GC()
		time.Sleep(10 * time.Millisecond)
	}
}

// TestDroppedLivingContextsLeaveTheirParent: a long-lived parent keeps nothing of the
// streams that were made under it, however their callees used the context.
func TestDroppedLivingContextsLeaveTheirParent(t *testing.T) {
	uses := map[string]func(context.Context) any{
		"unasked": func(ctx context.Context) any { return nil },
		"Done":    func(ctx context.Context) any { ctx.Done(); return nil },
		"WithCancel": func(ctx context.Context) any {
			child, cancel := context.WithCancel(context.WithValue(ctx, testKey{}, "theirs"))
			child.Done()
			cancel()
			return nil
		},
		"AfterFunc": func(ctx context.Context) any {
			context.AfterFunc(ctx, func() {})()
			return nil
		},
		"total and attempt": func(ctx context.Context) any {
			ticking := clock.New()
			attempt := newLiving(ctx, ticking, ticking.Now()+int64(time.Minute))
			attempt.Done()
			attempt.Release()
			return nil
		},
	}
	streams := 100_000 / len(uses)
	root, cancelRoot := context.WithCancel(context.Background())
	defer cancelRoot()
	for name, use := range uses {
		t.Run(name, func(t *testing.T) {
			defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
			counting := newForeignAfterFuncContext(root)
			for range 100 {
				streamed(counting, use, use)
			}
			collect(t, func() bool { return counting.followers() == 0 })

			before := heapInUse()
			for range streams {
				streamed(root, use, uses["unasked"])
			}
			// 64 bytes a stream is less than any one object of it. What is left is the
			// parent's map, empty, which doesn't shrink.
			collect(t, func() bool { return heapInUse()-before < int64(64*streams) })
		})
	}
}

func heapInUse() int64 {
	var m goruntime.MemStats
	goruntime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestLivingContextTellsWhoIsLeft: whoever holds anything that came of a dropped
// context is told of its parent's end, however often the collector has run.
func TestLivingContextTellsWhoIsLeft(t *testing.T) {
	uses := map[string]func(context.Context) <-chan struct{}{
		"channel": func(ctx context.Context) <-chan struct{} { return ctx.Done() },
		"waiting goroutine": func(ctx context.Context) <-chan struct{} {
			return toldBy(func(tell func()) {
				go func(done <-chan struct{}) { <-done; tell() }(ctx.Done())
			})
		},
		"selecting goroutine": func(ctx context.Context) <-chan struct{} {
			return toldBy(func(tell func()) {
				go func(done <-chan struct{}) {
					select {
					case <-done:
						tell()
					case <-make(chan struct{}):
					}
				}(ctx.Done())
			})
		},
		"function": func(ctx context.Context) <-chan struct{} {
			return toldBy(func(tell func()) { context.AfterFunc(ctx, tell) })
		},
		"channel of a child": func(ctx context.Context) <-chan struct{} {
			child, cancel := context.WithCancel(ctx)
			_ = cancel
			return child.Done()
		},
		"channel of a grandchild": func(ctx context.Context) <-chan struct{} {
			child, cancel := context.WithCancel(context.WithValue(ctx, testKey{}, "theirs"))
			grandchild, cancelGrandchild := context.WithTimeout(child, time.Hour)
			_, _ = cancel, cancelGrandchild
			return grandchild.Done()
		},
		"child": func(ctx context.Context) <-chan struct{} {
			child, cancel := context.WithCancel(ctx)
			_ = cancel
			return toldBy(func(tell func()) { go func() { <-child.Done(); tell() }() })
		},
	}
	parents := map[string]func(context.Context) (context.Context, func()){
		"standard": standardParent,
		"foreign":  foreignParent,
	}
	for parentName, parentOf := range parents {
		for name, use := range uses {
			t.Run(parentName+"/"+name, func(t *testing.T) {
				defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
				parent, endParent := parentOf(context.Background())
				before, after := streamed(parent, use, use)
				collections()
				if isClosed(before) || isClosed(after) {
					t.Error("told before the parent's end")
				}
				endParent()
				for _, told := range []<-chan struct{}{before, after} {
					select {
					case <-told:
					case <-time.After(10 * time.Second):
						t.Errorf("asked during the call: told %v; after it: told %v",
							isClosed(before), isClosed(after))
					}
				}
			})
		}
	}
}

// toldBy returns a channel that is closed when arrange's callback is first called.
func toldBy(arrange func(tell func())) <-chan struct{} {
	told := make(chan struct{})
	arrange(func() { close(told) })
	return told
}

// TestLivingContextInBubble: what the collector sets off runs outside of the bubble of
// a test, and must leave the bubble's channels alone.
func TestLivingContextInBubble(t *testing.T) {
	for name, parentOf := range map[string]func(context.Context) (context.Context, func()){
		"standard":          standardParent,
		"foreign":           foreignParent,
		"foreign AfterFunc": foreignFuncParent,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				parent, endParent := parentOf(context.Background())
				defer endParent()
				done := func(ctx context.Context) <-chan struct{} { return ctx.Done() }
				drop := func(ctx context.Context) <-chan struct{} { ctx.Done(); return nil }
				goroutines := goruntime.NumGoroutine()
				for range 100 {
					streamed(parent, drop, drop)
				}
				var told atomic.Int32
				held, _ := streamed(parent, done, drop)
				go func() { <-held; told.Add(1) }()
				collect(t, func() bool {
					time.Sleep(pollEvery)
					return goruntime.NumGoroutine() <= goroutines+2
				})
				if told.Load() != 0 {
					t.Error("told before the parent's end")
				}
				endParent()
				synctest.Wait()
				if told.Load() != 1 {
					t.Error("not told of the parent's end")
				}
			})
		})
	}
}

// A failed call's timer is not left to run out.
func TestLifelineStopsItsTimer(t *testing.T) {
	ticking := clock.New()
	ctx := newLiving(context.Background(), ticking, ticking.Now()+int64(time.Hour))
	ctx.Done()
	ctx.Cancel()
	if ctx.line.timer.Stop() {
		t.Error("the timer was still running")
	}
}

// Parent's end may be on its way when inner ends otherwise and is forgotten.
func TestLifelineEndsOnce(t *testing.T) {
	parent, cancelParent := context.WithCancel(context.Background())
	defer cancelParent()
	l := newLifeline(parent)
	done := l.inner.Done()
	l.mu.Lock()
	l.finish(canceled)
	l.mu.Unlock()
	l.weaken()
	l.parentEnded() // would close done again, and panic
	if !isClosed(done) {
		t.Error("it has not ended")
	}
}
