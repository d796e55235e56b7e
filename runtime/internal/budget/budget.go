// Package budget keeps retries from multiplying the load of a dependency that fails.
//
// It knows numbers and times, and neither what a call is nor who counts them. Of the calls
// within rate.Span it grants so many retries, however many callers ask at once.
package budget

import (
	"sync"

	"github.com/breakergen/breakergen/runtime/internal/rate"
)

// In rate.Span at most one call in share is retried, though floor retries always may be. The
// share is Finagle's, whose floor is higher, 10 a second:
// https://finagle.github.io/blog/2016/02/08/retry-budgets
const (
	share = 5
	floor = 10
)

// Budget counts retries. The zero value has granted none. It is safe for concurrent use.
type Budget struct {
	mu      sync.Mutex
	retries rate.Counter // guarded by mu
}

// Take reports whether one more of the calls in the span may be retried now, and counts it if so.
func (b *Budget) Take(now int64, calls uint64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.retries.Sum(now)+1 > max(floor, calls/share) {
		return false
	}
	b.retries.Add(now)
	return true
}
