package otel

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/breakergen/breakergen/runtime"
)

// scope names the source of the metrics.
const scope = "github.com/breakergen/breakergen/runtime/otel"

// The attributes, named by OpenTelemetry's naming guidelines:
// https://opentelemetry.io/docs/specs/semconv/general/naming/
var (
	circuitName   = attribute.Key("circuit.name")
	circuitState  = attribute.Key("circuit.state")
	callOutcome   = attribute.Key("circuit.call.outcome")
	answerOutcome = attribute.Key("circuit.fallback.outcome")
)

// NewProducer returns a producer of the metrics of all circuits that r holds at the
// time of a collection; a nil r is runtime.Default. Give it to a reader with
// metric.WithProducer. It is safe for concurrent use.
//
//	circuit.calls             sum        calls by circuit.call.outcome
//	circuit.call.duration     histogram  seconds, of the calls that were made
//	circuit.call.active       sum        calls under way
//	circuit.retries           sum        attempts after a call's first
//	circuit.fallbacks         sum        the fallback's answers by circuit.fallback.outcome
//	circuit.fallback.duration histogram  seconds
//	circuit.opened            sum        changes from closed to open
//	circuit.closed            sum        changes back to closed
//	circuit.state             gauge      1 for the present circuit.state, 0 for the others
func NewProducer(r *runtime.Registry) metric.Producer {
	if r == nil {
		r = runtime.Default
	}
	return &producer{r}
}

type producer struct{ registry *runtime.Registry }

// Produce satisfies metric.Producer.
func (p *producer) Produce(context.Context) ([]metricdata.ScopeMetrics, error) {
	c := collection{now: time.Now()}
	for circuit := range p.registry.Circuits() {
		snapshot := circuit.Snapshot()
		c.add(&snapshot)
	}
	return []metricdata.ScopeMetrics{{
		Scope: instrumentation.Scope{Name: scope},
		Metrics: []metricdata.Metrics{
			sum("circuit.calls", "{call}", "Calls, by how they ended.", true, c.calls),
			histogram("circuit.call.duration", "Duration of the calls that were made.", c.durations),
			sum("circuit.call.active", "{call}", "Calls under way.", false, c.active),
			sum("circuit.retries", "{attempt}", "Attempts after a call's first.", true, c.retries),
			sum("circuit.fallbacks", "{call}", "Answers of the fallback, by how they ended.", true,
				c.fallbacks),
			histogram("circuit.fallback.duration", "Duration of the fallback's answers.",
				c.fallbackDurations),
			sum("circuit.opened", "{change}", "Changes from closed to open.", true, c.opened),
			sum("circuit.closed", "{change}", "Changes back to closed.", true, c.closed),
			{
				Name:        "circuit.state",
				Description: "1 for the circuit's present state, 0 for the others.",
				Unit:        "1",
				Data:        metricdata.Gauge[int64]{DataPoints: c.states},
			},
		},
	}}, nil
}

func sum(
	name, unit, description string, monotonic bool, points []metricdata.DataPoint[int64],
) metricdata.Metrics {
	return metricdata.Metrics{
		Name:        name,
		Description: description,
		Unit:        unit,
		Data: metricdata.Sum[int64]{
			DataPoints:  points,
			Temporality: metricdata.CumulativeTemporality,
			IsMonotonic: monotonic,
		},
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
