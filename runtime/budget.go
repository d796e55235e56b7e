package runtime

import (
	"sync"
	"time"

	"github.com/breakergen/breakergen/runtime/internal/clock"
)

// The retry budget: in budgetSpan at most one call in budgetShare is retried,
// though budgetFloor retries always may be. It keeps retries from multiplying the
// load of a dependency that fails. After the budget of Finagle, whose defaults these
// are: https://twitter.github.io/finagle/guide/Clients.html#retries
const (
	budgetSpan  = 10 * time.Second
	budgetShare = 5
	budgetFloor = 10
)

// budget counts a circuit's retries. It is safe for concurrent use.
type budget struct {
	mu      sync.Mutex
	retries callRate // guarded by mu
}

// take reports whether one more of calls may be retried now, and counts it if so.
func (b *budget) take(now int64, calls uint64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.retries.sum(now)+1 > max(budgetFloor, calls/budgetShare) {
		return false
	}
	b.retries.add(now)
	return true
}

// callRate counts what happened within the budget's span, to the second: the second that
// the span begins in counts whole.
type callRate struct {
	seconds [int(budgetSpan/time.Second) + 1]uint32
	current int64 // number of the current second
}

func (r *callRate) add(now int64) {
	r.rotate(now)
	r.seconds[r.current%int64(len(r.seconds))]++
}

func (r *callRate) sum(now int64) uint64 {
	r.rotate(now)
	var sum uint64
	for _, n := range r.seconds {
		sum += uint64(n)
	}
	return sum
}

func (r *callRate) rotate(now int64) {
	number := now / int64(time.Second)
	if number < r.current-clock.MaxLag/int64(time.Second) {
		*r = callRate{current: number}
	}
	for i := range min(number-r.current, int64(len(r.seconds))) {
		r.seconds[(r.current+1+i)%int64(len(r.seconds))] = 0
	}
	r.current = max(r.current, number)
}
