package runtime

import (
	"testing"

	"github.com/breakergen/breakergen/runtime/internal/state"
)

// The machine's states and causes are the public ones, by number.
func TestStatesAndCausesOfTheMachine(t *testing.T) {
	for want, got := range map[State]state.State{
		Closed: state.Closed, Open: state.Open, HalfOpen: state.HalfOpen,
	} {
		if State(got) != want {
			t.Errorf("%v is %d in the machine", want, got)
		}
	}
	for want, got := range map[Cause]state.Cause{
		CauseUnknown:        state.CauseUnknown,
		CauseFailureRate:    state.CauseFailureRate,
		CauseConsecutive:    state.CauseConsecutive,
		CauseSlowRate:       state.CauseSlowRate,
		CauseProbing:        state.CauseProbing,
		CauseProbeFailed:    state.CauseProbeFailed,
		CauseProbeSucceeded: state.CauseProbeSucceeded,
		CauseForced:         state.CauseForced,
		CauseReset:          state.CauseReset,
	} {
		if Cause(got) != want {
			t.Errorf("%v is %d in the machine", want, got)
		}
	}
}

// Each value that a cause can have says something, also one of versions to come.
func TestCausesInWords(t *testing.T) {
	said := map[string]int{}
	for c := range 256 {
		said[Cause(c).String()]++
	}
	if said[""] != 0 || len(said) != len(causes) || said[CauseUnknown.String()] != 256-len(causes)+1 {
		t.Errorf("they say %v", said)
	}
}
