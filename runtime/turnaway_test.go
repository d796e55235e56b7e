package runtime

import (
	"context"
	"errors"
	"testing"
)

// A caller who has seen the circuit open is turned away by it, also where it has closed
// since. No test from outside meets that moment for sure.
func TestTurnAwayOfACircuitThatHasClosed(t *testing.T) {
	c := newCircuit(registryIn(NewRegistry()), "Echo.Do", "", newBound(Policy{}, rules{}).plan(nil), nil)
	err := c.turnAway(context.Background(), c.registry.clock.Now())
	var open *OpenError
	if !errors.As(err, &open) || open == nil || open.Circuit != "Echo.Do" || open.RetryAfter() != 0 {
		t.Errorf("got %#v", err)
	}
}
