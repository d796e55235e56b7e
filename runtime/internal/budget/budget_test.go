package budget

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestBudget(t *testing.T) {
	for calls, want := range map[uint64]int{0: 10, 1: 10, 50: 10, 54: 10, 55: 11, 100: 20, 1000: 200} {
		var b Budget
		got := 0
		for b.Take(0, calls) {
			got++
		}
		if got != want {
			t.Errorf("%d calls: %d retries, want %d", calls, got, want)
		}
		if b.Take(int64(10*time.Second), calls) {
			t.Errorf("%d calls: another retry within the span", calls)
		}
		if !b.Take(int64(11*time.Second), calls) {
			t.Errorf("%d calls: no retry after the span", calls)
		}
	}
}

// However many ask at once, no more are granted.
func TestBudgetOfManyCallers(t *testing.T) {
	var b Budget
	var granted atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				if b.Take(0, 500) {
					granted.Add(1)
				}
			}
		})
	}
	all.Wait()
	if got := granted.Load(); got != 100 {
		t.Errorf("%d retries of 500 calls, want 100", got)
	}
}
