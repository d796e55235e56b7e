package window

import (
	"testing"
	"time"
)

// What is rejected at a time that the clock comes back to is in the window then, whatever
// another clock has counted meanwhile: as in two testing/synctest bubbles.
func TestRejectionsOfAClockThatComesBack(t *testing.T) {
	const here, away = int64(time.Hour), 1000 * int64(time.Hour)
	for name, between := range map[string]func(*Stats){
		"nothing":     func(*Stats) {},
		"a rejection": func(s *Stats) { s.Reject(away, 0) },
		"a look":      func(s *Stats) { s.Read(away, 0) },
		"a result":    func(s *Stats) { s.Count(0, Full, away, 0) },
	} {
		var s Stats
		s.Init(here, 10*time.Second)
		s.Reject(here, 0)
		between(&s)
		s.Reject(here, 0)
		want := uint64(1)
		if name == "nothing" {
			want = 2
		}
		if got := s.Read(here, 0).Window[Rejected]; got != want {
			t.Errorf("%s between: %d in the window, want %d", name, got, want)
		}
	}
}
