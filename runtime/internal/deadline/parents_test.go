package deadline

import (
	"context"
	"sync"
	"time"
)

// Each of these derives a parent from root, and returns what ends it.

func standardParent(root context.Context) (context.Context, func()) {
	return context.WithCancel(root)
}

func parentWithin(d time.Duration) func(context.Context) (context.Context, func()) {
	return func(root context.Context) (context.Context, func()) {
		ctx, cancel := context.WithTimeoutCause(root, d, errParent)
		return ctx, cancel
	}
}

func valueParent(root context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(root)
	return context.WithValue(ctx, testKey{}, "ours"), cancel
}

type testKey struct{}

func endlessParent(root context.Context) (context.Context, func()) {
	return context.WithoutCancel(root), func() {}
}

func ourParent(kind contextKind) func(context.Context) (context.Context, func()) {
	return func(root context.Context) (context.Context, func()) {
		ctx := kind.derive(root, time.Hour)
		return ctx.Context, ctx.cancel
	}
}

func carelessParent(root context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(root)
	return &carelessContext{ctx, time.Now().Add(time.Second)}, cancel
}

func foreignParent(root context.Context) (context.Context, func()) {
	ctx := &foreignContext{Context: root, done: make(chan struct{})}
	return ctx, ctx.end
}

func foreignFuncParent(root context.Context) (context.Context, func()) {
	ctx := newForeignAfterFuncContext(root)
	return ctx, ctx.end
}

// carelessContext doesn't end at its deadline.
type carelessContext struct {
	context.Context
	deadline time.Time
}

func (c *carelessContext) Deadline() (time.Time, bool) { return c.deadline, true }

// foreignContext isn't the standard library's: it takes a goroutine to follow it. It
// doesn't end with root.
type foreignContext struct {
	context.Context // root
	done            chan struct{}

	mu  sync.Mutex
	err error
}

func (c *foreignContext) Done() <-chan struct{} { return c.done }

func (c *foreignContext) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

func (c *foreignContext) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = errForeign
		close(c.done)
	}
}

// foreignAfterFuncContext spares its followers the goroutine, and counts them.
type foreignAfterFuncContext struct {
	foreignContext
	funcs map[*func()]struct{} // guarded by mu
}

func newForeignAfterFuncContext(root context.Context) *foreignAfterFuncContext {
	return &foreignAfterFuncContext{
		foreignContext: foreignContext{Context: root, done: make(chan struct{})},
		funcs:          make(map[*func()]struct{}),
	}
}

func (c *foreignAfterFuncContext) AfterFunc(f func()) (stop func() bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.funcs[&f] = struct{}{}
	return func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		_, waiting := c.funcs[&f]
		delete(c.funcs, &f)
		return waiting
	}
}

func (c *foreignAfterFuncContext) end() {
	c.foreignContext.end()
	c.mu.Lock()
	defer c.mu.Unlock()
	for f := range c.funcs {
		go (*f)()
		delete(c.funcs, f)
	}
}

func (c *foreignAfterFuncContext) followers() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.funcs)
}
