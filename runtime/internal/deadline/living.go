package deadline

import (
	"context"
	"runtime"
	"sync"
	"time"

	"github.com/breakergen/breakergen/runtime/internal/clock"
)

// Living is the context of a call whose result goes on using it: a body, a
// stream, an iterator. The deadline is the call's alone: a call that returns in time
// releases the context, which from then on ends when its parent does. So Deadline
// doesn't show it: gRPC, for one, sends the deadline along, and the server would end
// the stream there.
//
// Like Context it does nothing before somebody asks for Done, and counts a
// deadline that has passed unseen as earlier than parent's end.
type Living struct {
	parent context.Context
	clock  *clock.Clock

	mu       sync.Mutex
	deadline int64 // in clock's time; clock.Never once released
	held     bool  // the deadline has been met
	// inner decides from now on. It is nil while nobody has asked for Done and no end
	// is known, and set once.
	inner context.Context
	line  *lifeline // ends inner; nil: inner is parent, or has ended before
}

// Begin has c, which is zero before, end with parent, and until Release is called at the
// deadline on clock too. The caller must call Release or Cancel.
func (c *Living) Begin(parent context.Context, clock *clock.Clock, deadline int64) {
	c.parent, c.clock, c.deadline = parent, clock, deadline
	if parent.Err() != nil {
		c.inner = endedAs(parent)
	}
}

// Deadline returns parent's deadline.
func (c *Living) Deadline() (time.Time, bool) { return c.parent.Deadline() }

// Done returns a channel that is closed when c ends. It sets the timer.
func (c *Living) Done() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.catchUp()
	if c.inner == nil {
		c.start()
	}
	return c.inner.Done()
}

// start makes inner, which ends with parent and at the deadline.
func (c *Living) start() {
	c.line = newLifeline(c.parent)
	c.inner = c.line.inner
	if !c.held {
		c.expire()
	}
}

// expire sets the timer, where the deadline comes before parent's.
func (c *Living) expire() {
	if !endsBefore(c.parent, c.clock.Time(c.deadline)) {
		c.line.expireAfter(time.Duration(c.deadline - c.clock.Now()))
	}
}

// Err returns nil until c has ended, and then always the same error.
func (c *Living) Err() error {
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
func (c *Living) Value(key any) any {
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
func (c *Living) String() string { return NameOf(c.parent) + ".WithLivingResult" }

// Expired reports whether the deadline has ended the call; now is the clock's time.
// The timer may be late, Expired is not. Ask before Release.
func (c *Living) Expired(now int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	end := c.end()
	return c.overdue(now) && (end == nil || end == exceeded)
}

// Release ends the deadline: the call has succeeded, and only parent ends c from now
// on. A context that has ended before stays so. Where the deadline has passed and
// nobody has seen it, c lives: the result goes to the caller, who should get to use it.
func (c *Living) Release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.deadline == clock.Never {
		return
	}
	c.deadline = clock.Never
	if c.inner == nil {
		c.inner = c.parent
	} else if c.end() == nil {
		c.line.release()
		// A context derived from c refers to it, and inner refers to that one until
		// it is cancelled: once c is gone, nobody is left but holders of the channel.
		runtime.AddCleanup(c, (*lifeline).weaken, c.line)
	}
}

// Hold ends the deadline for as long as it isn't known whether the call has succeeded: it
// has returned in time. Release, Cancel or Resume follows.
func (c *Living) Hold() {
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

// Resume takes Hold back: the call goes on.
func (c *Living) Resume() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.held {
		return
	}
	c.held = false
	if c.line != nil && c.end() == nil {
		c.expire()
	}
}

// Cancel ends c: the call has failed. After Release it does nothing.
func (c *Living) Cancel() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.catchUp()
	if c.deadline != clock.Never {
		c.finish(canceled)
	}
}

// catchUp ends c where the clock or parent says that it has ended. Until Done is asked
// for nobody else would, and after that those who do may be late.
func (c *Living) catchUp() {
	switch {
	case c.end() != nil:
	case c.overdue(c.clock.Now()):
		c.finish(exceeded)
	case c.parent.Err() != nil:
		c.finish(endedAs(c.parent))
	}
}

// end returns the context whose end is c's, nil while that isn't known.
func (c *Living) end() context.Context {
	if c.line != nil {
		c.line.mu.Lock() // inner ends with it held
		defer c.line.mu.Unlock()
		return c.line.end()
	}
	return c.inner
}

// finish ends c as end has ended, if it hasn't yet.
func (c *Living) finish(end context.Context) {
	if c.line != nil {
		c.line.mu.Lock()
		defer c.line.mu.Unlock()
		c.line.finish(end)
	} else if c.inner == nil {
		c.inner = end
	}
}

func (c *Living) overdue(now int64) bool {
	return !c.held && now >= c.deadline && !endsBefore(c.parent, c.clock.Time(c.deadline))
}
