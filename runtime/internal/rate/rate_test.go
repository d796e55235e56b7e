package rate

import (
	"testing"
	"time"

	"github.com/breakergen/breakergen/runtime/internal/clock"
)

func TestCounter(t *testing.T) {
	const second = int64(time.Second)
	start := 1000 * second
	for name, c := range map[string]struct {
		later int64
		want  uint64
	}{
		"at once":               {0, 3},
		"a little before":       {-second / 2, 3},
		"within the span":       {9 * second, 3},
		"as it ends":            {10*second + second - 1, 3},
		"after it":              {11 * second, 0},
		"long after it":         {1000 * second, 0},
		"as late as may be":     {-clock.MaxLag, 3},
		"told by another clock": {-clock.MaxLag - second, 0},
	} {
		var counter Counter
		for range 3 {
			counter.Add(start)
		}
		if got := counter.Sum(start + c.later); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// Each second leaves by itself, and comes again for what is newer.
func TestCounterMovesOn(t *testing.T) {
	var counter Counter
	for second := range int64(100) {
		now := second * int64(time.Second)
		for range 2 {
			counter.Add(now)
		}
		if got, want := counter.Sum(now), uint64(2*min(second+1, 11)); got != want {
			t.Fatalf("after %d seconds: %d, want %d", second, got, want)
		}
	}
}
