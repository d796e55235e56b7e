package hystrix

import (
	"math"
	"strings"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// command is one circuit as the dashboard reads it. The dashboard drops an event in
// which one of these fields is missing, also those that it shows nothing of.
type command struct {
	Type           string `json:"type"`
	Name           string `json:"name"`
	Group          string `json:"group"`
	ReportingHosts int    `json:"reportingHosts"`
	health
	rolling
	latency
	properties
}

// health is what colours the tile.
type health struct {
	IsOpen          bool    `json:"isCircuitBreakerOpen"` // Half-open, too.
	ErrorPercentage float64 `json:"errorPercentage"`
	ErrorCount      uint64  `json:"errorCount"`
	RequestCount    uint64  `json:"requestCount"`
	InFlight        int     `json:"currentConcurrentExecutionCount"`
}

// rolling are the counts of the window.
type rolling struct {
	Success            uint64 `json:"rollingCountSuccess"`
	Failure            uint64 `json:"rollingCountFailure"`
	Timeout            uint64 `json:"rollingCountTimeout"`
	ShortCircuited     uint64 `json:"rollingCountShortCircuited"`
	SemaphoreRejected  uint64 `json:"rollingCountSemaphoreRejected"`
	ThreadPoolRejected uint64 `json:"rollingCountThreadPoolRejected"`
	BadRequests        uint64 `json:"rollingCountBadRequests"`
	CollapsedRequests  uint64 `json:"rollingCountCollapsedRequests"`
	ExceptionsThrown   uint64 `json:"rollingCountExceptionsThrown"`
	FallbackSuccess    uint64 `json:"rollingCountFallbackSuccess"`
	FallbackFailure    uint64 `json:"rollingCountFallbackFailure"`
	FallbackRejection  uint64 `json:"rollingCountFallbackRejection"`
	FromCache          uint64 `json:"rollingCountResponsesFromCache"`
}

// latency holds milliseconds.
type latency struct {
	Mean        int64       `json:"latencyExecute_mean"`
	Percentiles percentiles `json:"latencyExecute"`
}

type percentiles struct {
	P50  int64 `json:"50"`
	P90  int64 `json:"90"`
	P99  int64 `json:"99"`
	P995 int64 `json:"99.5"`
}

// properties are the circuit's configuration, in Hystrix' words.
type properties struct {
	Isolation           string `json:"propertyValue_executionIsolationStrategy"`
	Window              int64  `json:"propertyValue_metricsRollingStatisticalWindowInMilliseconds"`
	ForceOpen           bool   `json:"propertyValue_circuitBreakerForceOpen"`
	ForceClosed         bool   `json:"propertyValue_circuitBreakerForceClosed"`
	VolumeThreshold     int    `json:"propertyValue_circuitBreakerRequestVolumeThreshold"`
	SleepWindow         int64  `json:"propertyValue_circuitBreakerSleepWindowInMilliseconds"`
	ErrorThreshold      int64  `json:"propertyValue_circuitBreakerErrorThresholdPercentage"`
	Timeout             int64  `json:"propertyValue_executionIsolationThreadTimeoutInMilliseconds"`
	InterruptOnTimeout  bool   `json:"propertyValue_executionIsolationThreadInterruptOnTimeout"`
	MaxConcurrent       int    `json:"propertyValue_executionIsolationSemaphoreMaxConcurrentRequests"`
	FallbackConcurrent  int    `json:"propertyValue_fallbackIsolationSemaphoreMaxConcurrentRequests"`
	RequestCacheEnabled bool   `json:"propertyValue_requestCacheEnabled"`
	RequestLogEnabled   bool   `json:"propertyValue_requestLogEnabled"`
}

// removal takes a tile away.
type removal struct {
	Type        string `json:"type"`
	Name        string `json:"name"`
	DeleteData  string `json:"deleteData"`
	EscapedName string `json:"escapedName"`
}

func newRemoval(name string) removal {
	// The dashboard looks for the tile by "#CIRCUIT_" and this: the name, escaped
	// for a selector, and the number of the stream on its page.
	escaped := strings.ReplaceAll(name, ".", `\.`) + "_0"
	return removal{Type: "HystrixCommand", Name: name, DeleteData: "true", EscapedName: escaped}
}

func newCommand(name string, s *runtime.Snapshot) command {
	group, _, _ := strings.Cut(name, ".")
	return command{
		Type: "HystrixCommand", Name: name, Group: group, ReportingHosts: 1,
		health:     newHealth(s),
		rolling:    newRolling(&s.Lately),
		latency:    newLatency(&s.Latency),
		properties: newProperties(s),
	}
}

func newHealth(s *runtime.Snapshot) health {
	return health{
		IsOpen:          s.State != runtime.Closed,
		ErrorPercentage: errorPercentage(&s.Lately),
		ErrorCount:      errorCount(&s.Lately),
		RequestCount:    s.Lately.Calls() - s.Lately.Rejections,
		InFlight:        s.InFlight,
	}
}

// errorCount counts what is an error to Hystrix: also the calls that a full semaphore, here
// the bulkhead, has turned away. What an open circuit turned away isn't.
func errorCount(c *runtime.Counts) uint64 { return c.Failures + c.Timeouts + c.Full }

// errorPercentage is the errors' share, among them and the successes, to a tenth.
func errorPercentage(c *runtime.Counts) float64 {
	all := c.Successes + errorCount(c)
	if all == 0 {
		return 0
	}
	return math.Round(float64(errorCount(c))/float64(all)*1000) / 10
}

func newRolling(c *runtime.Counts) rolling {
	return rolling{
		Success: c.Successes, Failure: c.Failures, Timeout: c.Timeouts,
		ShortCircuited: c.Rejections, SemaphoreRejected: c.Full, BadRequests: c.Ignored,
		ExceptionsThrown: unanswered(c),
		FallbackSuccess:  c.Fallbacks, FallbackFailure: c.FallbackFailures,
	}
}

// unanswered is the number of callers that got an error.
func unanswered(c *runtime.Counts) uint64 {
	errors := c.Calls() - c.Successes
	return errors - min(errors, c.Fallbacks)
}

func newLatency(l *runtime.Latency) latency {
	return latency{
		Mean: milliseconds(l.Mean()),
		Percentiles: percentiles{
			P50:  milliseconds(l.Percentile(50)),
			P90:  milliseconds(l.Percentile(90)),
			P99:  milliseconds(l.Percentile(99)),
			P995: milliseconds(l.Percentile(99.5)),
		},
	}
}

func newProperties(s *runtime.Snapshot) properties {
	p := properties{
		Isolation:          "SEMAPHORE",
		Window:             max(1, milliseconds(s.WindowSpan)), // The dashboard divides by it.
		ForceOpen:          s.Forced && s.State == runtime.Open,
		ForceClosed:        s.Forced && s.State == runtime.Closed,
		VolumeThreshold:    s.Policy.Breaker.MinCalls,
		SleepWindow:        milliseconds(s.Policy.Breaker.OpenFor),
		ErrorThreshold:     int64(math.Round(s.Policy.Breaker.FailureRate * 100)),
		InterruptOnTimeout: true,
		MaxConcurrent:      s.Policy.Bulkhead.Limit,
	}
	if !s.Policy.Timeout.Off {
		p.Timeout = milliseconds(s.Policy.Timeout.Attempt)
	}
	return p
}

func milliseconds(d time.Duration) int64 { return d.Round(time.Millisecond).Milliseconds() }
