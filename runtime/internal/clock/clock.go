// Package clock tells the time as a number of nanoseconds, which is cheaper to read, to keep
// and to compare than a time.Time.
//
// It knows the standard library only. A clock's numbers never go back, whatever is done to the
// wall clock, but for one case: in a testing/synctest bubble it is another time than outside.
// Numbers from before and after such a jump are told apart by [IsForeign].
package clock

import (
	"math"
	"time"
)

// A Clock tells the time as nanoseconds since its base. Reading it costs half of what
// time.Now does, which reads the wall clock too. It is safe for concurrent use.
type Clock struct{ base time.Time }

// Never is a time that doesn't come.
const Never = math.MaxInt64

// beforeAll is how long before its making a clock's base lies. In a testing/synctest
// bubble it's the year 2000: a clock that was made outside, as that of Default, is to
// show a time there too from which a deadline can be counted.
const beforeAll = 100 * 365 * 24 * time.Hour

// New returns a clock.
func New() *Clock { return &Clock{base: time.Now().Add(-beforeAll)} }

// MaxLag is how far a time may lie before another one of the same clock: a caller may
// have read it a while ago. What lies further back was told by another clock, in or out
// of a testing/synctest bubble.
const MaxLag = int64(time.Minute)

// IsForeign reports whether now was told by another clock than then, which it should
// follow.
func IsForeign(now, then int64) bool { return now < then-MaxLag }

// NotBefore returns now, or then where now was read from the same clock before it.
func NotBefore(now, then int64) int64 {
	if IsForeign(now, then) {
		return now
	}
	return max(now, then)
}

// Now is never less than an earlier now, whatever is done to the wall clock; but
// between a bubble and the world outside it jumps by years.
func (c *Clock) Now() int64 { return int64(time.Since(c.base)) }

// Time returns the moment that the clock shows as at. Its wall time is reckoned from
// the present one and not from base, or it would miss every step that the wall clock
// has made since then. Its monotonic time is exact, the same for the same at.
func (c *Clock) Time(at int64) time.Time {
	now := time.Now()
	return now.Add(time.Duration(at) - now.Sub(c.base))
}
