package runtime_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/breakergen/breakergen/runtime"
)

// took makes one call for each duration.
func (w *wrapper) took(durations ...time.Duration) {
	for _, d := range durations {
		w.run(after(d, succeed))
	}
}

func TestLatencyPercentiles(t *testing.T) {
	for name, draw := range map[string]func() time.Duration{
		"even":  func() time.Duration { return rand.N(time.Second) + 100*time.Microsecond },
		"alike": func() time.Duration { return 42 * time.Millisecond },
		"long tail": func() time.Duration {
			d := 200 * time.Microsecond
			for rand.N(3) > 0 && d < 30*time.Second {
				d *= 2
			}
			return d
		},
		"the least":    func() time.Duration { return 66 * time.Microsecond },
		"the greatest": func() time.Duration { return 68 * time.Second },
	} {
		bubble(t, name, func(t *testing.T) {
			w := wrap(t, breakerOnly(runtime.BreakerPolicy{Window: 24 * time.Hour}))
			var durations []time.Duration
			var sum time.Duration
			for range 500 {
				durations = append(durations, draw())
				sum += durations[len(durations)-1]
			}
			w.took(durations...)
			slices.Sort(durations)
			latency := w.circuit.Snapshot().Latency
			for _, p := range []float64{1, 10, 50, 90, 99, 99.9, 100} {
				// Percentiles are exact to one rank, and within a quarter of that one's value.
				rank := p / 100 * float64(len(durations))
				low := durations[max(0, int(rank)-1)]
				high := durations[min(len(durations)-1, int(rank))]
				got := latency.Percentile(p)
				if float64(got) < float64(low)/1.25 || float64(got) > float64(high)*1.25 {
					t.Errorf("p%v is %v, want %v to %v", p, got, low, high)
				}
			}
			if got, want := latency.Mean(), sum/time.Duration(len(durations)); got != want {
				t.Errorf("the mean is %v, want %v", got, want)
			}
		})
	}
	bubble(t, "out of its range", func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{Window: 1000 * time.Hour}))
		w.took(0, 0, 0, time.Hour)
		latency := w.circuit.Snapshot().Latency
		if got := latency.Percentile(50); got > 66*time.Microsecond {
			t.Errorf("half took no time, but p50 is %v", got)
		}
		if got := latency.Percentile(100); got < 68*time.Second {
			t.Errorf("one took an hour, but p100 is %v", got)
		}
		for _, p := range []float64{-1, 101, 1e9} {
			if got := latency.Percentile(p); got < 0 || got > 70*time.Second {
				t.Errorf("p%v is %v", p, got)
			}
		}
	})
}

// One call's percentiles are all its duration, whatever that is.
func TestLatencyOfOne(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		ns := rapid.Int64Range(int64(66*time.Microsecond), int64(68*time.Second))
		d := time.Duration(ns.Draw(r, "d"))
		p := rapid.Float64Range(0, 100).Draw(r, "p")
		var got time.Duration
		synctest.Test(t, func(t *testing.T) {
			w := wrap(t, breakerOnly(runtime.BreakerPolicy{Window: time.Hour}))
			w.took(d)
			latency := w.circuit.Snapshot().Latency
			got = latency.Percentile(p)
		})
		if float64(got) < float64(d)/1.25 || float64(got) > float64(d)*1.25 {
			r.Errorf("p%v of %v is %v", p, d, got)
		}
	})
}

// The latency is of the window's successes, failures and timeouts.
func TestLatencyIsOfTheWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		policy := breakerOnly(runtime.BreakerPolicy{})
		policy.Classify = classify(errNeither, runtime.Ignored)
		w := wrap(t, policy)
		w.run(after(time.Second, failWith(errNeither)))
		if got := w.circuit.Snapshot().Latency.Percentile(100); got != 0 {
			t.Errorf("an ignored call counts: %v", got)
		}
		w.run(after(2*time.Second, fail))
		if got := w.circuit.Snapshot().Latency.Mean(); got != 2*time.Second {
			t.Errorf("the mean of a failure is %v, want 2s", got)
		}
		time.Sleep(10 * time.Second)
		if got := w.circuit.Snapshot().Latency.Percentile(100); got != 0 {
			t.Errorf("a call of an older window counts: %v", got)
		}
	})
}

func TestHistogram(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{}))
		var want runtime.Histogram
		count := func(d time.Duration, bucket int) {
			w.took(d)
			want.Buckets[bucket]++
			want.Sum += d
		}
		for i, bound := range runtime.HistogramBounds() {
			count(bound-1, i)
			count(bound, i) // inclusive
			count(bound+1, i+1)
		}
		count(time.Hour, len(runtime.HistogramBounds()))
		got := w.circuit.Snapshot().Durations.Success
		if got != want || got.Count() != uint64(3*len(runtime.HistogramBounds())+1) {
			t.Errorf("got %+v\nwant %+v", got, want)
		}
		w.run(after(time.Second, fail))
		if got := w.circuit.Snapshot().Durations.Failure; got.Count() != 1 || got.Sum != time.Second {
			t.Errorf("the failures' are %+v", got)
		}
	})
}
