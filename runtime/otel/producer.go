package otel

import (
	"context"
	"slices"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/internal/series"
)

// NewProducer returns a producer of the histograms of all circuits that r holds at the
// time of a collection; a nil r is runtime.Default. Give it to a reader with
// metric.WithProducer, beside Register for all else. It is safe for concurrent use.
//
// A reader's temporality and a provider's Views don't reach what a producer says: the histograms
// are cumulative, and have the buckets of runtime.HistogramBounds. Where that isn't enough, have
// a link record into a histogram of the provider's, as docs/recipes.md shows.
//
//	circuit.call.duration      seconds, of the calls that were made, by circuit.call.outcome
//	circuit.fallback.duration  seconds, by circuit.fallback.outcome, where there is a fallback
func NewProducer(r *runtime.Registry) metric.Producer {
	if r == nil {
		r = runtime.Default
	}
	return &producer{r}
}

type producer struct{ registry *runtime.Registry }

// Produce satisfies metric.Producer.
func (p *producer) Produce(context.Context) ([]metricdata.ScopeMetrics, error) {
	now := time.Now()
	var calls, fallbacks []metricdata.HistogramDataPoint[float64]
	for s := range series.Of(p.registry, false) {
		d := &s.Durations
		calls = append(calls,
			point(&s, &d.Success, now, callOutcome.String("success")),
			point(&s, &d.Failure, now, callOutcome.String("failure")),
			point(&s, &d.Timeout, now, callOutcome.String("timeout")))
		if s.Fallback {
			fallbacks = append(fallbacks,
				point(&s, &d.FallbackSuccess, now, answerOutcome.String("success")),
				point(&s, &d.FallbackFailure, now, answerOutcome.String("failure")))
		}
	}
	return []metricdata.ScopeMetrics{{
		Scope: instrumentation.Scope{Name: scope},
		Metrics: []metricdata.Metrics{
			histogram("circuit.call.duration", "Duration of the calls that were made.", calls),
			histogram("circuit.fallback.duration", "Duration of the fallback's answers.", fallbacks),
		},
	}}, nil
}

func point(
	s *series.Series, h *runtime.FineHistogram, now time.Time, outcome attribute.KeyValue,
) metricdata.HistogramDataPoint[float64] {
	return metricdata.HistogramDataPoint[float64]{
		Attributes:   attribute.NewSet(outcome, circuitName.String(s.Name)),
		StartTime:    s.Made,
		Time:         now,
		Count:        h.Count(),
		Bounds:       bounds,
		BucketCounts: slices.Clone(h.Buckets[:]),
		Sum:          h.Sum.Seconds(),
	}
}

func histogram(
	name, description string, points []metricdata.HistogramDataPoint[float64],
) metricdata.Metrics {
	return metricdata.Metrics{
		Name:        name,
		Description: description,
		Unit:        "s",
		Data: metricdata.Histogram[float64]{
			DataPoints:  points,
			Temporality: metricdata.CumulativeTemporality,
		},
	}
}

// bounds are the histograms' bounds in seconds.
var bounds = func() (seconds []float64) {
	for _, bound := range runtime.HistogramBounds() {
		seconds = append(seconds, bound.Seconds())
	}
	return seconds
}()
