package runtime

import "time"

// Event is one change of a circuit's state, or the forcing of the state that it is in.
type Event struct {
	// Circuit is the circuit's name.
	Circuit string
	// From and To are the states before and after; they are the same where a circuit is
	// forced into the state that it has already.
	From, To State
	// At is when it happened.
	At time.Time
	// Counts are the window's counts that caused the change, the last result
	// included. For a forced change they are the window's counts at that moment.
	Counts Counts
	// Cause is why it happened.
	Cause Cause
	// Forced says that the new state is a forced one.
	Forced bool
	// Err is the last failure's error; nil where none is known.
	Err error
	// Down is the time since the circuit left the closed state, and TurnedAway the number
	// of callers that it has rejected in that time. Both are zero where it leaves it now.
	Down       time.Duration
	TurnedAway uint64
}
