package window

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/breakergen/breakergen/runtime/internal/clock"
)

// made has counted one success for each duration.
func made(durations ...time.Duration) Reading {
	var s Stats
	s.Init(0, time.Hour)
	for _, d := range durations {
		st := s.Lock(0)
		st.Add(&Result{How: Succeeded, Took: d, IsCall: true}, nil)
		st.Unlock()
	}
	return s.Read(0, 0)
}

// Percentiles are exact to one rank, and within a quarter of that one's value.
func TestLatencyPercentiles(t *testing.T) {
	var durations []time.Duration
	for range 500 {
		durations = append(durations, rand.N(time.Second)+100*time.Microsecond)
	}
	latency := made(durations...).Latency
	slices.Sort(durations)
	for _, p := range []float64{1, 10, 50, 90, 99, 99.9, 100} {
		rank := p / 100 * float64(len(durations))
		low := durations[max(0, int(rank)-1)]
		high := durations[min(len(durations)-1, int(rank))]
		got := latency.Percentile(p)
		if float64(got) < float64(low)/1.25 || float64(got) > float64(high)*1.25 {
			t.Errorf("p%v is %v, want %v to %v", p, got, low, high)
		}
	}
}

func TestLatencyOutOfItsRange(t *testing.T) {
	latency := made(0, 0, 0, time.Hour).Latency
	if got := latency.Percentile(50); got > 66*time.Microsecond {
		t.Errorf("half took no time, but p50 is %v", got)
	}
	if got := latency.Percentile(100); got < 68*time.Second {
		t.Errorf("one took an hour, but p100 is %v", got)
	}
	none := made().Latency
	if none.Mean() != 0 || none.Percentile(50) != 0 {
		t.Errorf("of no call the mean is %v, p50 %v", none.Mean(), none.Percentile(50))
	}
}

func TestHistogramBoundsAreInclusive(t *testing.T) {
	for i, bound := range HistogramBounds {
		h := made(bound, bound+1).Durations.Success
		if h.Buckets[i] != 1 || h.Buckets[i+1] != 1 || h.Sum != 2*bound+1 {
			t.Errorf("%v and a little more: %+v", bound, h)
		}
	}
}

// Of the last calls, each that comes replaces the oldest.
func TestRecent(t *testing.T) {
	r := NewRecent(3)
	for i, c := range []struct {
		how  Counter
		slow bool
		want Tally
	}{
		{Succeeded, false, Tally{Succeeded: 1}},
		{Failed, true, Tally{Succeeded: 1, Failed: 1, Slow: 1}},
		{TimedOut, false, Tally{Succeeded: 1, Failed: 1, TimedOut: 1, Slow: 1}},
		{Succeeded, false, Tally{Succeeded: 1, Failed: 1, TimedOut: 1, Slow: 1}},
		{Succeeded, true, Tally{Succeeded: 2, TimedOut: 1, Slow: 1}},
		{Succeeded, true, Tally{Succeeded: 3, Slow: 2}},
	} {
		r.add(c.how, c.slow, time.Duration(i)*time.Second)
		if got := r.Tally(); got != c.want {
			t.Errorf("after call %d: %v, want %v", i, got, c.want)
		}
	}
	if got := r.MeanSuccess(); got != 4*time.Second {
		t.Errorf("the successes took %v on average, want 4s", got)
	}
	if got, want := r.Resized(2).Tally(), (Tally{Succeeded: 2, Slow: 2}); got != want {
		t.Errorf("the newest two: %v, want %v", got, want)
	}
	if got, want := r.Resized(9).Tally(), r.Tally(); got != want {
		t.Errorf("with more room: %v, want %v", got, want)
	}
	if got := r.Fresh(); got.Size() != 3 || got.Tally() != (Tally{}) {
		t.Errorf("a fresh one has room for %d, and holds %v", got.Size(), got.Tally())
	}
	if got := (*Recent)(nil).Fresh(); got != nil {
		t.Errorf("a fresh one of none: %v", got)
	}
}

// Each call that is past its deadline is taken once, and the others when their time comes.
func TestTakeOverdue(t *testing.T) {
	var s Stats
	s.Init(0, time.Hour)
	flights := map[string]*Flight{}
	for name, deadline := range map[string]int64{"a": 10, "b": 20, "c": 20, "never": clock.Never} {
		flights[name] = new(Flight)
		s.Depart(flights[name], name, 0, 0, deadline)
	}
	taken := func(now int64) (names []string) {
		if s.OverdueAt(now) {
			s.TakeOverdue(now, func(f *Flight) { names = append(names, f.Call.(string)) })
		}
		slices.Sort(names)
		return names
	}
	for _, c := range []struct {
		now  int64
		want []string
	}{{9, nil}, {10, []string{"a"}}, {11, nil}, {30, []string{"b"}}, {99, []string{"c"}}} {
		if c.now == 30 {
			s.Expect(flights["c"], 50)
		}
		if got := taken(c.now); !slices.Equal(got, c.want) {
			t.Errorf("at %d: %v, want %v", c.now, got, c.want)
		}
	}
	if r := s.Read(99, 0); r.InFlight != 4 || r.Oldest != 99 {
		t.Errorf("%d are in flight, the oldest for %v", r.InFlight, r.Oldest)
	}
	for _, name := range []string{"b", "a", "c", "never"} { // from the middle, the end and the last
		s.Arrive(flights[name], 0).Unlock()
	}
	if r := s.Read(99, 0); r.InFlight != 0 || r.Oldest != 0 {
		t.Errorf("%d are in flight, the oldest for %v", r.InFlight, r.Oldest)
	}
}

func BenchmarkFlight(b *testing.B) {
	var s Stats
	ticking := clock.New()
	s.Init(ticking.Now(), 10*time.Second)
	for name, left := range map[string]int64{"without a deadline": clock.Never, "with one": 1 << 40} {
		b.Run(name, func(b *testing.B) {
			var f Flight
			b.ReportAllocs()
			for b.Loop() {
				now := ticking.Now()
				deadline := left
				if left != clock.Never {
					deadline += now
				}
				s.Depart(&f, &s, 0, now, deadline)
				st := s.Arrive(&f, 0)
				st.Add(&Result{Now: now, How: Succeeded, Took: 1, IsCall: true}, nil)
				st.Unlock()
			}
		})
	}
}

func BenchmarkReject(b *testing.B) {
	var s Stats
	ticking := clock.New()
	s.Init(ticking.Now(), 10*time.Second)
	b.ReportAllocs()
	for b.Loop() {
		s.Reject(ticking.Now(), 0)
	}
}
