// Package keyed holds one thing a key, and at most so many: where there are more, what was unused
// for the longest goes.
//
// It knows keys, times and who holds what, and neither circuits nor what may go: that, its owner
// says. What is there is found without a lock; all changes are made under one of the owner's,
// which may guard more than this. What goes is closed once, when nobody holds it any more, so that
// what its holders still do to it is not lost.
package keyed

import (
	"iter"
	"maps"
	"sync"
	"sync/atomic"
)

// Member is a thing with its key. Set its fields before it is added. Its methods are safe for
// concurrent use.
type Member[T any] struct {
	Key  string
	Of   T
	used atomic.Int64 // when somebody last had it

	holders atomic.Int64
	gone    atomic.Bool // it is in the set no more, or is about to leave
}

// Use notes when somebody has it.
func (m *Member[T]) Use(now int64) { m.used.Store(now) }

// Hold is for who is going to do something to it, and Release follows. It is false where it has gone,
// or is about to: then it is released already, and last is as Release's.
func (m *Member[T]) Hold() (held, last bool) {
	m.holders.Add(1)
	if m.gone.Load() {
		return false, m.Release()
	}
	return true, false
}

// Release takes a Hold back, and reports whether Close has to be called.
func (m *Member[T]) Release() (last bool) { return m.holders.Add(-1) == 0 && m.gone.Load() }

// evict reports whether what nobody held a moment ago may go: from then on, none can hold it.
func (m *Member[T]) evict() bool {
	m.gone.Store(true)
	if m.holders.Load() > 0 {
		m.gone.Store(false)
		return false
	}
	return true
}

// Set has the members. The zero value is empty.
type Set[T any] struct {
	members sync.Map // from key to *Member[T]; changed with the owner's lock held
	size    int      // of members, guarded by the owner's lock, as all below
	leaving map[*Member[T]]struct{}
}

// Get returns the member for key. It needs no lock.
func (s *Set[T]) Get(key string) (*Member[T], bool) {
	m, ok := s.members.Load(key)
	if !ok {
		return nil, false
	}
	return m.(*Member[T]), true
}

// All yields the members. It needs no lock.
func (s *Set[T]) All(yield func(T) bool) {
	s.members.Range(func(_, m any) bool { return yield(m.(*Member[T]).Of) })
}

// Add enters a member, or returns the one that has its key already.
func (s *Set[T]) Add(fresh *Member[T]) (there *Member[T], added bool) {
	if m, ok := s.members.LoadOrStore(fresh.Key, fresh); ok {
		return m.(*Member[T]), false
	}
	s.size++
	return fresh, true
}

// Excess returns a member to Remove where there are more than limit: of those that nobody holds and
// that mayGo, the newest aside, the one that was unused for the longest. Where the first mayGo lets none
// go, the next one is asked. It is false where there is none: then there are more than limit.
func (s *Set[T]) Excess(limit int, newest *Member[T], mayGo ...func(T) bool) (of T, ok bool) {
	for s.size > limit {
		var oldest *Member[T]
		for i := 0; i < len(mayGo) && oldest == nil; i++ {
			oldest = s.longestUnused(newest, mayGo[i])
		}
		if oldest == nil {
			break
		}
		if oldest.evict() {
			return oldest.Of, true
		}
	}
	return of, false
}

func (s *Set[T]) longestUnused(newest *Member[T], mayGo func(T) bool) (oldest *Member[T]) {
	for _, m := range s.members.Range {
		m := m.(*Member[T])
		if m != newest && (oldest == nil || m.used.Load() < oldest.used.Load()) &&
			m.holders.Load() == 0 && mayGo(m.Of) {
			oldest = m
		}
	}
	return oldest
}

// Remove takes a member out, and reports whether it is closed: nobody holds it. One that isn't a
// member stays as it is.
func (s *Set[T]) Remove(m *Member[T]) (closed bool) {
	if !s.members.CompareAndDelete(m.Key, m) {
		return false
	}
	s.size--
	if s.leaving == nil {
		s.leaving = map[*Member[T]]struct{}{}
	}
	s.leaving[m] = struct{}{}
	m.gone.Store(true)
	return m.holders.Load() == 0 && s.Close(m)
}

// Close reports whether one that its last holder has released is closed by that: for the
// first who asks, if it has left the set.
func (s *Set[T]) Close(m *Member[T]) (closed bool) {
	_, closed = s.leaving[m]
	delete(s.leaving, m)
	return closed
}

// Leaving returns those that have left the set and aren't closed.
func (s *Set[T]) Leaving() iter.Seq[T] {
	leaving := maps.Clone(s.leaving)
	return func(yield func(T) bool) {
		for m := range leaving {
			if !yield(m.Of) {
				return
			}
		}
	}
}
