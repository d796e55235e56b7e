// Package backoff says how long to wait before something is tried again: before another attempt
// of a call, and before the next probe.
//
// It knows durations, and neither what is tried nor who waits. None of its sums overflows.
package backoff

import (
	"math/rand/v2"
	"time"
)

// longestAsked is the greatest wait that an error may ask for; a call whose dependency asks for
// more isn't retried.
const longestAsked = 10 * time.Second

// Bound returns first, doubled so many times, but at most most, where first is less.
func Bound(first, most time.Duration, times int) time.Duration {
	for range times {
		if first > most/2 {
			return most
		}
		first *= 2
	}
	return first
}

// Wait returns the wait before another attempt, after so many retries: drawn evenly from what
// is below Bound, which is full jitter
// (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), but no less than
// the error asks for; false where that is too long.
func Wait(first, most time.Duration, retries int, least time.Duration) (wait time.Duration, ok bool) {
	return max(rand.N(Bound(first, most, retries)), least), least <= longestAsked
}
