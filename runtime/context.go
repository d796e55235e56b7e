package runtime

import (
	"context"

	"github.com/breakergen/breakergen/runtime/internal/clock"
	"github.com/breakergen/breakergen/runtime/internal/deadline"
)

// endingContext is a context that ends by itself, and says so.
type endingContext interface {
	context.Context
	// Expired reports whether the context's own deadline ended it.
	Expired(now int64) bool
	// Cancel ends it.
	Cancel()
}

// deadlineContext is the context of an attempt, or of a whole call.
type deadlineContext struct {
	deadline.Context
	mark mark
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
	mark mark
}

// Value finds the mark.
func (c *livingContext) Value(key any) any {
	if key == (markKey{}) && c.mark.circuit != nil {
		return &c.mark
	}
	return c.Living.Value(key)
}

// newContext returns the context of one attempt, or of a whole call. Where a result
// lives on, so does its context.
func (p *plan) newContext(parent context.Context, clock *clock.Clock, deadline int64) (endingContext, *mark) {
	if p.livesOn {
		c := new(livingContext)
		c.Begin(parent, clock, deadline)
		return c, &c.mark
	}
	c := new(deadlineContext)
	c.Begin(parent, clock, deadline)
	return c, &c.mark
}

// end ends a context whose call has returned, unless what it returned lives on.
func end(ctx endingContext, succeeded bool) {
	if living, ok := ctx.(*livingContext); ok && succeeded {
		living.Release()
		return
	}
	ctx.Cancel()
}

// contextName returns the name under which fmt shows a context, without a look into it.
func contextName(ctx context.Context) string { return deadline.NameOf(ctx) }
