package runtime

// State is what a circuit does with the next call.
type State uint8

const (
	// Closed lets calls through.
	Closed State = iota
	// Open rejects them.
	Open
	// HalfOpen lets a few probes through and rejects the rest.
	HalfOpen
)

// String returns "closed", "open" or "half-open".
func (s State) String() string {
	switch s {
	case Open:
		return "open"
	case HalfOpen:
		return "half-open"
	default:
		return "closed"
	}
}

// MarshalText returns what String does.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Cause is why a circuit has changed its state.
type Cause uint8

const (
	// CauseUnknown is an engine's, which doesn't say.
	CauseUnknown Cause = iota
	// CauseFailureRate is a share of failures at or over BreakerPolicy.FailureRate.
	CauseFailureRate
	// CauseConsecutive is as many failures in a row as BreakerPolicy.Consecutive.
	CauseConsecutive
	// CauseSlowRate is a share of slow calls at or over BreakerPolicy.SlowRate.
	CauseSlowRate
	// CauseProbing is that the open time is over: a probe is let in.
	CauseProbing
	// CauseProbeFailed is a probe that failed, or was slow.
	CauseProbeFailed
	// CauseProbeSucceeded is as many probes that succeeded as BreakerPolicy.Probes.
	CauseProbeSucceeded
	// CauseForced is ForceOpen or ForceClose.
	CauseForced
	// CauseReset is Reset, or a breaker that was turned off.
	CauseReset
	// CauseReplica is another process's circuit of this name.
	CauseReplica
)

var causes = [...]string{
	CauseUnknown:        "the engine's own reasons",
	CauseFailureRate:    "failure rate",
	CauseConsecutive:    "failures in a row",
	CauseSlowRate:       "rate of slow calls",
	CauseProbing:        "open time over",
	CauseProbeFailed:    "probe failed",
	CauseProbeSucceeded: "probes succeeded",
	CauseForced:         "forced",
	CauseReset:          "reset",
	CauseReplica:        "another replica",
}

// String says the cause in words.
func (c Cause) String() string {
	if int(c) < len(causes) {
		return causes[c]
	}
	return causes[CauseUnknown]
}

// MarshalText returns what String does.
func (c Cause) MarshalText() ([]byte, error) { return []byte(c.String()), nil }
