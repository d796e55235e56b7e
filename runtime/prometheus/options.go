package prometheus

import (
	"maps"
	"math"
	"slices"
	"time"

	prom "github.com/prometheus/client_golang/prometheus"

	"github.com/breakergen/breakergen/runtime"
)

// Option changes what a collector shows.
type Option func(*options)

type options struct {
	bounds []time.Duration
	native bool
	byKey  bool
	labels prom.Labels
}

func newOptions(all []Option) options {
	o := options{bounds: runtime.HistogramBounds()}
	for _, option := range all {
		option(&o)
	}
	return o
}

// WithBuckets gives the histograms other upper bounds, in seconds, than the client library's
// default ones, 0.005 to 10: for calls that take less or more. Bounds of one digit, and of 1.5,
// 2.5 and 7.5 (0.0003, 0.025, 15), are exact from a microsecond to 100 s; others
// (runtime.FineHistogram says how far) nearly so. The last bucket, of all durations, there is
// anyway.
func WithBuckets(seconds ...float64) Option {
	bounds := make([]time.Duration, 0, len(seconds))
	for _, s := range seconds {
		if !math.IsInf(s, 1) {
			bounds = append(bounds, time.Duration(math.Round(s*float64(time.Second))))
		}
	}
	slices.Sort(bounds)
	bounds = slices.Compact(bounds)
	return func(o *options) { o.bounds = bounds }
}

// WithNativeHistograms has the histograms shown as native ones too, whose buckets grow by the
// fourth root of 2, from a microsecond to 128 s. It takes client_golang v1.14 or newer; with
// an older one there are the classic ones only.
func WithNativeHistograms() Option {
	return func(o *options) { o.native = true }
}

// WithKeys has each circuit by key shown by itself: its family's name in the label name, and its
// key in the label key, which is "" for circuits without one. What circuits have counted that are
// no more, because there were too many keys, counts for the key "", so that a sum over the
// keys never falls. Without the option, circuits by key are summed into one. A circuit has about 65
// series.
func WithKeys() Option {
	return func(o *options) { o.byKey = true }
}

// WithLabels adds labels to all series, the same ones with other values for each of several
// registries in one process.
func WithLabels(labels map[string]string) Option {
	labels = maps.Clone(labels)
	return func(o *options) { o.labels = labels }
}
