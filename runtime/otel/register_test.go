package otel_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/internal/testcircuit"
	"github.com/breakergen/breakergen/runtime/otel"
)

// eye is a provider with one reader.
type eye struct {
	reader     sdkmetric.Reader
	unregister func()
}

func look(t *testing.T, r *runtime.Registry, reader sdkmetric.Reader, options ...sdkmetric.Option) *eye {
	t.Helper()
	provider := sdkmetric.NewMeterProvider(append(options, sdkmetric.WithReader(reader))...)
	unregister, err := otel.Register(r, provider)
	if err != nil {
		t.Fatal(err)
	}
	return &eye{reader, unregister}
}

// see returns the metrics by their names.
func (e *eye) see(t *testing.T) map[string]metricdata.Metrics {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := e.reader.Collect(context.Background(), &all); err != nil {
		t.Fatal(err)
	}
	seen := map[string]metricdata.Metrics{}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			seen[m.Name] = m
		}
	}
	return seen
}

// values returns a metric's values by the attribute, or for "" the only one, as [""].
func values(t *testing.T, m metricdata.Metrics, by attribute.Key) map[string]int64 {
	t.Helper()
	sum, ok := m.Data.(metricdata.Sum[int64])
	if !ok {
		t.Fatalf("%s is a %T", m.Name, m.Data)
	}
	all := map[string]int64{}
	for _, point := range sum.DataPoints {
		value, _ := point.Attributes.Value(by)
		all[value.AsString()] = point.Value
	}
	return all
}

var policy = runtime.Policy{
	Breaker:  runtime.BreakerPolicy{Consecutive: 2},
	Retry:    runtime.RetryPolicy{Off: true},
	Bulkhead: runtime.BulkheadPolicy{Limit: 7},
}

func TestRegister(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := runtime.NewRegistry()
		m := newMethod(t, r, policy, nil)
		e := look(t, r, sdkmetric.NewManualReader())
		if n := len(values(t, e.see(t)["circuit.calls"], "circuit.call.outcome")); n != 6 {
			t.Errorf("a fresh circuit has %d outcomes, want 6", n)
		}
		for _, err := range []error{nil, errHang, errBoom, nil} { // the last is rejected
			m(context.Background(), err)
		}
		seen := e.see(t)
		calls := values(t, seen["circuit.calls"], "circuit.call.outcome")
		for outcome, want := range map[string]int64{
			"success": 1, "failure": 1, "timeout": 1, "rejected": 1, "ignored": 0, "full": 0,
		} {
			if calls[outcome] != want {
				t.Errorf("%d calls with outcome %s, want %d", calls[outcome], outcome, want)
			}
		}
		states := values(t, seen["circuit.state"], "circuit.state")
		for _, state := range []string{"closed", "open", "half_open", "forced_open", "forced_closed"} {
			want := int64(0)
			if state == "open" {
				want = 1
			}
			if got, ok := states[state]; got != want || !ok {
				t.Errorf("circuit.state of %s is %d, want %d", state, got, want)
			}
		}
		for name, want := range map[string]int64{
			"circuit.opened": 1, "circuit.closed": 0, "circuit.retries": 0, "circuit.retry.helped": 0,
			"circuit.retry.budget_exhausted": 0, "circuit.call.active": 0, "circuit.bulkhead.limit": 7,
		} {
			if got := values(t, seen[name], "circuit.name"); len(got) != 1 || got["Users.Do"] != want {
				t.Errorf("%s is %v, want %d", name, got, want)
			}
		}
		since := seen["circuit.down_since"].Data.(metricdata.Gauge[float64]).DataPoints
		if want := float64(time.Now().Unix()); len(since) != 1 || since[0].Value != want {
			t.Errorf("down since %v, want %v", since, want)
		}
		if _, ok := seen["circuit.fallbacks"]; ok {
			t.Error("there is something of a fallback, and none there")
		}
		circuit, _ := r.Circuit("Users.Do")
		circuit.ForceClose()
		if got := values(t, e.see(t)["circuit.state"], "circuit.state"); got["forced_closed"] != 1 || got["closed"] != 0 {
			t.Errorf("forced closed, the states are %v", got)
		}
		e.unregister()
		if seen := e.see(t); len(seen) != 0 {
			t.Errorf("after unregister, there is %v", seen)
		}
	})
}

// A state isn't a ratio: that is what "1" makes of a gauge in Prometheus.
func TestUnits(t *testing.T) {
	r := runtime.NewRegistry()
	newMethod(t, r, policy, standIn(nil))
	seen := look(t, r, sdkmetric.NewManualReader()).see(t)
	for name, unit := range map[string]string{
		"circuit.calls": "{call}", "circuit.call.active": "{call}", "circuit.bulkhead.limit": "{call}",
		"circuit.retries": "{attempt}", "circuit.retry.helped": "{call}", "circuit.retry.budget_exhausted": "{call}",
		"circuit.fallbacks": "{call}", "circuit.opened": "{change}", "circuit.closed": "{change}",
		"circuit.state": "{circuit}", "circuit.down_since": "s",
	} {
		if got := seen[name]; got.Unit != unit || got.Description == "" {
			t.Errorf("%s has the unit %q and the description %q, want %q", name, got.Unit, got.Description, unit)
		}
		delete(seen, name)
	}
	for name := range seen {
		t.Errorf("%s is no one's", name)
	}
}

