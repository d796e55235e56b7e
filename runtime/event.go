package runtime

import "time"

// Event is one change of a circuit's state.
type Event struct {
	// Circuit is the circuit's name.
	Circuit string
	// From and To are the states before and after; they always differ.
	From, To State
	// At is when it happened.
	At time.Time
	// Counts are the window's counts that caused the change, the last result
	// included. For a forced change they are the window's counts at that moment.
	Counts Counts
}
