package runtime

import (
	"iter"
	"slices"
	"time"

	"github.com/breakergen/breakergen/runtime/internal/window"
)

// Durations are a circuit's histograms, by how the call ended.
type Durations struct {
	Success, Failure, Timeout        Histogram
	FallbackSuccess, FallbackFailure Histogram
}

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

// FineHistogram counts durations more finely than by HistogramBounds: for buckets of one's own
// and for exponential histograms.
type FineHistogram struct {
	Histogram
	fine *window.FineCounts // nil where nothing is counted
}

// FineDurations are a circuit's fine histograms, by how the call ended, of all calls since it
// was made.
type FineDurations struct {
	Success, Failure, Timeout        FineHistogram
	FallbackSuccess, FallbackFailure FineHistogram
}

// Add adds other's durations to d. What d was copied from isn't to be used any more: it shares
// the finer counts.
func (d *FineDurations) Add(other *FineDurations) {
	d.Success.add(&other.Success)
	d.Failure.add(&other.Failure)
	d.Timeout.add(&other.Timeout)
	d.FallbackSuccess.add(&other.FallbackSuccess)
	d.FallbackFailure.add(&other.FallbackFailure)
}

// fineDurations takes over what was counted.
func fineDurations(d *window.Durations) FineDurations {
	fine := func(h *window.Histogram) FineHistogram { return FineHistogram{Histogram{h.Buckets, h.Sum}, h.Fine} }
	return FineDurations{
		Success:         fine(&d.Success),
		Failure:         fine(&d.Failure),
		Timeout:         fine(&d.Timeout),
		FallbackSuccess: fine(&d.FallbackSuccess),
		FallbackFailure: fine(&d.FallbackFailure),
	}
}

// UpTo returns how many durations didn't exceed bound. It is exact for the bounds of
// HistogramBounds, and from 1µs to 100s for all of one digit, and of 1.5, 2.5 and 7.5:
// 3ms, 25ms, 150ms. In between, the durations within a fifth of the bound are taken to be
// spread evenly.
func (h FineHistogram) UpTo(bound time.Duration) uint64 { return h.fine.UpTo(bound) }

// Powers returns the durations as an exponential histogram has them whose bounds grow by the
// fourth root of 2: scale 2 in OpenTelemetry, schema 2 in Prometheus. It yields the buckets
// that aren't empty, from the shortest durations on: the bucket of an index holds what is over
// 2^((index-1)/4) seconds and at most 2^(index/4). Durations up to ShortestPower aren't among
// them: zero says how many there are. The last bucket, of 128s, holds longer ones too.
func (h FineHistogram) Powers() (zero uint64, buckets iter.Seq2[int, uint64]) { return h.fine.Powers() }

// ShortestPower is what the shortest durations that FineHistogram.Powers can tell apart exceed:
// 2^-20s, which is 953ns.
const ShortestPower = time.Second >> 20

// add adds other's durations to h.
func (h *FineHistogram) add(other *FineHistogram) {
	h.fine = h.fine.Plus(other.fine)
	for i, n := range other.Buckets {
		h.Buckets[i] += n
	}
	h.Sum += other.Sum
}

// Latency is a distribution of durations, from which percentiles can be read to
// within a quarter of their value between 65µs and 69s. It is plain data.
type Latency struct {
	bins [window.LatencyBins]uint64
	sum  time.Duration
}

// Mean returns the mean duration, 0 where there is none.
func (l Latency) Mean() time.Duration {
	w := window.Latency{Bins: l.bins, Sum: l.sum}
	return w.Mean()
}

// Percentile returns the duration that p percent (0 to 100) of the calls didn't
// exceed, drawn evenly within its bin; 0 where there is none.
func (l Latency) Percentile(p float64) time.Duration {
	w := window.Latency{Bins: l.bins, Sum: l.sum}
	return w.Percentile(p)
}
