package runtime_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/breakergen/breakergen/runtime"
)

// histogramOf returns the successes' histogram of calls that took so long.
func histogramOf(t *testing.T, durations ...time.Duration) (h runtime.FineHistogram) {
	bubble(t, "calls", func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{}))
		w.took(durations...)
		h = w.circuit.FineDurations().Success
	})
	return h
}

// What is added up is what one would have counted alone, of each kind.
func TestFineDurationsAdd(t *testing.T) {
	short := func() runtime.FineHistogram { return histogramOf(t, time.Millisecond, time.Second) }
	sum := runtime.FineDurations{
		Success: short(), Failure: short(), Timeout: short(), FallbackSuccess: short(), FallbackFailure: short(),
	}
	long := histogramOf(t, time.Second, time.Minute)
	sum.Add(&runtime.FineDurations{
		Success: long, Failure: long, Timeout: long, FallbackSuccess: long, FallbackFailure: long,
	})
	want := histogramOf(t, time.Millisecond, time.Second, time.Second, time.Minute)
	for name, got := range map[string]runtime.FineHistogram{
		"success": sum.Success, "failure": sum.Failure, "timeout": sum.Timeout,
		"the fallback's success": sum.FallbackSuccess, "the fallback's failure": sum.FallbackFailure,
	} {
		if got.Histogram != want.Histogram || got.UpTo(time.Second) != 3 || got.UpTo(time.Millisecond) != 1 {
			t.Errorf("%s: %+v, and %d up to a second", name, got.Histogram, got.UpTo(time.Second))
		}
	}
}

func upTo(durations []time.Duration, bound time.Duration) (n uint64) {
	for _, d := range durations {
		if d <= bound {
			n++
		}
	}
	return n
}

// The bounds that people ask for are exact, from both sides.
func TestHistogramUpToIsExact(t *testing.T) {
	bounds := runtime.HistogramBounds()
	for decade := time.Microsecond; decade < 100*time.Second; decade *= 10 {
		for _, tenths := range []time.Duration{10, 15, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90} {
			bounds = append(bounds, decade*tenths/10)
		}
	}
	durations := []time.Duration{0, 1, 440, 500 * time.Second}
	for _, bound := range bounds {
		durations = append(durations, bound-1, bound, bound+1)
	}
	h := histogramOf(t, durations...)
	for _, bound := range bounds {
		if got, want := h.UpTo(bound), upTo(durations, bound); got != want {
			t.Errorf("%d durations up to %v, want %d", got, bound, want)
		}
	}
	if got := h.UpTo(-1); got != 0 {
		t.Errorf("%d are below zero", got)
	}
	if h.Count() != uint64(len(durations)) {
		t.Errorf("%d durations, want %d", h.Count(), len(durations))
	}
	var below uint64
	for i, bound := range runtime.HistogramBounds() {
		if below += h.Buckets[i]; below != upTo(durations, bound) {
			t.Errorf("the buckets have %d up to %v, want %d", below, bound, upTo(durations, bound))
		}
	}
	if (runtime.FineHistogram{}).UpTo(time.Hour) != 0 {
		t.Error("there is something in an empty histogram")
	}
}

// Any other bound counts no duration that is a fifth over it, and all that are a fifth below;
// a greater one never counts less.
func TestHistogramUpToAnyBound(t *testing.T) {
	random := rapid.Int64Range(1, int64(60*time.Second))
	rapid.Check(t, func(rt *rapid.T) {
		var durations []time.Duration
		for _, d := range rapid.SliceOfN(random, 1, 30).Draw(rt, "durations") {
			durations = append(durations, time.Duration(d))
		}
		h := histogramOf(t, durations...)
		bounds := rapid.SliceOfN(random, 2, 10).Draw(rt, "bounds")
		slices.Sort(bounds)
		last := uint64(0)
		for _, b := range bounds {
			bound := time.Duration(b)
			got := h.UpTo(bound)
			least, most := upTo(durations, bound*10/12), upTo(durations, max(bound*12/10, time.Microsecond))
			if bound <= time.Microsecond {
				least = 0
			}
			if got < least || got > most || got < last {
				rt.Errorf("%d durations up to %v, want %d to %d, and at least %d", got, bound, least, most, last)
			}
			last = got
		}
	})
}

func TestHistogramPowers(t *testing.T) {
	durations := []time.Duration{
		0, 440, runtime.ShortestPower, // the zero bucket
		runtime.ShortestPower + 1, 1300, 2 * time.Millisecond, 2 * time.Millisecond,
		time.Second - 1, time.Second, time.Second + 1, 128 * time.Second, time.Hour,
	}
	zero, buckets := histogramOf(t, durations...).Powers()
	want := map[int]uint64{}
	for _, d := range durations[3:] {
		want[min(int(math.Ceil(4*math.Log2(d.Seconds()))), 28)]++
	}
	if zero != 3 {
		t.Errorf("%d in the zero bucket, want 3", zero)
	}
	last := math.MinInt
	for index, n := range buckets {
		if index <= last || n != want[index] {
			t.Errorf("after bucket %d, bucket %d holds %d, want %d", last, index, n, want[index])
		}
		last = index
		delete(want, index)
	}
	if len(want) > 0 {
		t.Errorf("the buckets %v are missing", want)
	}
	if zero, buckets := (runtime.FineHistogram{}).Powers(); zero != 0 {
		t.Error("there is something in an empty histogram")
	} else {
		for range buckets {
			t.Error("an empty histogram has buckets")
		}
	}
}

// What was read stays as it was.
func TestFineDurationsStay(t *testing.T) {
	bubble(t, "calls", func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{}))
		w.took(time.Millisecond)
		before := w.circuit.FineDurations().Success
		w.took(time.Millisecond)
		after := w.circuit.FineDurations().Success
		if before.UpTo(time.Second) != 1 || after.UpTo(time.Second) != 2 {
			t.Errorf("%d, then %d; want 1 and 2", before.UpTo(time.Second), after.UpTo(time.Second))
		}
	})
}
