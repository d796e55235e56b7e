package window

import (
	goruntime "runtime"
	"testing"
	"time"
)

// A circuit has a stripe for each processor, as long as that bounds its memory.
func TestStripes(t *testing.T) {
	defer goruntime.GOMAXPROCS(goruntime.GOMAXPROCS(0))
	for procs, want := range map[int]uint32{1: 1, 2: 2, 3: 4, 4: 4, 9: 16, 16: 16, 17: 16, 64: 16} {
		goruntime.GOMAXPROCS(procs)
		var s Stats
		s.Init(0, time.Second)
		if got := s.mask + 1; got != want {
			t.Errorf("%d processors: %d stripes, want %d", procs, got, want)
		}
		s.stripes[0].Load().mu.Lock() // so that others are made
		for hint := range 2 * want {
			if hint%want != 0 {
				s.Lock(hint).mu.Unlock()
			}
		}
		s.stripes[0].Load().mu.Unlock()
		made := map[*Stripe]bool{}
		for i, st := range s.made {
			if made[st] = true; s.stripe(i) != st || s.stripe(i+want) != st {
				t.Errorf("%d processors: stripe %d is another", procs, i)
			}
		}
		if got := uint32(len(made)); got != want {
			t.Errorf("%d processors: %d stripes were made, want %d", procs, got, want)
		}
		for range s.made {
			break
		}
	}
}

// A stripe that is made after the window has changed has the new one's width.
func TestStripeOfAnotherWindow(t *testing.T) {
	defer goruntime.GOMAXPROCS(goruntime.GOMAXPROCS(2))
	var s Stats
	s.Init(0, 10*time.Second)
	s.Resize(0, time.Hour)
	s.stripes[0].Load().mu.Lock()
	later := s.Lock(1)
	s.stripes[0].Load().mu.Unlock()
	later.count(Retries, 0, 0)
	later.mu.Unlock()
	window := s.Window(int64(30*time.Minute), 0)
	if got := window.Tally[Retries]; got != 1 {
		t.Errorf("after half an hour a window of an hour holds %d, want 1", got)
	}
}

// What comes late counts in the totals, and in the window where that still has its time: none
// of another window, of another clock, or of a time that has left.
func TestCountsThatComeLate(t *testing.T) {
	const width = int64(10 * time.Second)
	origin := int64(time.Hour)
	for name, c := range map[string]struct {
		then  int64
		epoch uint64
		want  uint64 // in the window
	}{
		"now":                   {origin + 20*width, 1, 5},
		"a moment ago":          {origin + 20*width - 1, 1, 5},
		"just in the window":    {origin + 11*width, 1, 5},
		"just out of it":        {origin + 11*width - 1, 1, 0},
		"in the next bucket":    {origin + 21*width, 1, 0},
		"of a window before":    {origin + 20*width, 0, 0},
		"of another clock":      {origin - 6*width, 1, 0},
		"of one that is behind": {0, 1, 0},
	} {
		s := &Stripe{width: time.Duration(width)}
		s.begin(origin)
		s.count(Retries, origin+20*width, 1)
		s.countPast(Rejected, 5, c.then, c.epoch)
		if s.window[Rejected] != c.want || s.total[Rejected] != 5 {
			t.Errorf("%s: %d in the window, %d in total", name, s.window[Rejected], s.total[Rejected])
		}
		if s.reach(c.then + 10*width); s.window[Rejected] != 0 {
			t.Errorf("%s: it never leaves the window", name)
		}
	}
	early := &Stripe{width: time.Duration(width)}
	early.begin(origin)
	early.countPast(Rejected, 5, origin-6*width, 0)
	early.count(Retries, origin, 1)
	early.count(Retries, origin, 0) // of the window before
	if early.window != (Tally{Retries: 1}) || early.total != (Tally{Rejected: 5, Retries: 2}) {
		t.Errorf("the window holds %v, of %v", early.window, early.total)
	}
}
