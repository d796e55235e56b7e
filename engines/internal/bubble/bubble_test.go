package bubble

import (
	"testing"
	"time"
)

func TestRun(t *testing.T) {
	ran := false
	if Run(t, func(*testing.T) { time.Sleep(time.Hour); ran = true }) || !ran {
		t.Error("nothing is left behind")
	}
	left := Run(t, func(*testing.T) {
		ticker := time.NewTicker(time.Second)
		go func() {
			for range ticker.C {
			}
		}()
		time.Sleep(time.Hour)
	})
	if !left {
		t.Error("a goroutine with a ticker is left behind")
	}
	defer func() {
		if got := recover(); got == nil {
			t.Error("a deadlock is no goroutine left behind")
		}
	}()
	Run(t, func(*testing.T) { <-make(chan int) })
}
