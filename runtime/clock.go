package runtime

import "time"

// A clock tells the time as nanoseconds since its base. Reading it costs half of what
// time.Now does, which reads the wall clock too.
type clock struct{ base time.Time }

// beforeAll is how long before its making a clock's base lies. In a testing/synctest
// bubble it's the year 2000: a clock that was made outside, as that of Default, is to
// show a time there too from which a deadline can be counted.
const beforeAll = 100 * 365 * 24 * time.Hour

func newClock() *clock { return &clock{base: time.Now().Add(-beforeAll)} }

// backwards is how far a time may lie before another one of the same clock: a caller may
// have read it a while ago. What lies further back was told by another clock, in or out
// of a testing/synctest bubble.
const backwards = int64(time.Minute)

// isForeign reports whether now was told by another clock than then, which it should
// follow.
func isForeign(now, then int64) bool { return now < then-backwards }

// notBefore returns now, or then where now was read from the same clock before it.
func notBefore(now, then int64) int64 {
	if isForeign(now, then) {
		return now
	}
	return max(now, then)
}

// now is never less than an earlier now, whatever is done to the wall clock; but
// between a bubble and the world outside it jumps by years.
func (c *clock) now() int64 { return int64(time.Since(c.base)) }

// time returns the moment that the clock shows as at. Its wall time is reckoned from
// the present one and not from base, or it would miss every step that the wall clock
// has made since then. Its monotonic time is exact, the same for the same at.
func (c *clock) time(at int64) time.Time {
	now := time.Now()
	return now.Add(time.Duration(at) - now.Sub(c.base))
}
