package prometheus_test

import (
	"bytes"
	"math"
	"net/http/httptest"
	"os/exec"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	prom "github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/internal/testcircuit"
	"github.com/breakergen/breakergen/runtime/prometheus"
)

// took makes calls that take so long, and returns their registry.
func took(t *testing.T, durations ...time.Duration) *runtime.Registry {
	r := runtime.NewRegistry()
	synctest.Test(t, func(t *testing.T) {
		m := newCircuit(t, r, "Users", nil, runtime.Policy{Timeout: runtime.TimeoutPolicy{Off: true}})
		for _, d := range durations {
			m.Take(d, nil)
		}
	})
	return r
}

const successes = `circuit_success_duration_seconds{func="run",name="Users.Do"}`

func buckets(h *dto.Histogram) map[float64]uint64 {
	all := map[float64]uint64{}
	for _, b := range h.Bucket {
		all[b.GetUpperBound()] = b.GetCumulativeCount()
	}
	return all
}

func TestWithBuckets(t *testing.T) {
	r := took(t, 440, time.Microsecond, 300*time.Microsecond, time.Millisecond, time.Millisecond+1, 20*time.Second)
	h := find(t, gather(t, r, prometheus.WithBuckets(0.001, 1e-6, 0.3, 15, math.Inf(1), 0.3)), successes).GetHistogram()
	want := map[float64]uint64{1e-6: 2, 0.001: 4, 0.3: 5, 15: 5}
	if got := buckets(h); !reflect.DeepEqual(got, want) || h.GetSampleCount() != 6 {
		t.Errorf("%d in %v, want 6 in %v", h.GetSampleCount(), got, want)
	}
	h = find(t, gather(t, r), successes).GetHistogram()
	if len(h.Bucket) != len(prom.DefBuckets) || buckets(h)[0.005] != 5 {
		t.Errorf("without the option, got %v", buckets(h))
	}
}

// has skips a test where the client library is too old for what it is about.
func has(t *testing.T, message any, field string) {
	t.Helper()
	if _, ok := reflect.TypeOf(message).Elem().FieldByName(field); !ok {
		t.Skipf("this version of the client library has no %s", field)
	}
}

// TestWithNativeHistograms decodes what native histograms say, and compares it with what the
// calls took.
func TestWithNativeHistograms(t *testing.T) {
	r := took(t, 0, 440, 3*time.Microsecond, 3*time.Microsecond, time.Second, 1100*time.Millisecond, 90*time.Second)
	native := find(t, gather(t, r, prometheus.WithNativeHistograms()), successes).GetHistogram()
	if len(native.Bucket) != len(prom.DefBuckets) {
		t.Error("the classic buckets are missing")
	}
	classic := find(t, gather(t, r), successes).GetHistogram()
	has(t, native, "Schema")
	field := func(of any, name string) reflect.Value {
		return reflect.Indirect(reflect.ValueOf(of).Elem().FieldByName(name))
	}
	if reflect.ValueOf(classic).Elem().FieldByName("Schema").Pointer() != 0 {
		t.Error("without the option there is a native histogram")
	}
	if got := field(native, "Schema").Int(); got != 2 {
		t.Errorf("schema %d, want 2", got)
	}
	if got := field(native, "ZeroThreshold").Float(); math.Abs(got-math.Exp2(-20)) > 1e-9 {
		t.Errorf("zero threshold %g", got)
	}
	if got := field(native, "ZeroCount").Uint(); got != 2 {
		t.Errorf("%d in the zero bucket, want 2", got)
	}
	got := map[int]int64{}
	spans, deltas := field(native, "PositiveSpan"), field(native, "PositiveDelta")
	index, bucket, n := 0, 0, int64(0)
	for i := range spans.Len() {
		span := spans.Index(i).Interface()
		index += int(field(span, "Offset").Int())
		for range field(span, "Length").Uint() {
			n += deltas.Index(bucket).Int()
			got[index] = n
			bucket++
			index++
		}
	}
	want := map[int]int64{}
	for _, seconds := range []float64{3e-6, 3e-6, 1, 1.1, 90} {
		want[int(math.Ceil(4*math.Log2(seconds)))]++
	}
	if !reflect.DeepEqual(got, want) || bucket != deltas.Len() {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestCreatedTimestamps(t *testing.T) {
	r := runtime.NewRegistry()
	newCircuit(t, r, "Users", nil, runtime.Policy{})
	circuit, _ := r.Circuit("Users.Do")
	families := gather(t, r)
	counter := find(t, families, `circuit_ignored_total{name="Users.Do"}`).Counter
	histogram := find(t, families, successes).Histogram
	has(t, histogram, "CreatedTimestamp")
	for _, message := range []any{counter, histogram} {
		created := reflect.ValueOf(message).Elem().FieldByName("CreatedTimestamp").Interface().(interface{ AsTime() time.Time })
		if got, want := created.AsTime(), circuit.Snapshot().Made; got.Sub(want).Abs() > time.Millisecond {
			t.Errorf("%T was created at %v, want %v", message, got, want)
		}
	}
}

// Two registries in one process stand side by side.
func TestSecondRegistry(t *testing.T) {
	registry := prom.NewPedanticRegistry()
	for of, calls := range map[string]int{"shop": 3, "jobs": 5} {
		r := runtime.NewRegistry()
		m := newCircuit(t, r, "Users", nil, runtime.Policy{})
		for range calls {
			m.Take(0, nil)
		}
		registry.MustRegister(prometheus.NewCollector(r, prometheus.WithLabels(map[string]string{"of": of})))
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	values(t, families, map[string]float64{
		`circuit_calls_total{name="Users.Do",of="shop",outcome="success"}`: 3,
		`circuit_calls_total{name="Users.Do",of="jobs",outcome="success"}`: 5,
	})
}

// Prometheus' own tool has nothing to say against them.
func TestPromtoolLikesTheMetrics(t *testing.T) {
	promtool := promtool(t)
	r := took(t, time.Millisecond)
	newCircuit(t, r, "Orders", succeed, runtime.Policy{})
	byKey(t, r, "Tenants", 3)(testcircuit.WithKey("a"), succeed)
	for name, options := range map[string][]prometheus.Option{
		"as it is": nil,
		"with all": {prometheus.WithKeys(), prometheus.WithNativeHistograms(), prometheus.WithBuckets(0.001, 1)},
	} {
		registry := prom.NewRegistry()
		registry.MustRegister(prometheus.NewCollector(r, options...))
		w := httptest.NewRecorder()
		promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
		check := exec.Command(promtool, "check", "metrics")
		check.Stdin = bytes.NewReader(w.Body.Bytes())
		if out, err := check.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

// promtool returns Prometheus' tool, of Debian's package prometheus.
func promtool(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("there is no promtool here: apt-get install prometheus")
	}
	return path
}
