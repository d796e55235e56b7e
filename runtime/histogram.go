package runtime

import (
	"slices"
	"time"
)

// histogramBounds are the default buckets of the Prometheus client libraries:
// https://pkg.go.dev/github.com/prometheus/client_golang/prometheus#DefBuckets
var histogramBounds = [...]time.Duration{
	5 * time.Millisecond, 10 * time.Millisecond, 25 * time.Millisecond, 50 * time.Millisecond,
	100 * time.Millisecond, 250 * time.Millisecond, 500 * time.Millisecond,
	time.Second, 2500 * time.Millisecond, 5 * time.Second, 10 * time.Second,
}

// HistogramBounds returns the upper bounds, inclusive, of a Histogram's buckets but the
// last, from 5ms to 10s.
func HistogramBounds() []time.Duration { return slices.Clone(histogramBounds[:]) }

// Histogram counts durations by HistogramBounds.
type Histogram struct {
	// Buckets count the durations up to the bound of the same index, and over the
	// one before; the last bucket those over all bounds. They are not cumulative.
	Buckets [len(histogramBounds) + 1]uint64
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

// add adds other's durations to h.
func (h *Histogram) add(other *Histogram) {
	for i, n := range other.Buckets {
		h.Buckets[i] += n
	}
	h.Sum += other.Sum
}
