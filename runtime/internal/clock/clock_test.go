package clock

import (
	"testing"
	"testing/synctest"
	"time"
	"unsafe"
)

func TestClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		made := time.Now()
		c := New()
		began := c.Now()
		time.Sleep(3 * time.Second)
		if got := c.Now() - began; got != int64(3*time.Second) {
			t.Errorf("after 3s it shows %d more", got)
		}
		for _, at := range []time.Duration{0, time.Second, time.Hour, -time.Hour} {
			if got, want := c.Time(began+int64(at)), made.Add(at); got != want {
				t.Errorf("Time(%v) = %v, want %v", at, got, want)
			}
		}
	})
}

// The wall clock may be stepped while the process runs. What is shown of it is the
// present one.
func TestClockAfterWallClockStep(t *testing.T) {
	c := New()
	seconds := (*uint64)(unsafe.Pointer(&c.base)) // the wall time's, from bit 30 on
	*seconds -= 3600 << 30                        // base was read before a step of an hour
	if got := time.Since(c.base.Round(0)) - beforeAll; got < time.Hour || got > time.Hour+time.Minute {
		t.Fatalf("base is %v further back on the wall clock, want an hour", got)
	}
	if got := time.Duration(c.Now()) - beforeAll; got < 0 || got > time.Minute {
		t.Errorf("the clock shows %v after no time", got)
	}
	now := c.Time(c.Now())
	if got := time.Since(now); got < 0 || got > time.Minute {
		t.Errorf("Time(Now()) was %v ago", got)
	}
	if got := time.Since(now.Round(0)); got < -time.Minute || got > time.Minute {
		t.Errorf("Time(Now()) was %v ago on the wall clock", got)
	}
}
