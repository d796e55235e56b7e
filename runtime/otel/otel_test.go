package otel_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/otel"
)

type calls interface {
	Do(context.Context, error) error
}

type echo struct{}

// Do returns what it is given.
func (echo) Do(_ context.Context, err error) error { return err }

func newMethod(t *testing.T, r *runtime.Registry, p runtime.Policy) func(context.Context, error) (struct{}, error) {
	t.Helper()
	b := runtime.Builder[calls]{
		Constructor: "NewUsersBreaker",
		Interface:   "Users",
		Next:        echo{},
		Registry:    r,
	}
	m := runtime.NewMethod(&b, runtime.Spec{Name: "Do", Config: &p},
		func(c calls, ctx context.Context, err error) (struct{}, error) {
			return struct{}{}, c.Do(ctx, err)
		})(b.Next)
	if err := b.Build(); err != nil {
		t.Fatal(err)
	}
	return m
}

// collect returns the data of each metric by its name.
func collect(t *testing.T, r *runtime.Registry) map[string]metricdata.Aggregation {
	t.Helper()
	reader := sdkmetric.NewManualReader(sdkmetric.WithProducer(otel.NewProducer(r)))
	sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
	var metrics metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &metrics); err != nil {
		t.Fatal(err)
	}
	data := map[string]metricdata.Aggregation{}
	for _, scope := range metrics.ScopeMetrics {
		for _, m := range scope.Metrics {
			data[m.Name] = m.Data
		}
	}
	return data
}

// value returns the data point that has the attribute value, or the only one.
func value(t *testing.T, points []metricdata.DataPoint[int64], with string) int64 {
	t.Helper()
	for _, point := range points {
		for _, attribute := range point.Attributes.ToSlice() {
			if attribute.Value.AsString() == with {
				return point.Value
			}
		}
	}
	t.Errorf("no data point with %q", with)
	return 0
}

func TestMetrics(t *testing.T) {
	r := runtime.NewRegistry()
	m := newMethod(t, r, runtime.Policy{
		Breaker: runtime.BreakerPolicy{Consecutive: 2},
		Retry:   runtime.RetryPolicy{Off: true},
	})
	fresh := collect(t, r)
	if n := len(fresh["circuit.calls"].(metricdata.Sum[int64]).DataPoints); n != 6 {
		t.Errorf("a fresh circuit has %d outcomes, want 6", n)
	}

	ctx, boom := context.Background(), errors.New("boom")
	for _, err := range []error{nil, boom, boom, boom} {
		m(ctx, err)
	}
	data := collect(t, r)
	calls := data["circuit.calls"].(metricdata.Sum[int64])
	for outcome, want := range map[string]int64{
		"success": 1, "failure": 2, "rejected": 1, "timeout": 0, "ignored": 0, "full": 0,
	} {
		if got := value(t, calls.DataPoints, outcome); got != want {
			t.Errorf("%d calls with outcome %s, want %d", got, outcome, want)
		}
	}
	circuit, _ := r.Circuit("Users.Do")
	for _, point := range calls.DataPoints {
		if !point.StartTime.Equal(circuit.Snapshot().Made) {
			t.Errorf("the counting began at %s, want the circuit's making", point.StartTime)
		}
	}
	if !calls.IsMonotonic || calls.Temporality != metricdata.CumulativeTemporality {
		t.Error("circuit.calls isn't a cumulative counter")
	}
	state := data["circuit.state"].(metricdata.Gauge[int64])
	if value(t, state.DataPoints, "open") != 1 || value(t, state.DataPoints, "closed") != 0 {
		t.Error("circuit.state doesn't say open")
	}
	for _, point := range data["circuit.call.duration"].(metricdata.Histogram[float64]).DataPoints {
		if len(point.BucketCounts) != len(point.Bounds)+1 {
			t.Errorf("%d buckets for %d bounds", len(point.BucketCounts), len(point.Bounds))
		}
	}
	if got := value(t, data["circuit.opened"].(metricdata.Sum[int64]).DataPoints, "Users.Do"); got != 1 {
		t.Errorf("opened %d times, want 1", got)
	}
}

func TestSpanEvents(t *testing.T) {
	recorder := tracetest.NewSpanRecorder()
	tracer := trace.NewTracerProvider(trace.WithSpanProcessor(recorder)).Tracer("test")
	r := runtime.NewRegistry()
	stop := otel.AddSpanEvents(r)
	m := newMethod(t, r, runtime.Policy{
		Breaker: runtime.BreakerPolicy{Consecutive: 1},
		Retry:   runtime.RetryPolicy{Attempts: 2, Backoff: 1},
	})
	call := func() {
		ctx, span := tracer.Start(context.Background(), "call")
		defer span.End()
		m(ctx, errors.New("boom"))
	}
	call()
	call()
	stop()
	call()
	want := [][]string{{"circuit.retry", "circuit.state_change"}, {"circuit.rejected"}, nil}
	for i, span := range recorder.Ended() {
		var got []string
		for _, event := range span.Events() {
			got = append(got, event.Name)
		}
		if !slices.Equal(got, want[i]) {
			t.Errorf("call %d has the events %v, want %v", i+1, got, want[i])
		}
	}
}
