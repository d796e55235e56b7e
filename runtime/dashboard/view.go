package dashboard

import (
	"math"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// view is what the page is told of one circuit. Most of what is zero is left out.
type view struct {
	Name      string `json:"name"`
	State     string `json:"state"`
	Forced    bool   `json:"forced,omitempty"`
	Since     int64  `json:"since"`               // in ms since 1970, as the other times
	DownSince int64  `json:"downSince,omitempty"` // when it left the closed state
	ProbeAt   int64  `json:"probeAt,omitempty"`   // when an open circuit lets a probe in
	InFlight  int    `json:"inFlight,omitempty"`
	Oldest    int64  `json:"oldest,omitempty"` // of these, in ms, to a second

	Trouble     float64 `json:"trouble,omitempty"` // share of the window's calls without an answer
	Why         string  `json:"why,omitempty"`     // that is so, in words
	LastError   string  `json:"lastError,omitempty"`
	LastErrorAt int64   `json:"lastErrorAt,omitempty"`

	Window window  `json:"window"`
	Errors float64 `json:"errors,omitempty"` // share of the window's judged calls
	P50    float64 `json:"p50,omitempty"`    // in ms, as the other percentiles
	P90    float64 `json:"p90,omitempty"`
	P99    float64 `json:"p99,omitempty"`
	Total  total   `json:"total"`

	Rule     string  `json:"rule"`               // when the circuit opens, in words
	OpensAt  float64 `json:"opensAt,omitempty"`  // the share of errors at which it does,
	OpensFor bool    `json:"opensFor,omitempty"` // and whether the window holds enough calls
}

// window counts what the rolling window holds.
type window struct {
	Span       string `json:"span"` // "10s", "100 calls"
	Successes  uint64 `json:"successes,omitempty"`
	Failures   uint64 `json:"failures,omitempty"`
	Timeouts   uint64 `json:"timeouts,omitempty"`
	Rejections uint64 `json:"rejections,omitempty"`
	Full       uint64 `json:"full,omitempty"`
	Ignored    uint64 `json:"ignored,omitempty"`
	Slow       uint64 `json:"slow,omitempty"`
	Retries    uint64 `json:"retries,omitempty"`
	Fallbacks  uint64 `json:"fallbacks,omitempty"`
}

// total counts since the circuit was made: the page draws what it grows by.
type total struct {
	Answered uint64 `json:"answered"` // by the dependency, or ignored
	Failed   uint64 `json:"failed"`   // by the dependency, or over time
	Turned   uint64 `json:"turned"`   // away, by the breaker or the bulkhead
}

// newView describes a circuit that left the closed state by the event left, if it did.
func newView(s *runtime.Snapshot, left *runtime.Event) view {
	v := view{
		Name: s.Circuit, State: s.State.String(), Forced: s.Forced,
		Since: s.Since.UnixMilli(), DownSince: unixMilli(s.DownSince), ProbeAt: unixMilli(s.Until),
		InFlight: s.InFlight, Oldest: s.Oldest.Truncate(time.Second).Milliseconds(),
		Trouble: round(s.Lately.Trouble(), 1e4), Why: why(s, left),
		LastError: errorText(s.LastError), LastErrorAt: unixMilli(s.LastErrorAt),
		Window: newWindow(s), Errors: round(s.Window.FailureRate(), 1e4),
		P50:   milliseconds(s.Latency.Percentile(50)),
		P90:   milliseconds(s.Latency.Percentile(90)),
		P99:   milliseconds(s.Latency.Percentile(99)),
		Total: newTotal(&s.Total),
		Rule:  rule(&s.Policy.Breaker),
	}
	breaker := &s.Policy.Breaker
	if !breaker.Off {
		v.OpensAt = breaker.FailureRate
		v.OpensFor = judged(&s.Window) >= uint64(max(0, breaker.MinCalls))
	}
	return v
}

func newWindow(s *runtime.Snapshot) window {
	return window{
		Span:      span(s),
		Successes: s.Window.Successes, Failures: s.Window.Failures, Timeouts: s.Window.Timeouts,
		Rejections: s.Window.Rejections, Full: s.Window.Full, Ignored: s.Window.Ignored,
		Slow: s.Window.Slow, Retries: s.Window.Retries, Fallbacks: s.Window.Fallbacks,
	}
}

func newTotal(c *runtime.Counts) total {
	return total{
		Answered: c.Successes + c.Ignored,
		Failed:   c.Failures + c.Timeouts,
		Turned:   c.Rejections + c.Full,
	}
}

// unixMilli is t in ms since 1970, and 0 where there is no such time.
func unixMilli(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func milliseconds(d time.Duration) float64 { return round(d.Seconds()*1000, 1e3) }

// round leaves 1/scale of x, so that messages stay short.
func round(x, scale float64) float64 { return math.Round(x*scale) / scale }
