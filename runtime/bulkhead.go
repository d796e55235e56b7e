package runtime

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/runtime/internal/clock"
)

// bulkhead bounds how many attempts are under way. The limit is the newest one, also
// for calls that began before it. It is safe for concurrent use.
type bulkhead struct {
	mu    sync.Mutex
	limit int // guarded by mu, as all below; 0 is none
	held  int
	// Who waits for a place, first come, first served: closed once it is there.
	waiting []chan struct{}
}

// errFull is acquire's word for a FullError.
var errFull = errors.New("full")

// bulkheadRunner is the bulkhead's link: it lets attempts in where there is room. The
// place is held until the call itself has ended, which for a detached one is after
// the chain.
type bulkheadRunner struct{ next goresilience.Runner }

// Run satisfies goresilience.Runner.
func (r *bulkheadRunner) Run(ctx context.Context, f goresilience.Func) error {
	p := ctx.(*pass)
	policy := &p.plan.Bulkhead
	if policy.Limit == 0 || p.nested {
		return r.next.Run(ctx, f)
	}
	b := &p.circuit.bulkhead
	if policy.Wait > 0 {
		p.expect(clock.Never) // which is an attempt's, and begins when it has its place
	}
	waited, err := b.acquire(p.Context, policy.Wait)
	if waited {
		p.now = p.circuit.registry.clock.Now()
		if err == nil && p.Err() != nil { // it ended as the place came
			b.release()
			err = p.Err()
		}
	}
	switch {
	case err == errFull:
		p.verdict = verdict{how: full}
		p.circuit.tellCall(p.caller, CallEvent{What: FoundFull})
		return &FullError{Circuit: p.circuit.name, Limit: b.bound()}
	case err != nil:
		return p.waitedInVain()
	}
	p.place = b
	defer func() {
		if p.place != nil { // else a detached call has it
			p.place.release()
			p.place = nil
		}
	}()
	return r.next.Run(ctx, f)
}

// acquire takes a place. It returns errFull where there is none in time, and ctx's
// error where that ends first.
func (b *bulkhead) acquire(ctx context.Context, wait time.Duration) (waited bool, err error) {
	b.mu.Lock()
	if b.hasRoom() { // so nobody waits: see hand
		b.held++
		b.mu.Unlock()
		return false, nil
	}
	if wait == 0 {
		b.mu.Unlock()
		return false, errFull
	}
	ready := make(chan struct{})
	b.waiting = append(b.waiting, ready)
	b.mu.Unlock()

	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ready:
		return true, nil
	case <-timer.C:
		return true, b.giveUp(ready, errFull)
	case <-ctx.Done():
		err := b.giveUp(ready, ctx.Err())
		if err == nil { // the place came at the same moment, for nobody
			b.release()
		}
		return true, ctx.Err()
	}
}

// giveUp ends a wait with err, or with nil where the place has just come.
func (b *bulkhead) giveUp(ready chan struct{}, err error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	i := slices.Index(b.waiting, ready)
	if i < 0 {
		return nil
	}
	b.waiting = slices.Delete(b.waiting, i, i+1)
	return err
}

func (b *bulkhead) release() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.held--
	b.hand()
}

// inUse reports whether anybody has a place: else nobody waits for one.
func (b *bulkhead) inUse() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.held > 0
}

func (b *bulkhead) bound() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.limit
}

// setBound changes the limit, also for those who wait.
func (b *bulkhead) setBound(limit int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.limit = limit
	b.hand()
}

// hasRoom reports whether there is a free place. The caller holds mu.
func (b *bulkhead) hasRoom() bool { return b.limit == 0 || b.held < b.limit }

// hand gives free places to those who wait, before a newcomer can see them. The caller
// holds mu.
func (b *bulkhead) hand() {
	for len(b.waiting) > 0 && b.hasRoom() {
		b.held++
		close(b.waiting[0])
		b.waiting = slices.Delete(b.waiting, 0, 1)
	}
}
