// Package prometheus shows circuits to Prometheus.
//
// Its families are those of cep21/circuit with prometrics
// (https://github.com/jiacai2050/prometrics), so that dashboards made for these go on
// working, and circuit_retries_total and circuit_ignored_total. Each circuit shows all
// of its series from its first moment.
package prometheus

import (
	prom "github.com/prometheus/client_golang/prometheus"

	"github.com/breakergen/breakergen/runtime"
)

// The values of the label func: the wrapped call and the fallback.
const (
	run      = "run"
	fallback = "fallback"
)

func desc(name, help string, labels ...string) *prom.Desc {
	return prom.NewDesc("circuit_"+name, help, labels, nil)
}

var (
	successDuration = desc("success_duration_seconds",
		"Duration of calls that were answered.", "func", "name")
	failureDuration = desc("failure_duration_seconds",
		"Duration of calls that failed, other than by time.", "func", "name")
	timeoutDuration = desc("timeout_duration_seconds",
		"Duration of calls whose time was over.", "name")
	shortCircuits = desc("short_circuit_total",
		"Calls that were not made because the circuit was open.", "name")
	concurrencyRejects = desc("concurrency_reject_total",
		"Calls that were not made because the bulkhead was full.", "func", "name")
	retries = desc("retries_total",
		"Attempts after a call's first.", "name")
	ignored = desc("ignored_total",
		"Calls that say nothing of the dependency, such as cancelled ones.", "name")
	openedTotal = desc("opened_total",
		"Changes of the circuit from closed to open.", "name")
	closedTotal = desc("closed_total",
		"Changes of the circuit back to closed.", "name")
	opened = desc("opened",
		"1 while the circuit is open or half-open, 0 while it is closed.", "name")
)

var bounds = runtime.HistogramBounds()

// NewCollector returns a collector of all circuits that r holds at the time of a
// scrape; a nil r is runtime.Default. It reads the circuits' own counts: nothing runs
// between scrapes. It is safe for concurrent use.
func NewCollector(r *runtime.Registry) prom.Collector {
	if r == nil {
		r = runtime.Default
	}
	return &collector{r}
}

type collector struct{ registry *runtime.Registry }

// Describe satisfies prom.Collector.
func (c *collector) Describe(descs chan<- *prom.Desc) {
	for _, d := range []*prom.Desc{
		successDuration, failureDuration, timeoutDuration, shortCircuits, concurrencyRejects,
		retries, ignored, openedTotal, closedTotal, opened,
	} {
		descs <- d
	}
}

// Collect satisfies prom.Collector.
func (c *collector) Collect(metrics chan<- prom.Metric) {
	for circuit := range c.registry.Circuits() {
		collect(circuit.Snapshot(), metrics)
	}
}

func collect(s runtime.Snapshot, metrics chan<- prom.Metric) {
	name := s.Circuit
	metrics <- histogram(successDuration, &s.Durations.Success, run, name)
	metrics <- histogram(successDuration, &s.Durations.FallbackSuccess, fallback, name)
	metrics <- histogram(failureDuration, &s.Durations.Failure, run, name)
	metrics <- histogram(failureDuration, &s.Durations.FallbackFailure, fallback, name)
	metrics <- histogram(timeoutDuration, &s.Durations.Timeout, name)
	metrics <- counter(shortCircuits, s.Total.Rejections, name)
	metrics <- counter(concurrencyRejects, s.Total.Full, run, name)
	metrics <- counter(retries, s.Total.Retries, name)
	metrics <- counter(ignored, s.Total.Ignored, name)
	metrics <- counter(openedTotal, s.Total.Opened, name)
	metrics <- counter(closedTotal, s.Total.Closed, name)
	isOpen := 0.0
	if s.State != runtime.Closed {
		isOpen = 1
	}
	metrics <- prom.MustNewConstMetric(opened, prom.GaugeValue, isOpen, name)
}

func counter(d *prom.Desc, n uint64, labels ...string) prom.Metric {
	return prom.MustNewConstMetric(d, prom.CounterValue, float64(n), labels...)
}

func histogram(d *prom.Desc, h *runtime.Histogram, labels ...string) prom.Metric {
	buckets := make(map[float64]uint64, len(bounds))
	var sum uint64
	for i, bound := range bounds {
		sum += h.Buckets[i]
		buckets[bound.Seconds()] = sum
	}
	return prom.MustNewConstHistogram(d, h.Count(), h.Sum.Seconds(), buckets, labels...)
}
