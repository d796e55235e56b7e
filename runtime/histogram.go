package runtime

import (
	"slices"
	"time"

	"github.com/breakergen/breakergen/runtime/internal/window"
)

// HistogramBounds returns the upper bounds, inclusive, of a Histogram's buckets but the
// last, from 5ms to 10s.
func HistogramBounds() []time.Duration { return slices.Clone(window.HistogramBounds[:]) }

// Histogram counts durations by HistogramBounds.
type Histogram struct {
	// Buckets count the durations up to the bound of the same index, and over the
	// one before; the last bucket those over all bounds. They are not cumulative.
	Buckets [len(window.HistogramBounds) + 1]uint64
	// Sum is the sum of all durations.
	Sum time.Duration
}

// Count returns the number of durations.
func (h Histogram) Count() uint64 {
	var n uint64
	for _, b := range h.Buckets {
		n += b
	}
	return n
}
