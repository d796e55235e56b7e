package callctx

import (
	"context"
	"time"

	"github.com/breakergen/breakergen/runtime/internal/deadline"
)

// WithoutRetry returns a context for one call that is to make one attempt.
func WithoutRetry(ctx context.Context) context.Context {
	c := newPerCall(ctx)
	c.noRetry = true
	return c
}

// WithTimeout returns a context for one call whose attempts have d each.
func WithTimeout(ctx context.Context, d time.Duration) context.Context {
	c := newPerCall(ctx)
	c.timeout = max(1, d)
	return c
}

// perCall is the context of what is asked for one call.
type perCall struct {
	context.Context
	mark    Mark
	noRetry bool
	timeout time.Duration // 0: the policy's
}

// newPerCall returns one that asks for what ctx asks for already.
func newPerCall(ctx context.Context) *perCall {
	c := &perCall{Context: ctx}
	c.mark.asked, c.mark.outer = c, From(ctx)
	if outer := c.mark.outer; outer.PerCall() {
		c.noRetry, c.timeout, c.mark.outer = outer.asked.noRetry, outer.asked.timeout, outer.outer
	}
	return c
}

// Value finds the mark.
func (c *perCall) Value(key any) any {
	if key == (markKey{}) {
		return &c.mark
	}
	return c.Context.Value(key)
}

// String is what fmt prints.
func (c *perCall) String() string { return deadline.NameOf(c.Context) }
