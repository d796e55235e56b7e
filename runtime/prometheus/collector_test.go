package prometheus_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	prom "github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/internal/testcircuit"
	"github.com/breakergen/breakergen/runtime/prometheus"
)

// newCircuit makes the circuit name.Do.
func newCircuit(
	tb testing.TB, r *runtime.Registry, name string, fallback testcircuit.Do, p runtime.Policy,
) testcircuit.Method {
	tb.Helper()
	return testcircuit.Spec{Registry: r, Circuit: name + ".Do", Fallback: fallback, Policy: p}.New(tb)
}

func succeed(context.Context) error { return nil }
func fail(context.Context) error    { return errors.New("fail") }

func TestFreshCircuitShowsEverySeries(t *testing.T) {
	r := runtime.NewRegistry()
	newCircuit(t, r, "Users", nil, runtime.Policy{})
	if problems, err := testutil.CollectAndLint(prometheus.NewCollector(r)); err != nil || len(problems) > 0 {
		t.Errorf("lint: %v %v", problems, err)
	}
	// Three histograms, 14 counters and nine gauges; each is one series here.
	if n := testutil.CollectAndCount(prometheus.NewCollector(r)); n != 26 {
		t.Errorf("%d series, want 26", n)
	}
	want := `# HELP circuit_opened 1 while the circuit is open or half-open, 0 while it is closed.
# TYPE circuit_opened gauge
circuit_opened{name="Users.Do"} 0
# HELP circuit_short_circuit_total Calls that were not made because the circuit was open.
# TYPE circuit_short_circuit_total counter
circuit_short_circuit_total{name="Users.Do"} 0
`
	err := testutil.CollectAndCompare(prometheus.NewCollector(r), strings.NewReader(want),
		"circuit_opened", "circuit_short_circuit_total")
	if err != nil {
		t.Error(err)
	}
}

func TestScrape(t *testing.T) {
	r := runtime.NewRegistry()
	ctx := context.Background()
	m := newCircuit(t, r, "Users", succeed,
		runtime.Policy{
			Breaker: runtime.BreakerPolicy{Consecutive: 2},
			Retry:   runtime.RetryPolicy{Off: true},
		})
	m(ctx, succeed)
	m(ctx, fail)
	m(ctx, fail) // opens
	m(ctx, fail) // is rejected

	registry := prom.NewPedanticRegistry()
	registry.MustRegister(prometheus.NewCollector(r))
	recorder := httptest.NewRecorder()
	promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).
		ServeHTTP(recorder, httptest.NewRequest("GET", "/metrics", nil))
	for _, line := range []string{
		`circuit_success_duration_seconds_count{func="run",name="Users.Do"} 1`,
		`circuit_success_duration_seconds_count{func="fallback",name="Users.Do"} 3`,
		`circuit_failure_duration_seconds_count{func="run",name="Users.Do"} 2`,
		`circuit_failure_duration_seconds_bucket{func="fallback",name="Users.Do",le="0.005"} 0`,
		`circuit_failure_duration_seconds_bucket{func="run",name="Users.Do",le="10"} 2`,
		`circuit_failure_duration_seconds_bucket{func="run",name="Users.Do",le="+Inf"} 2`,
		`circuit_timeout_duration_seconds_count{name="Users.Do"} 0`,
		`circuit_short_circuit_total{name="Users.Do"} 1`,
		`circuit_concurrency_reject_total{func="run",name="Users.Do"} 0`,
		`circuit_opened_total{name="Users.Do"} 1`,
		`circuit_closed_total{name="Users.Do"} 0`,
		`circuit_opened{name="Users.Do"} 1`,
		`circuit_retries_total{name="Users.Do"} 0`,
		`circuit_ignored_total{name="Users.Do"} 0`,
	} {
		if !strings.Contains(recorder.Body.String(), line+"\n") {
			t.Errorf("the scrape lacks %s", line)
		}
	}
	if t.Failed() {
		t.Log(recorder.Body)
	}
}

func TestHostileNames(t *testing.T) {
	r := runtime.NewRegistry()
	for _, name := range []string{"new\nline", `q"<&`, "emoji 🚀"} {
		newCircuit(t, r, name, nil, runtime.Policy{})
	}
	registry := prom.NewPedanticRegistry()
	registry.MustRegister(prometheus.NewCollector(r))
	if _, err := registry.Gather(); err != nil {
		t.Error(err)
	}
}

func BenchmarkScrape1000(b *testing.B) {
	r := runtime.NewRegistry()
	for i := range 1000 {
		m := newCircuit(b, r, fmt.Sprintf("Users%d", i), nil, runtime.Policy{})
		m(context.Background(), succeed)
	}
	registry := prom.NewRegistry()
	registry.MustRegister(prometheus.NewCollector(r))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := registry.Gather(); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleNewCollector() {
	registry := prom.NewRegistry()
	registry.MustRegister(prometheus.NewCollector(nil)) // nil: the circuits of runtime.Default
	// http.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	families, err := registry.Gather()
	fmt.Println(len(families), err)
	// Output: 0 <nil>
}
