package window

import (
	"math/bits"
	"time"
)

// The bins of a Latency are log-linear: each power of two nanoseconds between
// 2^16 (65µs) and 2^36 (69s) is cut into four. The first bin holds what is below,
// the last what is above.
const (
	latencyLow  = 16
	latencyHigh = 36
	// LatencyBins is how many there are.
	LatencyBins = 1 + 4*(latencyHigh-latencyLow) + 1
)

// Latency is a distribution of durations, from which percentiles can be read to
// within a quarter of their value between 65µs and 69s. It is plain data.
type Latency struct {
	Bins [LatencyBins]uint64
	Sum  time.Duration
}

// Mean returns the mean duration, 0 where there is none.
func (l *Latency) Mean() time.Duration {
	if n := l.count(); n > 0 {
		return l.Sum / time.Duration(n)
	}
	return 0
}

// Percentile returns the duration that p percent (0 to 100) of the calls didn't
// exceed, drawn evenly within its bin; 0 where there is none.
func (l *Latency) Percentile(p float64) time.Duration {
	total := l.count()
	if total == 0 {
		return 0
	}
	rank := min(max(p, 0), 100) / 100 * float64(total)
	var below float64
	last := 0
	for i, n := range l.Bins {
		if n == 0 {
			continue
		}
		last = i
		if below+float64(n) >= rank {
			low, high := latencyBounds(i)
			return low + time.Duration((rank-below)/float64(n)*float64(high-low))
		}
		below += float64(n)
	}
	_, high := latencyBounds(last)
	return high
}

func (l *Latency) add(b *bucket) {
	for i, n := range b.latency {
		l.Bins[i] += uint64(n)
	}
	l.Sum += b.sum
}

func (l *Latency) count() uint64 {
	var total uint64
	for _, n := range l.Bins {
		total += n
	}
	return total
}

// latencyBin returns the bin that d belongs to.
func latencyBin(d time.Duration) int {
	if d < 1<<latencyLow {
		return 0
	}
	power := bits.Len64(uint64(d)) - 1
	if power >= latencyHigh {
		return LatencyBins - 1
	}
	quarter := int(d>>(power-2)) & 3
	return 1 + 4*(power-latencyLow) + quarter
}

// latencyBounds returns the bounds of a bin; the last one's are the same.
func latencyBounds(bin int) (low, high time.Duration) {
	bound := func(bin int) time.Duration {
		power, quarter := (bin-1)/4+latencyLow, (bin-1)%4
		return time.Duration(4+quarter) << (power - 2)
	}
	switch bin {
	case 0:
		return 0, 1 << latencyLow
	case LatencyBins - 1:
		return 1 << latencyHigh, 1 << latencyHigh
	default:
		return bound(bin), bound(bin + 1)
	}
}
