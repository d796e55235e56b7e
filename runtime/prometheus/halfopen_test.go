package prometheus_test

import (
	"context"
	"strings"
	"testing"

	prom "github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/prometheus"
)

// TestHalfOpenIsOpened scrapes while a probe is under way: to a dashboard, the circuit
// isn't closed before that has succeeded.
func TestHalfOpenIsOpened(t *testing.T) {
	r := runtime.NewRegistry()
	var state runtime.State
	var opened float64
	look := func(context.Context) error {
		circuit, _ := r.Circuit("Users.Do")
		state = circuit.State()
		opened = testutil.ToFloat64(only{prometheus.NewCollector(r), "circuit_opened"})
		return nil
	}
	m := newCircuit(t, r, "Users", nil, runtime.Policy{
		Breaker: runtime.BreakerPolicy{Consecutive: 1, OpenFor: 1},
		Retry:   runtime.RetryPolicy{Off: true},
	})
	m(context.Background(), fail)
	m(context.Background(), look)
	if state != runtime.HalfOpen || opened != 1 {
		t.Errorf("while %s, circuit_opened is %g", state, opened)
	}
}

// only is one family of a collector.
type only struct {
	prom.Collector
	family string
}

// Collect satisfies prom.Collector.
func (o only) Collect(metrics chan<- prom.Metric) {
	all := make(chan prom.Metric)
	go func() {
		o.Collector.Collect(all)
		close(all)
	}()
	for m := range all {
		if strings.Contains(m.Desc().String(), `"`+o.family+`"`) {
			metrics <- m
		}
	}
}
