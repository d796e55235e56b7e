package runtime

import (
	"context"
	"runtime"
	"sync"
	"time"
)

// livingContext is the context of a call whose result goes on using it: a body, a
// stream, an iterator. The deadline is the call's alone: a call that returns in time
// releases the context, which from then on ends when its parent does. So Deadline
// doesn't show it: gRPC, for one, sends the deadline along, and the server would end
// the stream there.
//
// Like deadlineContext it does nothing before somebody asks for Done, and counts a
// deadline that has passed unseen as earlier than parent's end.
type livingContext struct {
	mark   mark
	parent context.Context
	clock  *clock

	mu       sync.Mutex
	deadline int64 // in clock's time; noDeadline once released
	held     bool  // the deadline has been met
	// inner decides from now on. It is nil while nobody has asked for Done and no end
	// is known, and set once.
	inner context.Context
	line  *lifeline // ends inner; nil: inner is parent, or has ended before
}

// newLivingContext returns a context that ends with parent, and until release is
// called at the deadline too. The caller must call release or cancel.
func newLivingContext(parent context.Context, clock *clock, deadline int64) *livingContext {
	c := &livingContext{parent: parent, clock: clock, deadline: deadline}
	if parent.Err() != nil {
		c.inner = endedAs(parent)
	}
	return c
}

// Deadline returns parent's deadline.
func (c *livingContext) Deadline() (time.Time, bool) { return c.parent.Deadline() }

// Done returns a channel that is closed when c ends. It sets the timer.
func (c *livingContext) Done() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.catchUp()
	if c.inner == nil {
		c.start()
	}
	return c.inner.Done()
}

// start makes inner, which ends with parent and at the deadline.
func (c *livingContext) start() {
	c.line = newLifeline(c.parent)
	c.inner = c.line.inner
	if !c.held && !endsBefore(c.parent, c.clock.time(c.deadline)) {
		c.line.expireAfter(time.Duration(c.deadline - c.clock.now()))
	}
}

// Err returns nil until c has ended, and then always the same error.
func (c *livingContext) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.catchUp()
	if c.inner == nil {
		return nil
	}
	return c.inner.Err()
}

// Value returns parent's value for key. That it asks inner first is for
// context.Cause and for contexts derived from c, which look for a key of their own.
func (c *livingContext) Value(key any) any {
	if key == (markKey{}) {
		if c.mark.circuit != nil {
			return &c.mark
		}
		return c.parent.Value(key)
	}
	c.mu.Lock()
	inner := c.inner
	c.mu.Unlock()
	if inner != nil {
		if value := inner.Value(key); value != nil {
			return value
		}
	}
	return c.parent.Value(key)
}

// String is what fmt prints, which would else read fields that are in use.
func (c *livingContext) String() string { return contextName(c.parent) + ".WithLivingResult" }

// expired reports whether the deadline has ended the call; now is the clock's time.
// The timer may be late, expired is not. Ask before release.
func (c *livingContext) expired(now int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	end := c.end()
	return c.overdue(now) && (end == nil || end == exceeded)
}

// release ends the deadline: the call has succeeded, and only parent ends c from now
// on. A context that has ended before stays so. Where the deadline has passed and
// nobody has seen it, c lives: the result goes to the caller, who should get to use it.
func (c *livingContext) release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.deadline == noDeadline {
		return
	}
	c.deadline = noDeadline
	if c.inner == nil {
		c.inner = c.parent
	} else if c.end() == nil {
		c.line.release()
		// A context derived from c refers to it, and inner refers to that one until
		// it is cancelled: once c is gone, nobody is left but holders of the channel.
		runtime.AddCleanup(c, (*lifeline).weaken, c.line)
	}
}

// hold ends the deadline for as long as it isn't known whether the call has succeeded: it
// has returned in time. Release or cancel follows.
func (c *livingContext) hold() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.end() != nil {
		return
	}
	c.held = true
	if c.line != nil {
		c.line.release()
	}
}

// cancel ends c: the call has failed. After release it does nothing.
func (c *livingContext) cancel() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.catchUp()
	if c.deadline != noDeadline {
		c.finish(canceled)
	}
}

// catchUp ends c where the clock or parent says that it has ended. Until Done is asked
// for nobody else would, and after that those who do may be late.
func (c *livingContext) catchUp() {
	switch {
	case c.end() != nil:
	case c.overdue(c.clock.now()):
		c.finish(exceeded)
	case c.parent.Err() != nil:
		c.finish(endedAs(c.parent))
	}
}

// end returns the context whose end is c's, nil while that isn't known.
func (c *livingContext) end() context.Context {
	if c.line != nil {
		c.line.mu.Lock() // inner ends with it held
		defer c.line.mu.Unlock()
		return c.line.end()
	}
	return c.inner
}

// finish ends c as end has ended, if it hasn't yet.
func (c *livingContext) finish(end context.Context) {
	if c.line != nil {
		c.line.mu.Lock()
		defer c.line.mu.Unlock()
		c.line.finish(end)
	} else if c.inner == nil {
		c.inner = end
	}
}

func (c *livingContext) overdue(now int64) bool {
	return !c.held && now >= c.deadline && !endsBefore(c.parent, c.clock.time(c.deadline))
}
