package runtime_test

import (
	"maps"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/breakergen/breakergen/runtime"
)

// drawModel draws a breaker's policy.
func drawModel(r *rapid.T, byCalls bool) *model {
	m := &model{
		rate:        rapid.SampledFrom([]int{7, 10, 30, 50, 57, 100}).Draw(r, "failure rate"),
		slowRate:    rapid.SampledFrom([]int{29, 50, 100}).Draw(r, "slow rate"),
		minCalls:    rapid.IntRange(1, 8).Draw(r, "min-calls"),
		openFor:     rapid.SampledFrom([]time.Duration{time.Second, 5 * time.Second}).Draw(r, "open"),
		probes:      rapid.IntRange(1, 3).Draw(r, "probes"),
		consecutive: rapid.SampledFrom([]int{-1, 1, 2, 3, 5}).Draw(r, "consecutive"),
		slow:        rapid.SampledFrom([]time.Duration{0, time.Second}).Draw(r, "slow"),
		// No sum of the actions' durations is exactly this one.
		attempt: rapid.SampledFrom([]time.Duration{
			0, 2*time.Second + 1234*time.Microsecond,
		}).Draw(r, "timeout"),
		permits: map[*modelCall]struct{}{},
	}
	if byCalls {
		m.calls = rapid.IntRange(1, 12).Draw(r, "window in calls")
		m.minCalls = min(m.minCalls, m.calls)
	} else {
		m.span = rapid.SampledFrom([]time.Duration{time.Second, 10 * time.Second}).Draw(r, "window")
	}
	return m
}

func (m *model) policy() runtime.Policy {
	return runtime.Policy{
		Breaker: runtime.BreakerPolicy{
			FailureRate: float64(m.rate) / 100, SlowRate: float64(m.slowRate) / 100,
			MinCalls: m.minCalls, Window: m.span, WindowCalls: m.calls, OpenFor: m.openFor,
			Probes: m.probes, Consecutive: m.consecutive, Slow: m.slow,
		},
		Retry:    runtime.RetryPolicy{Off: true},
		Timeout:  runtime.TimeoutPolicy{Off: m.attempt == 0, Attempt: m.attempt},
		Classify: classify(errNeither, runtime.Ignored),
	}
}

// action is one step of a history.
type action struct {
	name string
	end  string        // how a call ends
	d    time.Duration // how long it takes, or a pause
	i    int           // which of the calls under way
}

func drawAction(r *rapid.T) action {
	return action{
		name: often(r, "action", map[string]int{
			"call": 20, "begin": 8, "end": 8, "pause": 8, "force open": 1, "force close": 1, "reset": 2,
		}),
		end: often(r, "end", map[string]int{
			"success": 12, "failure": 6, "panic": 1, "exit": 1, "cancel": 1, "ignored": 1,
		}),
		d: rapid.SampledFrom([]time.Duration{
			0, 0, 0, 1, 50 * time.Millisecond, 100 * time.Millisecond, time.Second / 2,
			time.Second - 1, time.Second, 5*time.Second - 1, 5 * time.Second, 9 * time.Second,
		}).Draw(r, "d"),
		i: rapid.IntRange(0, 9).Draw(r, "i"),
	}
}

// often draws a name, each as often as it says beside the others.
func often(r *rapid.T, label string, names map[string]int) string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		all = append(all, slices.Repeat([]string{name}, names[name])...)
	}
	return rapid.SampledFrom(all).Draw(r, label)
}
