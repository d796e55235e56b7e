package runtime

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
		var s stats
		s.init(0, time.Second)
		if got := s.mask + 1; got != want {
			t.Errorf("%d processors: %d stripes, want %d", procs, got, want)
		}
		for hint := range 2 * want { // each is one of those
			s.lock(hint).mu.Unlock()
		}
	}
}
