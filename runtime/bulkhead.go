package runtime

import (
	"context"

	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/runtime/internal/clock"
	"github.com/breakergen/breakergen/runtime/internal/places"
	"github.com/breakergen/breakergen/runtime/internal/window"
)

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
	waited, err := b.Acquire(p.Context, policy.Wait)
	if waited {
		p.now = p.circuit.registry.clock.Now()
		if err == nil && p.Err() != nil { // it ended as the place came
			b.Release()
			err = p.Err()
		}
	}
	switch {
	case err == places.ErrFull:
		p.verdict = verdict{how: window.Full}
		p.circuit.tellCall(p.caller, CallEvent{What: FoundFull})
		return &FullError{Circuit: p.circuit.name, Limit: b.Limit()}
	case err != nil:
		return p.waitedInVain()
	}
	p.place = b
	defer func() {
		if p.place != nil { // else a detached call has it
			p.place.Release()
			p.place = nil
		}
	}()
	return r.next.Run(ctx, f)
}
