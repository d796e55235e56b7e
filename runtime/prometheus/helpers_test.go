package prometheus_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	prom "github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/internal/testcircuit"
	"github.com/breakergen/breakergen/runtime/prometheus"
)

// byKey makes a circuit for each key, at most max of them.
func byKey(t *testing.T, r *runtime.Registry, name string, max int) testcircuit.Method {
	t.Helper()
	p := runtime.Policy{Retry: runtime.RetryPolicy{Off: true}, Breaker: runtime.BreakerPolicy{Consecutive: 2}}
	return testcircuit.Spec{Registry: r, Circuit: name + ".Do", Policy: p, Keyed: true, MaxKeys: max}.New(t)
}

// gather scrapes a registry's circuits.
func gather(t *testing.T, r *runtime.Registry, options ...prometheus.Option) []*dto.MetricFamily {
	t.Helper()
	registry := prom.NewPedanticRegistry()
	registry.MustRegister(prometheus.NewCollector(r, options...))
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	return families
}

// find returns the metric of that name and those labels, written as name{a="b",c="d"}.
func find(t *testing.T, families []*dto.MetricFamily, series string) *dto.Metric {
	t.Helper()
	for _, family := range families {
		for _, m := range family.Metric {
			var labels []string
			for _, l := range m.Label {
				labels = append(labels, fmt.Sprintf("%s=%q", l.GetName(), l.GetValue()))
			}
			slices.Sort(labels)
			if family.GetName()+"{"+strings.Join(labels, ",")+"}" == series {
				return m
			}
		}
	}
	t.Errorf("there is no %s", series)
	return &dto.Metric{}
}

// values compares counters and gauges with what they must be.
func values(t *testing.T, families []*dto.MetricFamily, want map[string]float64) {
	t.Helper()
	for series, value := range want {
		m := find(t, families, series)
		if got := m.GetCounter().GetValue() + m.GetGauge().GetValue(); got != value {
			t.Errorf("%s is %g, want %g", series, got, value)
		}
	}
}

// count returns how many metrics there are; a histogram is one.
func count(families []*dto.MetricFamily) (n int) {
	for _, family := range families {
		n += len(family.Metric)
	}
	return n
}
