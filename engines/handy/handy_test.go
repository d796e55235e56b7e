package handy

import (
	"testing"
	"time"

	handybreaker "github.com/streadway/handy/breaker"

	"github.com/breakergen/breakergen/engines/internal/bubble"
)

// The library's settings change a copy of the breaker, not the one that works. Once they
// don't, the engine is to take more than the failure rate.
func TestLibraryCannotBeSet(t *testing.T) {
	bubble.Run(t, func(t *testing.T) {
		b := handybreaker.NewBreaker(0.5)
		b.WithCooldown(time.Minute)
		b.WithMinObservation(3)
		for range handybreaker.DefaultMinObservations {
			b.Failure(0)
		}
		if !b.Allow() {
			t.Error("WithMinObservation works")
		}
		b.Failure(0)
		if b.Allow() {
			t.Error("it isn't open")
		}
		time.Sleep(2 * handybreaker.DefaultCooldown)
		if !b.Allow() {
			t.Error("WithCooldown works")
		}
	})
}
