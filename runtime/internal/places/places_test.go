package places

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var background = context.Background()

// limited has a limit, and so many places that are taken.
func limited(t *testing.T, limit, held int) *Places {
	t.Helper()
	p := new(Places)
	p.SetLimit(limit)
	for range held {
		if waited, err := p.Acquire(background, 0); waited || err != nil {
			t.Fatalf("Acquire() = %v, %v", waited, err)
		}
	}
	return p
}

// inLine has n wait for a place, one after the other, which give it back at once. served is
// the order in which they got theirs.
func inLine(p *Places, n int, wait time.Duration) (served *[]int, all *sync.WaitGroup) {
	served, all = new([]int), new(sync.WaitGroup)
	for i := range n {
		all.Go(func() {
			if _, err := p.Acquire(background, wait); err == nil {
				*served = append(*served, i) // one at a time, as there is one place
				p.Release()
			}
		})
		synctest.Wait()
	}
	return served, all
}

// Who leaves the line has had no place, and gives none back.
func TestLeavingTheLineKeepsTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := limited(t, 1, 1)
		ctx, cancel := context.WithCancel(background)
		time.AfterFunc(time.Second, cancel)
		if _, err := p.Acquire(ctx, time.Minute); err != context.Canceled {
			t.Errorf("got %v", err)
		}
		if _, err := p.Acquire(background, 0); err != ErrFull || !p.InUse() {
			t.Errorf("got %v, with the one place taken", err)
		}
	})
}

func TestPlacesWithoutALimit(t *testing.T) {
	p := limited(t, 0, 100)
	if !p.InUse() || p.Limit() != 0 {
		t.Errorf("InUse() = %v, Limit() = %d", p.InUse(), p.Limit())
	}
	for range 100 {
		p.Release()
	}
	if p.InUse() {
		t.Error("in use, though all have been given back")
	}
}

func TestPlacesAreSoMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := limited(t, 7, 0)
		var under, most atomic.Int64
		var all sync.WaitGroup
		start := time.Now()
		for range 100 {
			all.Go(func() {
				if _, err := p.Acquire(background, time.Hour); err != nil {
					t.Error(err)
				}
				now := under.Add(1)
				for seen := most.Load(); now > seen; seen = most.Load() {
					most.CompareAndSwap(seen, now)
				}
				time.Sleep(time.Second)
				under.Add(-1)
				p.Release()
			})
		}
		all.Wait()
		if took := time.Since(start); most.Load() != 7 || took != 15*time.Second {
			t.Errorf("at most %d at once, %v in all: want 7, and 15 rounds", most.Load(), took)
		}
	})
}

func TestPlacesAreServedInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := limited(t, 1, 1)
		served, all := inLine(p, 20, time.Hour)
		p.Release()
		all.Wait()
		if !slices.IsSorted(*served) || len(*served) != 20 {
			t.Errorf("served in the order %v", *served)
		}
	})
}

func TestPlacesWaitNoLongerThanAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := limited(t, 1, 1)
		for _, wait := range []time.Duration{0, time.Second} {
			start := time.Now()
			waited, err := p.Acquire(background, wait)
			if took := time.Since(start); err != ErrFull || waited != (wait > 0) || took != wait {
				t.Errorf("wait %v: waited %v, %v, got %v", wait, waited, took, err)
			}
		}
		ctx, cancel := context.WithTimeout(background, time.Second)
		defer cancel()
		if waited, err := p.Acquire(ctx, time.Hour); !waited || err != context.DeadlineExceeded {
			t.Errorf("waited %v, got %v", waited, err)
		}
		p.Release()
		if waited, err := p.Acquire(background, 0); waited || err != nil {
			t.Errorf("a place was lost: %v", err)
		}
	})
}

// The place goes to the next one.
func TestPlacesPassOverWhoGaveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := limited(t, 1, 1)
		early, earlyIsOver := inLine(p, 2, time.Second)
		late, lateIsOver := inLine(p, 2, time.Hour)
		earlyIsOver.Wait()
		p.Release()
		lateIsOver.Wait()
		if len(*early) != 0 || !slices.Equal(*late, []int{0, 1}) {
			t.Errorf("served %v of the first and %v of the others", *early, *late)
		}
	})
}

// endsAsAsked is a context that ends when it is asked for Done, once hook has run.
type endsAsAsked struct {
	context.Context
	hook func()
}

func (c *endsAsAsked) Done() <-chan struct{} {
	c.hook()
	done := make(chan struct{})
	close(done)
	return done
}

func (c *endsAsAsked) Err() error { return context.Canceled }

// A place that comes at the very moment of the end of a wait isn't lost, whichever wins.
func TestPlaceComesWithTheEnd(t *testing.T) {
	for range 100 {
		p := limited(t, 1, 1)
		if _, err := p.Acquire(&endsAsAsked{background, p.Release}, time.Hour); err == nil {
			p.Release()
		}
		if p.InUse() {
			t.Fatal("a place was lost")
		}
	}
}

func TestPlacesOfANewLimit(t *testing.T) {
	for name, c := range map[string]struct {
		limit, served int
	}{
		"more": {3, 2}, "the same": {1, 0}, "none": {0, 5},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := limited(t, 1, 1)
				var served atomic.Int64
				for range 5 {
					go func() {
						if _, err := p.Acquire(background, time.Hour); err == nil {
							served.Add(1)
						}
					}()
				}
				synctest.Wait()
				p.SetLimit(c.limit)
				synctest.Wait()
				if got := int(served.Load()); got != c.served || p.Limit() != c.limit {
					t.Errorf("%d were served, want %d", got, c.served)
				}
				time.Sleep(time.Hour) // the others give up
			})
		})
	}
}

func BenchmarkPlace(b *testing.B) {
	p := new(Places)
	p.SetLimit(10)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Acquire(background, time.Second); err != nil {
			b.Fatal(err)
		}
		p.Release()
	}
}
