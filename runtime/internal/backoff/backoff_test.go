package backoff

import (
	"math"
	"testing"
	"time"
)

func TestBound(t *testing.T) {
	for _, c := range []struct {
		first, most time.Duration
		times       int
		want        time.Duration
	}{
		{50, 1000, 0, 50},
		{50, 1000, 1, 100},
		{50, 1000, 4, 800},
		{50, 1000, 5, 1000},
		{50, 1000, 1000, 1000},
		{500, 1000, 1, 1000},
		{501, 1000, 1, 1000},
		{1000, 1000, 0, 1000},
		{1, math.MaxInt64, 62, 1 << 62},
		{1, math.MaxInt64, 63, math.MaxInt64},
	} {
		if got := Bound(c.first, c.most, c.times); got != c.want {
			t.Errorf("%d doubled %d times is %d, want %d", c.first, c.times, got, c.want)
		}
	}
}

// The wait is drawn from all that is below the bound.
func TestWait(t *testing.T) {
	const draws = 10000
	var sum, longest time.Duration
	for range draws {
		wait, ok := Wait(100, 1000, 2, 0)
		if !ok || wait < 0 || wait >= 400 {
			t.Fatalf("waits %d, %v", wait, ok)
		}
		sum += wait
		longest = max(longest, wait)
	}
	if mean := sum / draws; mean < 190 || mean > 210 || longest < 395 {
		t.Errorf("waits %d on average, at most %d", mean, longest)
	}
}

func TestWaitAsAsked(t *testing.T) {
	for least, want := range map[time.Duration]bool{time.Second: true, longestAsked: true, longestAsked + 1: false} {
		if wait, ok := Wait(100, 1000, 0, least); wait != least || ok != want {
			t.Errorf("asked for %v it waits %v, %v", least, wait, ok)
		}
	}
}
