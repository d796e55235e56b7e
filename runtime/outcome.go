package runtime

// Outcome is what the end of a call says of the dependency's health.
type Outcome uint8

const (
	// Failure counts against the circuit and may be retried.
	Failure Outcome = iota
	// Success counts for the circuit: the dependency gave its answer.
	Success
	// Ignored counts as neither, and isn't retried.
	Ignored
)

// String returns "failure", "success" or "ignored".
func (o Outcome) String() string {
	switch o {
	case Success:
		return "success"
	case Ignored:
		return "ignored"
	default:
		return "failure"
	}
}

// MarshalText returns what String does.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }
