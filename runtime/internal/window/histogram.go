package window

import "time"

// HistogramBounds are the default buckets of the Prometheus client libraries:
// https://pkg.go.dev/github.com/prometheus/client_golang/prometheus#DefBuckets
var HistogramBounds = [...]time.Duration{
	5 * time.Millisecond, 10 * time.Millisecond, 25 * time.Millisecond, 50 * time.Millisecond,
	100 * time.Millisecond, 250 * time.Millisecond, 500 * time.Millisecond,
	time.Second, 2500 * time.Millisecond, 5 * time.Second, 10 * time.Second,
}

// Histogram counts durations by HistogramBounds.
type Histogram struct {
	// Buckets count the durations up to the bound of the same index, and over the
	// one before; the last bucket those over all bounds.
	Buckets [len(HistogramBounds) + 1]uint64
	// Sum is the sum of all durations.
	Sum time.Duration
}

// observe counts d.
func (h *Histogram) observe(d time.Duration) {
	i := 0
	for i < len(HistogramBounds) && d > HistogramBounds[i] {
		i++
	}
	h.Buckets[i]++
	h.Sum += d
}

// add adds other's durations to h.
func (h *Histogram) add(other *Histogram) {
	for i, n := range other.Buckets {
		h.Buckets[i] += n
	}
	h.Sum += other.Sum
}

// Durations are histograms, by how a call ended.
type Durations struct {
	Success, Failure, Timeout        Histogram
	FallbackSuccess, FallbackFailure Histogram
}

func (d *Durations) add(other *Durations) {
	d.Success.add(&other.Success)
	d.Failure.add(&other.Failure)
	d.Timeout.add(&other.Timeout)
	d.FallbackSuccess.add(&other.FallbackSuccess)
	d.FallbackFailure.add(&other.FallbackFailure)
}
