// Package handy has circuits use the breaker of streadway/handy.
//
// That shows no state. What it does with a call shows that it is open, or half-open; a success
// in either state closes it; and after a failure it is asked whether it lets the next call
// through, which in the closed state changes nothing. So the circuit's state is late in one
// case only: where another call's failure has opened it and the open time is over before
// that was asked, it is half-open already, and loses that probe.
//
// Only its failure ratio can be set: the methods WithWindow, WithCooldown and WithMinObservation
// change a copy. It opens over that ratio of at least 11 calls in 5s, for 1s. Each breaker
// keeps a goroutine, also one that nobody uses any more.
package handy

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/slok/goresilience"
	handybreaker "github.com/streadway/handy/breaker"

	"github.com/breakergen/breakergen/engines/internal/engine"
	"github.com/breakergen/breakergen/runtime"
)

// Engine returns the engine. FailureRate is all that can be set; 0.5 without more. All else
// that was asked for is an error of the wrapper's constructor, but what the library always
// has: one of Probes, a Window of 5s, 11 of MinCalls, OpenFor 1s.
func Engine() runtime.Engine {
	return func(_ string, asked runtime.BreakerPolicy) (runtime.Breaker, error) {
		has := []string{"FailureRate"}
		for field, always := range map[string]bool{
			"Probes":   asked.Probes == 1,
			"Window":   asked.Window == handybreaker.DefaultWindow,
			"MinCalls": asked.MinCalls == handybreaker.DefaultMinObservations+1,
			"OpenFor":  asked.OpenFor == handybreaker.DefaultCooldown,
		} {
			if always {
				has = append(has, field)
			}
		}
		if err := engine.Refuse("streadway/handy", asked, has...); err != nil {
			return nil, fmt.Errorf("%w (its constructor takes the failure rate alone)", err)
		}
		// It opens over the ratio, and we at it.
		ratio := math.Nextafter(asked.WithDefaults().FailureRate, 0)
		return &breaker{library: handybreaker.NewBreaker(ratio)}, nil
	}
}

// breaker keeps the state with what the library was told and has said.
type breaker struct {
	mu      sync.Mutex // held while the library is asked or told, so that the state is of that moment
	library handybreaker.Breaker
	state   runtime.State // guarded by mu
}

// Wrap satisfies runtime.Breaker.
func (b *breaker) Wrap(next goresilience.Runner) goresilience.Runner {
	return goresilience.RunnerFunc(func(ctx context.Context, f goresilience.Func) error {
		if !b.allow() {
			return handybreaker.ErrCircuitOpen
		}
		begun, report := time.Now(), b.failure
		defer func() { report(time.Since(begun)) }()
		err := next.Run(ctx, f)
		switch {
		case runtime.IsIgnored(ctx):
			report = b.ignored
		case err == nil:
			report = b.success
		}
		return err
	})
}

// allow asks the library. It is open once it has let a probe through; we say half-open for
// as long as that is under way.
func (b *breaker) allow() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	allowed := b.library.Allow()
	switch {
	case allowed && b.state != runtime.Closed:
		b.state = runtime.HalfOpen
	case !allowed && b.state == runtime.Closed:
		b.state = runtime.Open
	}
	return allowed
}

func (b *breaker) success(took time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.library.Success(took)
	b.state = runtime.Closed
}

func (b *breaker) failure(took time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.library.Failure(took)
	if b.state != runtime.Closed || !b.library.Allow() {
		b.state = runtime.Open
	}
}

// ignored needs no word to the library, whose probes hold no permit.
func (b *breaker) ignored(time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.state == runtime.HalfOpen {
		b.state = runtime.Open
	}
}

// State satisfies runtime.Breaker.
func (b *breaker) State() runtime.State {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.state
}
