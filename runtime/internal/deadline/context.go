// Package deadline has the contexts of calls: they end by themselves at a deadline, and are
// told when their call is over.
//
// It knows the standard library and package clock, and nothing of circuits or of what a call
// is. A [Context] behaves as one of context.WithDeadline, for a fifth of what that takes; a
// [Living] one can be released from its deadline, for a result that goes on using it. Both cost
// one allocation, and none of their own where they are embedded in what a caller allocates
// anyway. Contexts that are derived from them follow them without a goroutine, and those that are
// over or forgotten leave nothing behind at their parents.
package deadline

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/breakergen/breakergen/runtime/internal/clock"
)

// Context behaves as context.WithDeadline does, but sets its timer and enters
// itself at its parent only when somebody asks for Done. Most callees don't, and pay
// one allocation then.
//
// Up to that moment Err looks at the clock and at parent. From then on everything is
// left to a context that context.WithDeadline made: so contexts derived from this one
// hang on a context of the standard library's, and need no goroutine to follow it.
//
// One thing can't be told apart. Where the deadline has passed and parent was
// cancelled, and nobody had asked for anything before both, it isn't known which was
// first. The deadline counts then: a call that is still running at its deadline has
// timed out, whoever else gave it up.
type Context struct {
	parent   context.Context
	clock    *clock.Clock
	deadline int64 // in clock's time

	// shown is the deadline as it was shown first.
	shown atomic.Pointer[time.Time]
	// inner decides from now on. It is nil while nobody has asked for Done and no end
	// is known, and set once.
	inner atomic.Pointer[cancelContext]
}

// A cancelContext is one of the standard library's contexts and what cancels it.
type cancelContext struct {
	context.Context
	cancel context.CancelFunc
}

// The ends of a Context that nobody has asked for Done.
var (
	innerExceeded = &cancelContext{exceeded, func() {}}
	innerCanceled = &cancelContext{canceled, func() {}}
)

// Begin has c, which is zero before, end with parent, at the deadline on clock, or when Cancel
// is called, whichever is first. The caller must call Cancel in the end.
func (c *Context) Begin(parent context.Context, clock *clock.Clock, deadline int64) {
	c.parent, c.clock, c.deadline = parent, clock, deadline
	if parent.Err() != nil {
		c.start() // after the deadline it would no longer be known which was first
	}
}

// Deadline returns the deadline, or parent's where that is earlier.
func (c *Context) Deadline() (time.Time, bool) {
	own := c.time()
	if deadline, ok := c.parent.Deadline(); ok && deadline.Before(own) {
		return deadline, true
	}
	return own, true
}

// Done returns a channel that is closed when c ends. It sets the timer.
func (c *Context) Done() <-chan struct{} {
	if c.inner.Load() == nil && !c.Expired(c.clock.Now()) {
		c.start()
	}
	return c.inner.Load().Done()
}

// Err returns nil until c has ended, and then always the same error.
func (c *Context) Err() error {
	if c.inner.Load() == nil {
		switch {
		case c.Expired(c.clock.Now()):
		case c.parent.Err() != nil:
			c.start()
		default:
			return nil
		}
	}
	return c.inner.Load().Err()
}

// Value returns parent's value for key. That it asks inner first is for
// context.Cause and for contexts derived from c, which look for a key of their own.
func (c *Context) Value(key any) any {
	if inner := c.inner.Load(); inner != nil {
		if value := inner.Value(key); value != nil {
			return value
		}
	}
	return c.parent.Value(key)
}

// String is what fmt prints, which would else read fields that are in use.
func (c *Context) String() string {
	parent, own := NameOf(c.parent), c.time()
	if endsBefore(c.parent, own) {
		return parent + ".WithCancel"
	}
	return fmt.Sprintf("%s.WithDeadline(%s [%s])", parent, own, time.Until(own))
}

// Expired reports whether c's own deadline has ended it; now is the clock's time. The
// timer may be late, Expired is not.
//
// Where parent hides a deadline that ended it before this one, Expired reports true
// from this deadline on: what was cut short ran longer than it was given.
func (c *Context) Expired(now int64) bool {
	if now < c.deadline || endsBefore(c.parent, c.time()) {
		return false
	}
	c.inner.CompareAndSwap(nil, innerExceeded)
	err := c.inner.Load().Err()
	return err == nil || err == context.DeadlineExceeded
}

// Cancel ends c and releases what it holds. To save a look at the clock it takes a
// deadline for passed only where Expired, Err or Done has found it so.
func (c *Context) Cancel() {
	if c.inner.Load() == nil {
		if c.parent.Err() != nil {
			c.start() // it is parent's error that stays
		} else if c.inner.CompareAndSwap(nil, innerCanceled) {
			return
		}
	}
	c.inner.Load().cancel()
}

// start leaves c to the standard library.
func (c *Context) start() {
	ctx, cancel := context.WithDeadline(c.parent, c.time())
	if !c.inner.CompareAndSwap(nil, &cancelContext{ctx, cancel}) {
		cancel()
	}
}

// time returns the deadline, always the same.
func (c *Context) time() time.Time {
	if c.shown.Load() == nil {
		t := c.clock.Time(c.deadline)
		c.shown.CompareAndSwap(nil, &t)
	}
	return *c.shown.Load()
}
