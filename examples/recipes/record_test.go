package recipes

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	breaker "github.com/breakergen/breakergen/runtime"
)

// TestRecord: a reader gets deltas where it asks for them, in the buckets and by the attributes
// of a View.
func TestRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reader := sdkmetric.NewManualReader(sdkmetric.WithTemporalitySelector(
			func(sdkmetric.InstrumentKind) metricdata.Temporality { return metricdata.DeltaTemporality }))
		provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader), sdkmetric.WithView(
			sdkmetric.NewView(sdkmetric.Instrument{Name: "catalog.duration"}, sdkmetric.Stream{
				Aggregation:     sdkmetric.AggregationExplicitBucketHistogram{Boundaries: []float64{0.1, 0.3}},
				AttributeFilter: attribute.NewDenyKeysFilter("failed"),
			})))
		took, err := provider.Meter("shop").Float64Histogram("catalog.duration", metric.WithUnit("s"))
		if err != nil {
			t.Fatal(err)
		}
		config := CatalogBreakerConfig{Outer: []breaker.Middleware{Record(took)}}
		var next time.Duration
		catalog, _ := wrap(t, fake(func(ctx context.Context, sku string) (Price, error) {
			time.Sleep(next)
			return dear(ctx, sku)
		}), config)
		for _, since := range []struct {
			calls []time.Duration
			want  []uint64
		}{
			{[]time.Duration{time.Millisecond, 200 * time.Millisecond}, []uint64{1, 1, 0}},
			{[]time.Duration{200 * time.Millisecond}, []uint64{0, 1, 0}},
		} {
			for _, next = range since.calls {
				catalog.Price(t.Context(), "tea")
			}
			var all metricdata.ResourceMetrics
			if err := reader.Collect(t.Context(), &all); err != nil {
				t.Fatal(err)
			}
			got := all.ScopeMetrics[0].Metrics[0].Data.(metricdata.Histogram[float64])
			if len(got.DataPoints) != 1 || !slices.Equal(got.DataPoints[0].BucketCounts, since.want) ||
				got.DataPoints[0].Attributes != attribute.NewSet(attribute.String("circuit.name", "Catalog.Price")) {
				t.Errorf("got %+v, want %v", got, since.want)
			}
		}
	})
}
