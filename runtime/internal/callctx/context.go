package callctx

import (
	"context"

	"github.com/breakergen/breakergen/runtime/internal/clock"
	"github.com/breakergen/breakergen/runtime/internal/deadline"
)

// Ending is a context that ends by itself, and says so.
type Ending interface {
	context.Context
	// Expired reports whether the context's own deadline ended it; now is the clock's time.
	Expired(now int64) bool
	// Cancel ends it.
	Cancel()
}

// deadlineContext is the context of an attempt, or of a whole call.
type deadlineContext struct {
	deadline.Context
	mark Mark
}

// Value finds the mark.
func (c *deadlineContext) Value(key any) any {
	if key == (markKey{}) && c.mark.circuit != nil {
		return &c.mark
	}
	return c.Context.Value(key)
}

// livingContext is that of one whose result goes on using it.
type livingContext struct {
	deadline.Living
	mark Mark
}

// Value finds the mark.
func (c *livingContext) Value(key any) any {
	if key == (markKey{}) && c.mark.circuit != nil {
		return &c.mark
	}
	return c.Living.Value(key)
}

// New returns the context of one attempt, or of a whole call, and its mark, which is nobody's
// before Set. Where a result lives on, so does its context. The caller must call End.
func New(parent context.Context, clock *clock.Clock, deadline int64, livesOn bool) (Ending, *Mark) {
	if livesOn {
		c := new(livingContext)
		c.Begin(parent, clock, deadline)
		return c, &c.mark
	}
	c := new(deadlineContext)
	c.Begin(parent, clock, deadline)
	return c, &c.mark
}

// End ends a context whose call has returned, unless what it returned lives on.
func End(ctx Ending, succeeded bool) {
	if living, ok := ctx.(*livingContext); ok && succeeded {
		living.Release()
		return
	}
	ctx.Cancel()
}

// Hold keeps a context that may live on from running out while it is judged whether it does:
// the call has returned in time. Nil is none.
func Hold(ctx Ending) {
	if living, ok := ctx.(*livingContext); ok {
		living.Hold()
	}
}

// Resume takes Hold back: the call goes on. Nil is none.
func Resume(ctx Ending) {
	if living, ok := ctx.(*livingContext); ok {
		living.Resume()
	}
}

// markedContext carries a mark where an attempt has no context of its own.
type markedContext struct {
	context.Context
	mark Mark
}

// Marked returns parent with a mark, which is nobody's before Set.
func Marked(parent context.Context) (context.Context, *Mark) {
	c := &markedContext{Context: parent}
	return c, &c.mark
}

// Value finds the mark.
func (c *markedContext) Value(key any) any {
	if key == (markKey{}) {
		return &c.mark
	}
	return c.Context.Value(key)
}

// String is what fmt prints, which would else read what other goroutines change.
func (c *markedContext) String() string { return deadline.NameOf(c.Context) }
