package deadline

import (
	"context"
	"sync/atomic"
	"testing"
)

// offspring is what callees derive from a context. Nil is none.
type offspring struct {
	children map[string]context.Context // those that end with it
	detached context.Context
	cancels  []func()

	ran, ranStopped atomic.Bool // functions registered with AfterFunc
	stopped         bool        // what stop said for the second
	early           atomic.Bool // a child ended before its parent
}

// asks are what may have been asked of a context before it ends.
var asks = map[string]func(context.Context) *offspring{
	"unasked":  func(ctx context.Context) *offspring { return nil },
	"asked":    func(ctx context.Context) *offspring { ctx.Done(); return nil },
	"children": newOffspring,
}

func newOffspring(ctx context.Context) *offspring {
	withCancel, cancel := context.WithCancel(ctx)
	withTimeout, cancelTimeout := context.WithTimeout(withCancel, 24*anHour)
	withValue := context.WithValue(ctx, testKey{}, "theirs")
	grandchild, cancelGrandchild := context.WithCancelCause(withValue)
	f := &offspring{
		children: map[string]context.Context{
			"WithCancel":                   withCancel,
			"WithTimeout of WithCancel":    withTimeout,
			"WithValue":                    withValue,
			"WithCancelCause of WithValue": grandchild,
		},
		detached: context.WithoutCancel(ctx),
		cancels:  []func(){cancel, cancelTimeout, func() { cancelGrandchild(nil) }},
	}
	context.AfterFunc(ctx, func() { f.ran.Store(true) })
	context.AfterFunc(grandchild, func() {
		f.early.Store(ctx.Err() == nil || !isClosed(ctx.Done()))
	})
	f.stopped = context.AfterFunc(ctx, func() { f.ranStopped.Store(true) })()
	return f
}

func (f *offspring) cancel() {
	if f != nil {
		for _, cancel := range f.cancels {
			cancel()
		}
	}
}

func (f *offspring) check(t *testing.T, want fate) {
	t.Helper()
	if f == nil {
		return
	}
	for name, child := range f.children {
		want.check(t, name, child)
	}
	if got := f.ran.Load(); got != (want.err != nil) {
		t.Errorf("AfterFunc ran: %v, want %v", got, want.err != nil)
	}
	if f.early.Load() {
		t.Error("a child ended before the context")
	}
	if f.ranStopped.Load() == f.stopped {
		t.Errorf("AfterFunc ran: %v, although stop returned %v", !f.stopped, f.stopped)
	}
	isAlive.check(t, "WithoutCancel", f.detached)
}
