// Package cep21 has circuits use cep21/circuit v4, with its Hystrix closer, and its Hystrix
// opener beside the one for errors in a row.
//
// Its half-open state isn't shown: the circuit is said to be half-open while a call is under
// way that it let through though it is open.
package cep21

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/cep21/circuit/v4"
	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/engines/internal/engine"
	"github.com/breakergen/breakergen/runtime"
)

// Engine returns the engine. The library's own properties, later ones first, go over those
// that are made from what was asked for. Its timeout and its limit of concurrent requests
// are off: the wrapper has both. An error that is a BadRequest it leaves out, as it always
// does. Without more it opens as the built-in breaker does.
//
// What was asked for and the library lacks is an error of the wrapper's constructor:
// WindowCalls, MaxOpenFor, Slow, SlowRate, and a FailureRate that isn't whole percents.
func Engine(properties ...circuit.CommandPropertiesConstructor) runtime.Engine {
	return func(name string, asked runtime.BreakerPolicy) (runtime.Breaker, error) {
		if err := engine.Refuse("cep21/circuit", asked,
			"FailureRate", "MinCalls", "Window", "OpenFor", "Probes", "Consecutive"); err != nil {
			return nil, err
		}
		policy := asked.WithDefaults()
		percent, err := engine.Percent("cep21/circuit", policy.FailureRate)
		if err != nil {
			return nil, err
		}
		var config circuit.Config
		for i := len(properties) - 1; i >= 0; i-- {
			config.Merge(properties[i](name))
		}
		config.Merge(circuit.Config{
			General: circuit.GeneralConfig{
				ClosedToOpenFactory: openers(&policy, percent),
				OpenToClosedFactory: closer(&policy),
			},
			Execution: circuit.ExecutionConfig{
				Timeout:               -1,
				MaxConcurrentRequests: -1,
				IgnoreInterrupts:      true, // the runtime has judged whose fault an end is
			},
		})
		return &breaker{Circuit: circuit.NewCircuitFromConfig(name, config)}, nil
	}
}

// errIgnored is a bad request, which the library leaves out.
var errIgnored error = circuit.SimpleBadRequest{Err: errors.New("ignored")}

type breaker struct {
	*circuit.Circuit
	probes atomic.Int64 // under way
}

// Wrap satisfies runtime.Breaker.
func (b *breaker) Wrap(next goresilience.Runner) goresilience.Runner {
	return goresilience.RunnerFunc(func(ctx context.Context, f goresilience.Func) error {
		wasOpen := b.IsOpen()
		return b.Run(ctx, func(within context.Context) error {
			if wasOpen {
				b.probes.Add(1)
				defer b.probes.Add(-1)
			}
			begun, returned := time.Now(), false
			defer func() {
				if !returned {
					b.gone(within, begun)
				}
			}()
			err := next.Run(within, f)
			if returned = true; runtime.IsIgnored(ctx) {
				return errIgnored
			}
			return err
		})
	})
}

// gone reports a call that panicked or exited, of which Run says nothing.
func (b *breaker) gone(ctx context.Context, begun time.Time) {
	now := time.Now()
	b.CmdMetricCollector.ErrFailure(ctx, now, now.Sub(begun))
	if b.ClosedToOpen.ShouldOpen(ctx, now) {
		b.OpenCircuit(ctx)
	}
}

// State satisfies runtime.Breaker.
func (b *breaker) State() runtime.State {
	switch {
	case !b.IsOpen():
		return runtime.Closed
	case b.probes.Load() > 0:
		return runtime.HalfOpen
	default:
		return runtime.Open
	}
}
