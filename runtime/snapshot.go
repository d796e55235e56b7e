package runtime

import (
	"time"

	"github.com/breakergen/breakergen/runtime/internal/window"
)

// Snapshot is one circuit at one moment. It is plain data.
type Snapshot struct {
	// Circuit is the circuit's name.
	Circuit string
	// Fallback says that one of its methods has a fallback.
	Fallback bool
	// State is what the circuit does with the next call. A forced state shows as
	// open or closed, with Forced set.
	State  State
	Forced bool
	// Since is when that state began.
	Since time.Time
	// DownSince is when the circuit left the closed state, probes that failed between
	// included; zero while it is closed.
	DownSince time.Time
	// LastError is the error of the last failure, nil where none is known, and LastErrorAt
	// when that was.
	LastError   error `json:"-"`
	LastErrorAt time.Time
	// Until is when an open circuit may let its first probe in; zero in other states,
	// where the circuit was forced open, and where an engine decides.
	Until time.Time
	// InFlight is the number of calls under way. A detached call that its caller has left
	// isn't among them.
	InFlight int
	// Oldest is how long the oldest of these calls has been under way, of those that have a
	// timeout; 0 where there is none.
	Oldest time.Duration
	// Policy is what is in force: the circuit's own breaker and bulkhead, and the
	// retry and timeout of the method that was bound to it last.
	Policy Policy
	// WindowSpan is how far back Window, Lately and Latency look.
	WindowSpan time.Duration
	// Window counts the calls in the rolling window, which starts anew where the
	// circuit closes. Where the policy's window is a number of calls, Successes,
	// Failures, Timeouts and Slow are those of these calls, however old.
	Window Counts
	// Lately is Window, but where that is a number of calls: all that it counts came within WindowSpan, so
	// that its parts belong together. Its Trouble is what callers see now.
	Lately Counts
	// Total counts all calls since the circuit was made, which was at Made.
	Total Counts
	Made  time.Time
	// Latency is the distribution of the durations of the window's successes,
	// failures and timeouts.
	Latency Latency
	// Durations are the durations of all calls since the circuit was made.
	Durations Durations
}

// fill takes over what was counted. It is no method: see circuit.go.
func fill(s *Snapshot, r *window.Reading) {
	s.Lately, s.Total = newCounts(&r.Window), newCounts(&r.Total)
	s.Latency = Latency{r.Latency.Bins, r.Latency.Sum}
	d := &r.Durations
	s.Durations = Durations{
		Success:         Histogram{d.Success.Buckets, d.Success.Sum},
		Failure:         Histogram{d.Failure.Buckets, d.Failure.Sum},
		Timeout:         Histogram{d.Timeout.Buckets, d.Timeout.Sum},
		FallbackSuccess: Histogram{d.FallbackSuccess.Buckets, d.FallbackSuccess.Sum},
		FallbackFailure: Histogram{d.FallbackFailure.Buckets, d.FallbackFailure.Sum},
	}
	s.InFlight, s.Oldest = r.InFlight, r.Oldest
}
