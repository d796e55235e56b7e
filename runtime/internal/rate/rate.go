// Package rate counts what happened in the last seconds, for the retry budget and for what
// that is a share of. It knows numbers and times.
package rate

import (
	"time"

	"github.com/breakergen/breakergen/runtime/internal/clock"
)

// Span is how far back a Counter looks.
const Span = 10 * time.Second

// Counter counts what happened within the last Span, to the second: the second that the span
// begins in counts whole. It needs a lock of its owner's.
type Counter struct {
	seconds [int(Span/time.Second) + 1]uint32
	current int64 // number of the current second
}

// Add counts one.
func (r *Counter) Add(now int64) {
	r.rotate(now)
	r.seconds[r.current%int64(len(r.seconds))]++
}

// Sum returns how many there were.
func (r *Counter) Sum(now int64) uint64 {
	r.rotate(now)
	var sum uint64
	for _, n := range r.seconds {
		sum += uint64(n)
	}
	return sum
}

func (r *Counter) rotate(now int64) {
	number := now / int64(time.Second)
	if number < r.current-clock.MaxLag/int64(time.Second) {
		*r = Counter{current: number}
	}
	for i := range min(number-r.current, int64(len(r.seconds))) {
		r.seconds[(r.current+1+i)%int64(len(r.seconds))] = 0
	}
	r.current = max(r.current, number)
}