func TestDeltaReader(t *testing.T) {
	r := runtime.NewRegistry()
	m := newMethod(t, r, policy, nil)
	e := look(t, r, sdkmetric.NewManualReader(sdkmetric.WithTemporalitySelector(
		func(sdkmetric.InstrumentKind) metricdata.Temporality { return metricdata.DeltaTemporality })))
	for _, calls := range []int{3, 5, 0} {
		for range calls {
			m(context.Background(), nil)
		}
		seen := e.see(t)["circuit.calls"]
		if got := values(t, seen, "circuit.call.outcome")["success"]; got != int64(calls) {
			t.Errorf("%d calls since the last collection, want %d", got, calls)
		}
		if got := seen.Data.(metricdata.Sum[int64]).Temporality; got != metricdata.DeltaTemporality {
			t.Errorf("the temporality is %v", got)
		}
	}
}

func TestView(t *testing.T) {
	r := runtime.NewRegistry()
	m := newMethod(t, r, policy, nil)
	e := look(t, r, sdkmetric.NewManualReader(), sdkmetric.WithView(
		sdkmetric.NewView(sdkmetric.Instrument{Name: "circuit.calls"}, sdkmetric.Stream{
			Name:            "breakers.calls",
			AttributeFilter: func(kv attribute.KeyValue) bool { return kv.Key == "circuit.name" },
		}),
		sdkmetric.NewView(sdkmetric.Instrument{Name: "circuit.state"}, sdkmetric.Stream{Aggregation: sdkmetric.AggregationDrop{}}),
	))
	m(context.Background(), nil)
	m(context.Background(), errBoom)
	seen := e.see(t)
	if _, ok := seen["circuit.state"]; ok {
		t.Error("what the view drops is there")
	}
	if got := values(t, seen["breakers.calls"], "circuit.name"); len(got) != 1 || got["Users.Do"] != 2 {
		t.Errorf("through the view there are %v calls, want 2", got)
	}
}

// Keys are summed, and what those have counted that are no more is among it.
func TestRegisterKeys(t *testing.T) {
	r := runtime.NewRegistry()
	m := testcircuit.Spec{Registry: r, Circuit: "Users.Do", Keyed: true, MaxKeys: 2}.New(t)
	e := look(t, r, sdkmetric.NewManualReader(sdkmetric.WithProducer(otel.NewProducer(r))))
	for _, key := range []string{"a", "b", "c", "d", "a"} {
		m(testcircuit.WithKey(key), standIn(nil))
	}
	seen := e.see(t)
	if got := values(t, seen["circuit.calls"], "circuit.call.outcome"); got["success"] != 5 {
		t.Errorf("%d calls, want 5", got["success"])
	}
	if got := values(t, seen["circuit.state"], "circuit.state"); got["closed"] != 2 {
		t.Errorf("%d closed circuits, want 2", got["closed"])
	}
	durations := seen["circuit.call.duration"].Data.(metricdata.Histogram[float64]).DataPoints
	if len(durations) != 3 || durations[0].Count != 5 {
		t.Errorf("the durations are %v", durations)
	}
}

func TestProducer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := runtime.NewRegistry()
		m := newMethod(t, r, policy, standIn(errBoom))
		m(context.Background(), nil)
		m(context.Background(), errHang)
		reader := sdkmetric.NewManualReader(sdkmetric.WithProducer(otel.NewProducer(r)))
		sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
		seen := (&eye{reader: reader}).see(t)
		var names []string
		for name, m := range seen {
			names = append(names, name)
			if m.Unit != "s" {
				t.Errorf("%s has the unit %q", name, m.Unit)
			}
		}
		slices.Sort(names)
		if want := []string{"circuit.call.duration", "circuit.fallback.duration"}; !slices.Equal(names, want) {
			t.Fatalf("got %v, want %v", names, want)
		}
		circuit, _ := r.Circuit("Users.Do")
		want := map[string]uint64{"success": 1, "failure": 0, "timeout": 1}
		for _, point := range seen["circuit.call.duration"].Data.(metricdata.Histogram[float64]).DataPoints {
			outcome, _ := point.Attributes.Value("circuit.call.outcome")
			if point.Count != want[outcome.AsString()] || !point.StartTime.Equal(circuit.Snapshot().Made) ||
				len(point.BucketCounts) != len(point.Bounds)+1 {
				t.Errorf("%s: %+v", outcome.AsString(), point)
			}
		}
	})
}
