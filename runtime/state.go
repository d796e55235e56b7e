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
