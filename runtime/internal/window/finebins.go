package window

import (
	"math"
	"math/bits"
	"slices"
	"time"
)

// The fine bins have for bounds all fourth roots of powers of two and all durations that
// people write: so that exponential histograms, and most buckets that are asked for, are sums
// of them.
const (
	finePowerLow  = -20 // 2^-20s
	finePowerHigh = 7   // 128s
	fineRoots     = 4*(finePowerHigh-finePowerLow) + 1
	fineDecimals  = 8 * 12 // decades from 1µs to 100s
	fineShared    = 6      // 250ms, 500ms, 1s, 2s, 4s and 8s are both
	fineCount     = fineRoots + fineDecimals - fineShared + 1
)

// FineCounts count durations by fine bins.
type FineCounts [fineCount]uint64

// fineTable are the fine bins. Bin i holds what is over bound i-1 and at most bound i, the last
// one what is over all.
type fineTable struct {
	bounds  [fineCount - 1]time.Duration
	powers  [fineCount]int8  // the index of the exponential histogram's bucket
	buckets [fineCount]uint8 // the index of the default bucket
	first   [64]uint8        // by a duration's highest bit, the first bin that may hold it
}

var fineBins = newFineTable()

func newFineTable() (t fineTable) {
	var bounds, roots []time.Duration
	for i := range fineRoots {
		root := math.Exp2(finePowerLow + float64(i)/4)
		roots = append(roots, time.Duration(root*float64(time.Second)))
	}
	for decade := time.Microsecond; decade < 100*time.Second; decade *= 10 {
		for _, tenths := range []time.Duration{10, 15, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90} {
			bounds = append(bounds, decade*tenths/10)
		}
	}
	bounds = append(bounds, roots...)
	slices.Sort(bounds)
	copy(t.bounds[:], slices.Compact(bounds))

	for bin := range t.powers {
		bound := time.Duration(math.MaxInt64)
		if bin < len(t.bounds) {
			bound = t.bounds[bin]
		}
		root, _ := slices.BinarySearch(roots, bound)
		t.powers[bin] = int8(4*finePowerLow + min(root, fineRoots-1))
		bucket, _ := slices.BinarySearch(HistogramBounds[:], bound)
		t.buckets[bin] = uint8(bucket)
	}
	for bit := range t.first {
		bin, _ := slices.BinarySearch(t.bounds[:], time.Duration(min(uint64(1)<<bit, math.MaxInt64)))
		t.first[bit] = uint8(bin)
	}
	return t
}

// of returns the bin that holds d.
func (t *fineTable) of(d time.Duration) int {
	if d <= t.bounds[0] {
		return 0
	}
	bin := int(t.first[bits.Len64(uint64(d))-1])
	for bin < len(t.bounds) && d > t.bounds[bin] {
		bin++
	}
	return bin
}
