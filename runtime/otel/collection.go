package otel

import (
	"slices"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/breakergen/breakergen/runtime"
)

// collection gathers the data points of all circuits at one moment.
type collection struct {
	now time.Time

	calls, active, retries, fallbacks, opened, closed, states []metricdata.DataPoint[int64]
	durations, fallbackDurations                              []metricdata.HistogramDataPoint[float64]
}

func (c *collection) add(s *runtime.Snapshot) {
	c.addCalls(s)
	c.addState(s)
	c.addDurations(s)
}

func (c *collection) addCalls(s *runtime.Snapshot) {
	c.count(&c.calls, s, s.Total.Successes, callOutcome.String("success"))
	c.count(&c.calls, s, s.Total.Failures, callOutcome.String("failure"))
	c.count(&c.calls, s, s.Total.Timeouts, callOutcome.String("timeout"))
	c.count(&c.calls, s, s.Total.Ignored, callOutcome.String("ignored"))
	c.count(&c.calls, s, s.Total.Rejections, callOutcome.String("rejected"))
	c.count(&c.calls, s, s.Total.Full, callOutcome.String("full"))
	c.count(&c.active, s, uint64(s.InFlight))
	c.count(&c.retries, s, s.Total.Retries)
	c.count(&c.fallbacks, s, s.Total.Fallbacks, answerOutcome.String("success"))
	c.count(&c.fallbacks, s, s.Total.FallbackFailures, answerOutcome.String("failure"))
}

func (c *collection) addState(s *runtime.Snapshot) {
	c.count(&c.opened, s, s.Total.Opened)
	c.count(&c.closed, s, s.Total.Closed)
	for _, state := range []runtime.State{runtime.Closed, runtime.Open, runtime.HalfOpen} {
		present := uint64(0)
		if s.State == state {
			present = 1
		}
		c.count(&c.states, s, present, circuitState.String(state.String()))
	}
}

func (c *collection) addDurations(s *runtime.Snapshot) {
	c.measure(&c.durations, s, &s.Durations.Success, callOutcome.String("success"))
	c.measure(&c.durations, s, &s.Durations.Failure, callOutcome.String("failure"))
	c.measure(&c.durations, s, &s.Durations.Timeout, callOutcome.String("timeout"))
	c.measure(&c.fallbackDurations, s, &s.Durations.FallbackSuccess, answerOutcome.String("success"))
	c.measure(&c.fallbackDurations, s, &s.Durations.FallbackFailure, answerOutcome.String("failure"))
}

// count adds one number of a circuit.
func (c *collection) count(
	to *[]metricdata.DataPoint[int64], s *runtime.Snapshot, n uint64, with ...attribute.KeyValue,
) {
	*to = append(*to, metricdata.DataPoint[int64]{
		Attributes: attribute.NewSet(append(with, circuitName.String(s.Circuit))...),
		StartTime:  s.Made,
		Time:       c.now,
		Value:      int64(n),
	})
}

// measure adds one histogram of a circuit.
func (c *collection) measure(
	to *[]metricdata.HistogramDataPoint[float64], s *runtime.Snapshot, h *runtime.Histogram,
	outcome attribute.KeyValue,
) {
	*to = append(*to, metricdata.HistogramDataPoint[float64]{
		Attributes:   attribute.NewSet(outcome, circuitName.String(s.Circuit)),
		StartTime:    s.Made,
		Time:         c.now,
		Count:        h.Count(),
		Bounds:       bounds,
		BucketCounts: slices.Clone(h.Buckets[:]),
		Sum:          h.Sum.Seconds(),
	})
}

// bounds are the histograms' bounds in seconds.
var bounds = func() (seconds []float64) {
	for _, bound := range runtime.HistogramBounds() {
		seconds = append(seconds, bound.Seconds())
	}
	return seconds
}()
