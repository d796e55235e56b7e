// Package eapache has circuits use the breaker of eapache/go-resiliency.
//
// It counts errors: no rates, and successes between them don't help. Only a while without
// any error, as long as the open time, makes it forget. Half-open it lets every call through.
package eapache

import (
	"context"
	"time"

	resiliency "github.com/eapache/go-resiliency/breaker"
	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/engines/internal/engine"
	"github.com/breakergen/breakergen/runtime"
)

// Settings are the parameters of the library's constructor.
type Settings struct {
	// ErrorThreshold is how many errors open it.
	ErrorThreshold int
	// SuccessThreshold is how many successes close it.
	SuccessThreshold int
	// Timeout is how long it is open, and how long after an error it forgets it.
	Timeout time.Duration
}

// Engine returns the engine. The settings are made from what was asked for: Consecutive is
// the error threshold, also of errors that aren't in a row, Probes the success threshold,
// which limits nothing, and OpenFor the timeout. configure, which may be left out, changes
// them. Without more it takes 10 errors, one success and 5s, as the built-in breaker does.
//
// All else that was asked for is an error of the wrapper's constructor.
func Engine(configure ...func(*Settings)) runtime.Engine {
	return func(_ string, asked runtime.BreakerPolicy) (runtime.Breaker, error) {
		err := engine.Refuse("eapache/go-resiliency", asked, "Consecutive", "Probes", "OpenFor")
		if err != nil {
			return nil, err
		}
		policy := asked.WithDefaults()
		settings := Settings{
			ErrorThreshold:   policy.Consecutive, // below zero no number of errors reaches it
			SuccessThreshold: policy.Probes,
			Timeout:          policy.OpenFor,
		}
		for _, change := range configure {
			change(&settings)
		}
		return breaker{resiliency.New(
			settings.ErrorThreshold, settings.SuccessThreshold, settings.Timeout,
		)}, nil
	}
}

// breaker asks for the state and reports with Run: around the call itself, Run would not
// see it exit, nor keep the stack of its panic.
type breaker struct {
	*resiliency.Breaker
}

// Wrap satisfies runtime.Breaker.
func (b breaker) Wrap(next goresilience.Runner) goresilience.Runner {
	return goresilience.RunnerFunc(func(ctx context.Context, f goresilience.Func) error {
		if b.GetState() == resiliency.Open {
			return resiliency.ErrBreakerOpen
		}
		result := engine.ErrFailed
		defer func() {
			if !runtime.IsIgnored(ctx) {
				_ = b.Run(func() error { return result })
			}
		}()
		result = next.Run(ctx, f)
		return result
	})
}

// State satisfies runtime.Breaker.
func (b breaker) State() runtime.State {
	switch b.GetState() {
	case resiliency.Open:
		return runtime.Open
	case resiliency.HalfOpen:
		return runtime.HalfOpen
	default:
		return runtime.Closed
	}
}
