package runtime

import "time"

// Policy says how a method's calls are protected. A zero field takes the value
// of the method's directive, or else the default that the field's comment names.
// A Policy is plain data: copy it freely. It is written to and read from JSON in the words of
// directives, without its functions.
type Policy struct {
	Breaker  BreakerPolicy
	Retry    RetryPolicy
	Timeout  TimeoutPolicy
	Bulkhead BulkheadPolicy

	// Classify judges every error that a call returned, and every timeout. It
	// replaces the directives ignore, success and classify. It isn't asked about
	// nil, rejections, panics, or calls whose caller has cancelled them. It must
	// be safe for concurrent use.
	Classify func(error) Outcome
}

// BreakerPolicy says when a circuit opens, for how long, and how it closes again.
type BreakerPolicy struct {
	// FailureRate is the share of failed calls in the window at which the circuit
	// opens, over 0 and at most 1. Default 0.5.
	FailureRate float64
	// MinCalls is the number of calls that the window must hold before a rate
	// opens the circuit. Default 20, or WindowCalls where that is less.
	MinCalls int
	// Window is how far back the rates look. Default 10s, unless WindowCalls is set.
	Window time.Duration
	// WindowCalls makes the rates look at the last so many calls instead, however
	// old they are; at most 1,000,000.
	WindowCalls int
	// OpenFor is how long an open circuit rejects before it lets a probe in. Default 5s.
	OpenFor time.Duration
	// MaxOpenFor, where it is more than OpenFor, has each failed probe double that, up to
	// this, and each opening drawn from its last fifth, so that replicas don't probe in
	// step. Default OpenFor: it is always the same.
	MaxOpenFor time.Duration
	// Probes is how many calls a half-open circuit admits at once, and how many
	// successes close it. Default 1.
	Probes int
	// Consecutive is the number of failures in a row that open the circuit, however
	// slow the traffic. Default 10; negative: never.
	Consecutive int
	// Slow is the duration from which a call counts as slow, whatever its result.
	// Default none.
	Slow time.Duration
	// SlowRate is the share of slow calls in the window at which the circuit opens,
	// over 0 and at most 1. Default 0.5.
	SlowRate float64
	// Off lets every call through, unless the circuit is forced open.
	Off bool
}

// RetryPolicy says which failed attempts are made again, and when.
type RetryPolicy struct {
	// Attempts is the greatest number of attempts, the first included. Default 3.
	Attempts int
	// Backoff bounds the wait before the second attempt; each later bound is double
	// the one before. The wait is drawn evenly from zero to its bound (full jitter).
	// Default 50ms.
	Backoff time.Duration
	// MaxBackoff is the greatest bound. Default 1s, or Backoff where that is more.
	MaxBackoff time.Duration
	// On says which failures are worth another attempt. Default: all. It isn't asked
	// about nil: results without an error aren't retried then. It must be safe for
	// concurrent use.
	On func(error) bool
	// Off makes one attempt only.
	Off bool
}

// TimeoutPolicy bounds how long a call may take.
type TimeoutPolicy struct {
	// Attempt is the deadline of each attempt. Default 1s.
	Attempt time.Duration
	// Total is the deadline of the whole call, its waits included. Default none.
	Total time.Duration
	// Detach gives the caller its error at the deadline, also where the call
	// doesn't listen to its context: the call then goes on alone, and what it
	// returns is dropped.
	Detach bool
	// Off sets no deadline, neither Attempt nor Total.
	Off bool
}

// BulkheadPolicy bounds how many calls run at once.
type BulkheadPolicy struct {
	// Limit is the greatest number of attempts under way. Default none.
	Limit int
	// Wait is how long an attempt waits for a place. Default 0: it is rejected at once.
	Wait time.Duration
}
