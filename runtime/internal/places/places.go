// Package places bounds how many are at something at once.
//
// It knows the standard library, and not who holds a place or what for. Who waits is served
// first come, first served, and no newcomer passes by. A place that comes at the very moment
// when a wait ends is never lost. Where there is room, a place costs one short lock.
package places

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// ErrFull says that there was no place in time.
var ErrFull = errors.New("full")

// Places are held by so many at once. The limit is the newest one, also for those who have come
// before it; the zero value has none. It is safe for concurrent use.
type Places struct {
	mu    sync.Mutex
	limit int // guarded by mu, as all below; 0 is none
	held  int
	// Who waits for a place, first come, first served: closed once it is there.
	waiting []chan struct{}
}

// Acquire takes a place, and waits for one at most so long; waited says whether it had to. It returns ErrFull where there is none in time, and ctx's
// error where that ends first.
func (p *Places) Acquire(ctx context.Context, wait time.Duration) (waited bool, err error) {
	p.mu.Lock()
	if p.hasRoom() { // so nobody waits: see hand
		p.held++
		p.mu.Unlock()
		return false, nil
	}
	if wait == 0 {
		p.mu.Unlock()
		return false, ErrFull
	}
	ready := make(chan struct{})
	p.waiting = append(p.waiting, ready)
	p.mu.Unlock()

	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ready:
		return true, nil
	case <-timer.C:
		return true, p.giveUp(ready, ErrFull)
	case <-ctx.Done():
		err := p.giveUp(ready, ctx.Err())
		if err == nil { // the place came at the same moment, for nobody
			p.Release()
		}
		return true, ctx.Err()
	}
}

// giveUp ends a wait with err, or with nil where the place has just come.
func (p *Places) giveUp(ready chan struct{}, err error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.Index(p.waiting, ready)
	if i < 0 {
		return nil
	}
	p.waiting = slices.Delete(p.waiting, i, i+1)
	return err
}

// Release gives a place back, to the first of those who wait.
func (p *Places) Release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held--
	p.hand()
}

// InUse reports whether anybody has a place: else nobody waits for one.
func (p *Places) InUse() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.held > 0
}

// Limit returns the limit, 0 for none.
func (p *Places) Limit() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.limit
}

// SetLimit changes the limit, also for those who wait.
func (p *Places) SetLimit(limit int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.limit = limit
	p.hand()
}

// hasRoom reports whether there is a free place. The caller holds mu.
func (p *Places) hasRoom() bool { return p.limit == 0 || p.held < p.limit }

// hand gives free places to those who wait, before a newcomer can see them. The caller
// holds mu.
func (p *Places) hand() {
	for len(p.waiting) > 0 && p.hasRoom() {
		p.held++
		close(p.waiting[0])
		p.waiting = slices.Delete(p.waiting, 0, 1)
	}
}
