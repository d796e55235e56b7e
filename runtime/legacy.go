package runtime

import (
	"maps"

	"github.com/breakergen/breakergen/runtime/internal/window"
)

// What a circuit by key has counted outlives it: its family adds it up, so that the sum over
// all keys never falls. For that to be all, a circuit that goes must have counted all: calls
// hold theirs from the moment that they have found it to their end, with the fallback's, and
// the last one that holds it closes its books.

// legacy is what the circuits of a family have counted that aren't its members any more.
type legacy struct {
	leaving   map[*circuit]struct{} // those that calls still hold
	total     window.Tally          // of the others
	durations window.Durations
}

// leave takes over a circuit that has just ceased to be a member.
func (l *legacy) leave(c *circuit) {
	if l.leaving == nil {
		l.leaving = map[*circuit]struct{}{}
	}
	l.leaving[c] = struct{}{}
	c.gone.Store(true)
	if c.holders.Load() == 0 {
		l.close(c)
	}
}

// close adds up a circuit that no call holds any more.
func (l *legacy) close(c *circuit) {
	if _, ok := l.leaving[c]; ok {
		delete(l.leaving, c)
		l.add(c)
	}
}

func (l *legacy) add(c *circuit) {
	total, durations := c.stats.Totals()
	l.total.Add(&total)
	l.durations.Add(&durations)
}

// read returns all that is counted. Nothing is in it twice, whatever closes meanwhile, as
// members and legacy are read under one lock.
func (l *legacy) read() legacy {
	read := legacy{leaving: maps.Clone(l.leaving), total: l.total}
	read.durations.Add(&l.durations)
	return read
}

// hold returns the circuit for key, which its caller releases.
func (f *family) hold(key string) (*circuit, error) {
	for {
		c, err := f.circuit(key)
		if err != nil || c.hold() {
			return c, err
		}
	}
}

// hold is false where the circuit has gone, or is about to.
func (c *circuit) hold() bool {
	c.holders.Add(1)
	if c.gone.Load() {
		c.release()
		return false
	}
	return true
}

func (c *circuit) release() {
	if c.holders.Add(-1) == 0 && c.gone.Load() {
		c.registry.mu.Lock()
		defer c.registry.mu.Unlock()
		c.family.legacy.close(c)
	}
}

// evict reports whether a circuit may go that no call held a moment ago: from then on, none
// can have it. The caller holds the registry's lock.
func (c *circuit) evict() bool {
	c.gone.Store(true)
	if c.holders.Load() > 0 {
		c.gone.Store(false)
		return false
	}
	return true
}
