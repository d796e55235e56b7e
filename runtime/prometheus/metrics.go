package prometheus

import (
	prom "github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/breakergen/breakergen/runtime"
)

// labels returns the values of a series' labels.
func (s *shown) labels(first []string) []string {
	if s.byKey {
		return append(first, s.Name, s.Key)
	}
	return append(first, s.Name)
}

func (s *shown) gauge(d *prom.Desc, value float64, labels ...string) {
	s.to <- prom.MustNewConstMetric(d, prom.GaugeValue, value, s.labels(labels)...)
}

func (s *shown) counter(d *prom.Desc, n uint64, labels ...string) {
	counter := prom.MustNewConstMetric(d, prom.CounterValue, float64(n), s.labels(labels)...)
	s.to <- &metric{counter, func(m *dto.Metric) { setCreated(m.Counter, s.created) }}
}

func (s *shown) histogram(d *prom.Desc, h *runtime.FineHistogram, labels ...string) {
	buckets := make(map[float64]uint64, len(s.bounds))
	for _, bound := range s.bounds {
		buckets[bound.Seconds()] = h.UpTo(bound)
	}
	histogram := prom.MustNewConstHistogram(d, h.Count(), h.Sum.Seconds(), buckets, s.labels(labels)...)
	s.to <- &metric{histogram, func(m *dto.Metric) {
		setCreated(m.Histogram, s.created)
		if s.native {
			setNative(m.Histogram, h)
		}
	}}
}

// metric is a metric of the client library's, and what only its newer versions know.
type metric struct {
	prom.Metric
	amend func(*dto.Metric)
}

// Write satisfies prom.Metric.
func (m *metric) Write(to *dto.Metric) error {
	if err := m.Metric.Write(to); err != nil {
		return err
	}
	m.amend(to)
	return nil
}
