// Package prometheus shows circuits to Prometheus.
//
// Its families begin with those of cep21/circuit with prometrics
// (https://github.com/jiacai2050/prometrics) that dashboards are made of, under their names:
//
//	circuit_success_duration_seconds{func,name}  histogram
//	circuit_failure_duration_seconds{func,name}  histogram
//	circuit_timeout_duration_seconds{name}       histogram
//	circuit_short_circuit_total{name}
//	circuit_concurrency_reject_total{func,name}
//	circuit_opened_total{name}, circuit_closed_total{name}
//	circuit_opened{name}                         1 while the circuit is open or half-open
//
// Of prometrics', circuit_bad_request_duration_seconds isn't among them, nor rejections of the
// fallback, which has no bulkhead here. Its own are
//
//	circuit_calls_total{name,outcome}            success, failure, timeout, ignored, rejected, full
//	circuit_state{name,state}                    1 for closed, open, half_open, forced_open or forced_closed
//	circuit_down_since_timestamp_seconds{name}   0 while the circuit is closed
//	circuit_in_flight{name}                      calls under way
//	circuit_bulkhead_limit{name}                 how many may be, 0 for any number
//	circuit_retries_total{name}                  attempts after a call's first
//	circuit_retries_helped_total{name}           calls that they saved
//	circuit_retry_budget_exhausted_total{name}   calls that were not retried for that
//	circuit_ignored_total{name}
//
// Each circuit shows all of its series from its first moment, those of the fallback where it has
// one. Circuits by key are summed into one with their family's name: circuit_opened and
// circuit_state then say how many are in a state, and circuit_down_since_timestamp_seconds since
// when the first of them is. WithKeys shows each.
//
// Beside this package are files to load: dashboard.json for Grafana, and rules.yml, alerts for
// Prometheus, each with what to do.
package prometheus

import (
	prom "github.com/prometheus/client_golang/prometheus"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/internal/series"
)

// NewCollector returns a collector of all circuits that r holds at the time of a
// scrape; a nil r is runtime.Default. It reads the circuits' own counts: nothing runs
// between scrapes. It is safe for concurrent use. Several registries of one process can be
// registered side by side where WithLabels tells them apart.
func NewCollector(r *runtime.Registry, with ...Option) prom.Collector {
	if r == nil {
		r = runtime.Default
	}
	o := newOptions(with)
	return &collector{r, o, newFamilies(&o)}
}

type collector struct {
	registry *runtime.Registry
	options
	families families
}

// Describe satisfies prom.Collector.
func (c *collector) Describe(descs chan<- *prom.Desc) {
	for _, d := range c.families.all {
		descs <- d
	}
}

// Collect satisfies prom.Collector.
func (c *collector) Collect(metrics chan<- prom.Metric) {
	for s := range series.Of(c.registry, c.byKey) {
		(&shown{c, &s, created(s.Made), metrics}).collect()
	}
}
