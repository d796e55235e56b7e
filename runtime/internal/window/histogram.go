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
	// Fine counts the same durations more finely; nil where nothing is counted, or nobody
	// has asked for it.
	Fine *FineCounts
}

// observe counts d.
func (h *Histogram) observe(d time.Duration) {
	if h.Fine == nil {
		h.Fine = new(FineCounts)
	}
	bin := fineBins.of(d)
	h.Fine[bin]++
	h.Buckets[fineBins.buckets[bin]]++
	h.Sum += d
}

// addCoarse adds other's durations to h, but not what is counted finely.
func (h *Histogram) addCoarse(other *Histogram) {
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

func (d *Durations) addCoarse(other *Durations) {
	d.Success.addCoarse(&other.Success)
	d.Failure.addCoarse(&other.Failure)
	d.Timeout.addCoarse(&other.Timeout)
	d.FallbackSuccess.addCoarse(&other.FallbackSuccess)
	d.FallbackFailure.addCoarse(&other.FallbackFailure)
}

// Add adds other's durations to d, with what is counted finely.
func (d *Durations) Add(other *Durations) {
	d.addCoarse(other)
	d.Success.addFine(&other.Success)
	d.Failure.addFine(&other.Failure)
	d.Timeout.addFine(&other.Timeout)
	d.FallbackSuccess.addFine(&other.FallbackSuccess)
	d.FallbackFailure.addFine(&other.FallbackFailure)
}

func (h *Histogram) addFine(other *Histogram) { h.Fine = h.Fine.Plus(other.Fine) }
