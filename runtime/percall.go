package runtime

import (
	"context"
	"time"
)

// WithoutRetry returns a context for one call that is to make one attempt, whatever its
// policy says. The wrapper's method reads it as the call begins; what is wrapped doesn't see
// it, nor do the calls that that makes itself.
func WithoutRetry(ctx context.Context) context.Context {
	c := newPerCall(ctx)
	c.noRetry = true
	return c
}

// WithTimeout returns a context for one call whose attempts have d each, whatever its policy
// says. It ends nothing itself: the caller's own deadline is a context.WithTimeout's. As
// WithoutRetry, it is read as the call begins, and not seen by what is wrapped.
func WithTimeout(ctx context.Context, d time.Duration) context.Context {
	c := newPerCall(ctx)
	c.timeout = max(1, d)
	return c
}

// perCall is the context of what is asked for one call.
type perCall struct {
	context.Context
	mark    mark
	noRetry bool
	timeout time.Duration // 0: the policy's
}

// newPerCall returns one that asks for what ctx asks for already.
func newPerCall(ctx context.Context) *perCall {
	c := &perCall{Context: ctx}
	c.mark.asked, c.mark.outer = c, markFrom(ctx)
	if outer := c.mark.outer; outer.isPerCall() {
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
func (c *perCall) String() string { return contextName(c.Context) }

// isPerCall reports whether m asks for something for the next call, and is no attempt's.
func (m *mark) isPerCall() bool { return m != nil && m.circuit == nil }

// timeoutFor returns the time that an attempt has; false where it has none.
func (m *mark) timeoutFor(p *TimeoutPolicy) (time.Duration, bool) {
	if m.isPerCall() && m.asked.timeout > 0 {
		return m.asked.timeout, true
	}
	return p.Attempt, !p.Off
}
