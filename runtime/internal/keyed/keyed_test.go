package keyed

import (
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
)

// scene is a set whose members are called as their keys.
type scene struct {
	Set[string]
	t *testing.T
}

func (s *scene) add(key string, used int64) *Member[string] {
	s.t.Helper()
	m := &Member[string]{Key: key, Of: key}
	m.Use(used)
	if there, added := s.Add(m); !added || there != m {
		s.t.Errorf("%s is there already", key)
	}
	return m
}

func (s *scene) has(want ...string) {
	s.t.Helper()
	if got := slices.Sorted(s.All); !slices.Equal(got, want) {
		s.t.Errorf("there are %v, want %v", got, want)
	}
}

func (s *scene) leaves(want ...string) {
	s.t.Helper()
	if got := slices.Sorted(s.Leaving()); !slices.Equal(got, want) {
		s.t.Errorf("leaving are %v, want %v", got, want)
	}
}

func whatever(string) bool { return true }

func TestAdd(t *testing.T) {
	s := &scene{t: t}
	a := s.add("a", 1)
	if there, added := s.Add(&Member[string]{Key: "a"}); added || there != a {
		t.Error("there are two with one key")
	}
	if m, ok := s.Get("a"); !ok || m != a {
		t.Error("it isn't found")
	}
	if _, ok := s.Get("b"); ok {
		t.Error("what isn't there is found")
	}
	s.has("a")
}

// Of those that may go, the one goes that was unused for the longest, but not the newest.
func TestExcess(t *testing.T) {
	s := &scene{t: t}
	s.add("unused", 1)
	held := s.add("held", 0)
	s.add("kept", 0)
	newest := s.add("newest", 0)
	s.add("used", 2)
	held.Hold()
	mayGo := func(of string) bool { return of != "kept" }
	for _, want := range []string{"unused", "used", ""} {
		got, ok := s.Excess(2, newest, mayGo)
		if got != want || ok != (want != "") {
			t.Errorf("%q goes, %v; want %q", got, ok, want)
		}
		if m, ok := s.Get(got); ok {
			if held, _ := m.Hold(); held {
				t.Errorf("%s is held as it goes", got)
			}
			s.Remove(m)
		}
	}
	s.has("held", "kept", "newest")
	if _, ok := s.Excess(3, newest, whatever); ok {
		t.Error("one goes though there aren't too many")
	}
}

// Those that the second question is about go after all that the first one lets go.
func TestExcessByTheNextQuestion(t *testing.T) {
	s := &scene{t: t}
	s.add("reluctant", 1)
	s.add("kept", 2)
	s.add("willing", 3)
	is := func(wanted string) func(string) bool { return func(of string) bool { return of == wanted } }
	for _, want := range []string{"willing", "reluctant", ""} {
		got, ok := s.Excess(0, nil, is("willing"), is("reluctant"))
		if got != want || ok != (want != "") {
			t.Errorf("%q goes, %v; want %q", got, ok, want)
		}
		if m, ok := s.Get(got); ok {
			s.Remove(m)
		}
	}
	s.has("kept")
}

// Whatever their order, they go from the one on that was unused for the longest.
func TestExcessInOrder(t *testing.T) {
	const members = 20
	s := &scene{t: t}
	for i := range members {
		s.add(strconv.Itoa(i), int64((i*7)%members))
	}
	for used := range members {
		got, _ := s.Excess(members-used-1, nil, whatever)
		m, _ := s.Get(got)
		if m.used.Load() != int64(used) {
			t.Errorf("%s goes, which was used at %d", got, m.used.Load())
		}
		s.Remove(m)
	}
}

// One that somebody holds at the very moment when it is to go stays.
func TestHoldAsItGoes(t *testing.T) {
	s := &scene{t: t}
	first, second := s.add("first", 1), s.add("second", 2)
	got, _ := s.Excess(1, nil, func(of string) bool {
		if of == "first" {
			first.Hold()
		}
		return true
	})
	if got != "second" {
		t.Errorf("%q goes", got)
	}
	s.Remove(second)
	if held, _ := first.Hold(); !held || first.Release() || first.Release() {
		t.Error("what stays is about to go")
	}
	s.has("first")
}

func TestLeaving(t *testing.T) {
	s := &scene{t: t}
	for _, key := range []string{"a", "b"} {
		m := s.add(key, 0)
		m.Hold()
		s.Remove(m)
	}
	for range s.Leaving() {
		break
	}
	s.leaves("a", "b")
}

// What goes while it is held is closed by the last who releases it, once.
func TestRemove(t *testing.T) {
	s := &scene{t: t}
	m := s.add("a", 0)
	for range 2 {
		if held, last := m.Hold(); !held || last {
			t.Fatal("what is there can't be held")
		}
	}
	if s.Remove(m) {
		t.Error("it is closed while it is held")
	}
	s.has()
	s.leaves("a")
	if held, last := m.Hold(); held || last {
		t.Error("what has gone is held")
	}
	if m.Release() {
		t.Error("the first is the last")
	}
	if !m.Release() || !s.Close(m) || s.Close(m) {
		t.Error("it isn't closed once")
	}
	s.leaves()
	if s.Remove(m) {
		t.Error("what isn't there is closed")
	}

	m = s.add("a", 0)
	if !s.Remove(m) {
		t.Error("what nobody holds isn't closed")
	}
	if held, last := m.Hold(); held || !last || s.Close(m) {
		t.Error("what is closed is closed again by a hold in vain")
	}
}

// Whatever callers and owner do at once, each member is closed once, and never while it is held.
func TestConcurrentHolders(t *testing.T) {
	const callers, calls, keys, limit = 4, 2000, 6, 2
	type thing struct{ closed atomic.Int64 }
	var s Set[*thing]
	var mu sync.Mutex
	var made, closed int
	release := func(m *Member[*thing]) {
		if m.Release() {
			mu.Lock()
			defer mu.Unlock()
			if s.Close(m) {
				closed++
				m.Of.closed.Add(1)
			}
		}
	}
	member := func(key string) *Member[*thing] {
		if m, ok := s.Get(key); ok {
			return m
		}
		mu.Lock()
		defer mu.Unlock()
		m, added := s.Add(&Member[*thing]{Key: key, Of: &thing{}})
		if added {
			made++
		}
		return m
	}
	var all sync.WaitGroup
	for n := range callers {
		all.Go(func() {
			for i := range calls {
				m := member(strconv.Itoa((n + i) % keys))
				held, last := m.Hold()
				if last {
					mu.Lock()
					if s.Close(m) {
						closed++
						m.Of.closed.Add(1)
					}
					mu.Unlock()
				}
				if !held {
					continue
				}
				if m.Of.closed.Load() > 0 {
					t.Error("it was closed before")
				}
				if i%3 == 0 {
					mu.Lock()
					if s.Remove(m) {
						t.Error("it is closed while it is held")
					}
					mu.Unlock()
				}
				release(m)
			}
		})
	}
	all.Wait()
	for range s.All {
		made--
	}
	if made != closed {
		t.Errorf("%d have gone, %d were closed", made, closed)
	}
	for range s.Leaving() {
		t.Error("one is leaving still")
	}
}
