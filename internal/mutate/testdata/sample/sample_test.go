package sample

import (
	"testing"
	"time"
)

func TestWithin(t *testing.T) {
	if !Within(1, 2) || Within(2, 2) {
		t.Error("2 isn't the limit")
	}
}

func TestRoughly(t *testing.T) {
	if Roughly(1, 5) != "below" || Roughly(9, 5) != "above" {
		t.Error("5 isn't between")
	}
}

func TestSum(t *testing.T) {
	if got := Sum([]int{2, 3}); got != 5 {
		t.Errorf("2 and 3 are %d", got)
	}
}

func TestWait(t *testing.T) {
	if got := Wait(high); got < time.Millisecond || got > time.Hour {
		t.Errorf("it waits %v", got)
	}
	if got := Wait(low); got != 0 {
		t.Errorf("it waits %v", got)
	}
}

func TestLess(t *testing.T) {
	if !Less(1, 2) {
		t.Error("1 isn't less than 2")
	}
}

func TestThatFails(t *testing.T) { t.Error("always") }
