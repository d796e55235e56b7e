package window

import (
	"iter"
	"time"
)

// Plus returns c with other's counts added to it: c itself, or where it is nil a copy of other,
// which may be nil too.
func (c *FineCounts) Plus(other *FineCounts) *FineCounts {
	switch {
	case other == nil:
		return c
	case c == nil:
		clone := *other
		return &clone
	}
	for i, n := range other {
		c[i] += n
	}
	return c
}

// UpTo returns how many durations didn't exceed bound: exactly for a bin's bound, else those of
// its bin are taken to be spread evenly.
func (c *FineCounts) UpTo(bound time.Duration) uint64 {
	if c == nil || bound < 0 {
		return 0
	}
	bin := fineBins.of(bound)
	var below uint64
	for _, n := range c[:bin] {
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
	return below + uint64(share*float64(c[bin]))
}

// Powers returns the counts as an exponential histogram of scale 2 has them, and how many there
// are below its first bucket.
func (c *FineCounts) Powers() (zero uint64, buckets iter.Seq2[int, uint64]) {
	if c == nil {
		return 0, func(func(int, uint64) bool) {}
	}
	return c[0], func(yield func(int, uint64) bool) {
		for bin := 1; bin < len(c); {
			index := fineBins.powers[bin]
			var n uint64
			for ; bin < len(c) && fineBins.powers[bin] == index; bin++ {
				n += c[bin]
			}
			if n > 0 && !yield(int(index), n) {
				return
			}
		}
	}
}
