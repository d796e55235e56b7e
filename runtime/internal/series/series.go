// Package series reads a registry as metrics show it: each circuit by itself, and the circuits
// by key of one family taken together or apart. It knows runtime, and no metrics system.
package series

import (
	"iter"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// State is one of the states that metrics tell apart.
type State int

const (
	Closed State = iota
	Open
	HalfOpen
	ForcedOpen
	ForcedClosed
	states
)

// String returns the state's name in labels and attributes.
func (s State) String() string {
	return [...]string{"closed", "open", "half_open", "forced_open", "forced_closed"}[s]
}

// Series is a circuit, or the sum of several.
type Series struct {
	Name string // of the circuit, or of the family
	Key  string // of a circuit by key, taken by itself
	Made time.Time
	// Fallback says that there is one.
	Fallback bool
	// States are how many circuits are in each state.
	States [states]int
	// DownSince is when the first of those that aren't closed left that state; zero where
	// all are.
	DownSince time.Time
	// InFlight is how many calls are under way, Limit how many may be; 0 for any number.
	InFlight, Limit int
	Total           runtime.Counts
	Durations       runtime.FineDurations
}

// Of returns the series of all circuits that r holds. Those by key are one series a family with
// the sum of all that it has counted; or with byKey one each, and those that are no more count
// for the empty key: so that here, too, the sum over all keys never falls.
func Of(r *runtime.Registry, byKey bool) iter.Seq[Series] {
	return func(yield func(Series) bool) {
		for c := range r.Circuits() {
			if _, _, keyed := c.Key(); keyed {
				continue
			}
			s := Series{Name: c.Name()}
			if s.add(c); !yield(s) {
				return
			}
		}
		for f := range r.Families() {
			sum := Series{
				Name: f.Name, Made: f.Made, Fallback: f.Fallback,
				Total: f.GoneTotal, Durations: f.GoneDurations,
			}
			for _, c := range f.Circuits {
				key := shownKey(c, f.Name)
				if !byKey || key == "" {
					sum.add(c)
					continue
				}
				s := Series{Name: f.Name, Key: key}
				if s.add(c); !yield(s) {
					return
				}
			}
			if !yield(sum) {
				return
			}
		}
	}
}

// shownKey returns a key as the circuit's name has it: UTF-8, whatever a request brought, and still
// another one for each key.
func shownKey(c *runtime.Circuit, family string) string {
	name := c.Name() // <family>[<key>]
	return name[len(family)+1 : len(name)-1]
}

// DownSinceSeconds returns DownSince in seconds since 1970, 0 for none. What is below a
// millisecond moves with a wall clock that is set gently, and isn't shown.
func (s *Series) DownSinceSeconds() float64 {
	if s.DownSince.IsZero() {
		return 0
	}
	return float64(s.DownSince.Round(time.Millisecond).UnixMilli()) / 1000
}

func (s *Series) add(c *runtime.Circuit) {
	snapshot, durations := c.Snapshot(), c.FineDurations()
	if s.Made.IsZero() {
		s.Made = snapshot.Made
	}
	s.Fallback = s.Fallback || snapshot.Fallback
	s.States[stateOf(&snapshot)]++
	if since := snapshot.DownSince; !since.IsZero() && (s.DownSince.IsZero() || since.Before(s.DownSince)) {
		s.DownSince = since
	}
	s.InFlight += snapshot.InFlight
	s.Limit += snapshot.Policy.Bulkhead.Limit
	s.Total = s.Total.Plus(snapshot.Total)
	s.Durations.Add(&durations)
}

func stateOf(s *runtime.Snapshot) State {
	switch {
	case s.Forced && s.State == runtime.Open:
		return ForcedOpen
	case s.Forced:
		return ForcedClosed
	case s.State == runtime.Open:
		return Open
	case s.State == runtime.HalfOpen:
		return HalfOpen
	default:
		return Closed
	}
}
