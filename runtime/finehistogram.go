package runtime

import (
	"iter"
	"time"
)

// FineHistogram counts durations more finely than by HistogramBounds: for buckets of one's own
// and for exponential histograms.
type FineHistogram struct {
	Histogram
	fine *fineCounts // nil where nothing is counted
}

// FineDurations are a circuit's fine histograms, by how the call ended, of all calls since it
// was made.
type FineDurations struct {
	Success, Failure, Timeout        FineHistogram
	FallbackSuccess, FallbackFailure FineHistogram
}

// Add adds other's durations to d.
func (d *FineDurations) Add(other *FineDurations) {
	d.Success.add(&other.Success)
	d.Failure.add(&other.Failure)
	d.Timeout.add(&other.Timeout)
	d.FallbackSuccess.add(&other.FallbackSuccess)
	d.FallbackFailure.add(&other.FallbackFailure)
}

// addTo adds d to the durations of a snapshot.
func (d *FineDurations) addTo(snapshot *Durations) {
	snapshot.Success.add(&d.Success.Histogram)
	snapshot.Failure.add(&d.Failure.Histogram)
	snapshot.Timeout.add(&d.Timeout.Histogram)
	snapshot.FallbackSuccess.add(&d.FallbackSuccess.Histogram)
	snapshot.FallbackFailure.add(&d.FallbackFailure.Histogram)
}

// UpTo returns how many durations didn't exceed bound. It is exact for the bounds of
// HistogramBounds, and from 1µs to 100s for all of one digit, and of 1.5, 2.5 and 7.5:
// 3ms, 25ms, 150ms. In between, the durations within a fifth of the bound are taken to be
// spread evenly.
func (h FineHistogram) UpTo(bound time.Duration) uint64 {
	if h.fine == nil || bound < 0 {
		return 0
	}
	bin := fineBins.of(bound)
	var below uint64
	for _, n := range h.fine[:bin] {
		below += n
	}
	if bin == len(fineBins.bounds) {
		return below // what is over all bounds isn't known to be within this one
	}
	var low time.Duration
	if bin > 0 {
		low = fineBins.bounds[bin-1]
	}
	share := float64(bound-low) / float64(fineBins.bounds[bin]-low)
	return below + uint64(share*float64(h.fine[bin]))
}

// Powers returns the durations as an exponential histogram has them whose bounds grow by the
// fourth root of 2: scale 2 in OpenTelemetry, schema 2 in Prometheus. It yields the buckets
// that aren't empty, from the shortest durations on: the bucket of an index holds what is over
// 2^((index-1)/4) seconds and at most 2^(index/4). Durations up to ShortestPower aren't among
// them: zero says how many there are. The last bucket, of 128s, holds longer ones too.
func (h FineHistogram) Powers() (zero uint64, buckets iter.Seq2[int, uint64]) {
	if h.fine == nil {
		return 0, func(func(int, uint64) bool) {}
	}
	return h.fine[0], func(yield func(int, uint64) bool) {
		for bin := 1; bin < len(h.fine); {
			index := fineBins.powers[bin]
			var n uint64
			for ; bin < len(h.fine) && fineBins.powers[bin] == index; bin++ {
				n += h.fine[bin]
			}
			if n > 0 && !yield(int(index), n) {
				return
			}
		}
	}
}

// ShortestPower is what the shortest durations that FineHistogram.Powers can tell apart exceed:
// 2^-20s, which is 953ns.
const ShortestPower = time.Second >> 20

// observe counts d.
func (h *FineHistogram) observe(d time.Duration) {
	if h.fine == nil {
		h.fine = new(fineCounts)
	}
	bin := fineBins.of(d)
	h.fine[bin]++
	h.Buckets[fineBins.buckets[bin]]++
	h.Sum += d
}

// add adds other's durations to h.
func (h *FineHistogram) add(other *FineHistogram) {
	if other.fine == nil {
		return
	}
	if h.fine == nil {
		clone := *other.fine
		h.fine = &clone
	} else {
		for i, n := range other.fine {
			h.fine[i] += n
		}
	}
	h.Histogram.add(&other.Histogram)
}
