// Package hystrix has circuits use afex/hystrix-go.
//
// hystrix-go counts in another goroutine, so that it opens a little after the call that
// should open it, and announces nothing by itself: the circuit asks it with each call. Its
// half-open state isn't shown: the circuit is said to be half-open while a call is under way
// that it let through though it is open. What it turned away counts as a failure of its own
// window. Nothing is ever removed from its registry of commands, and each keeps two
// goroutines: it doesn't suit circuits by key, and Reset leaves the old command behind.
package hystrix

import (
	"context"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/afex/hystrix-go/hystrix"
	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/engines/internal/engine"
	"github.com/breakergen/breakergen/runtime"
)

const (
	// longest is as good as no timeout, in milliseconds: the wrapper has its own, and
	// hystrix-go's leaves the call behind.
	longest = math.MaxInt32
	// places are as good as no limit: the wrapper has a bulkhead. They cost eight bytes each.
	places = 10_000
	// window can't be set.
	window = 10 * time.Second
)

// Engine returns the engine. The command's configuration is made from what was asked for, and
// configure, which may be left out, changes it. Its timeout is off and its limit of
// concurrent requests is 10,000: the wrapper has both. Without more it opens at the built-in
// breaker's rate, and not by failures in a row.
//
// The command is named as the circuit is, or where there is such a command already, in this
// process, with a number behind. What was asked for and hystrix-go lacks is an error of the
// wrapper's constructor: another Window than 10s, WindowCalls, MaxOpenFor, more than one of
// Probes, Consecutive, Slow, SlowRate, a FailureRate that isn't whole percents, and an
// OpenFor that isn't whole milliseconds.
func Engine(configure ...func(*hystrix.CommandConfig)) runtime.Engine {
	return func(name string, asked runtime.BreakerPolicy) (runtime.Breaker, error) {
		has := []string{"FailureRate", "MinCalls", "OpenFor"}
		if asked.Window == window {
			has = append(has, "Window")
		}
		if asked.Probes == 1 {
			has = append(has, "Probes")
		}
		if err := engine.Refuse("hystrix-go", asked, has...); err != nil {
			return nil, err
		}
		if asked.OpenFor%time.Millisecond != 0 {
			return nil, fmt.Errorf("Breaker.OpenFor is %s: hystrix-go takes whole milliseconds", asked.OpenFor)
		}
		policy := asked.WithDefaults()
		percent, err := engine.Percent("hystrix-go", policy.FailureRate)
		if err != nil {
			return nil, err
		}
		config := hystrix.CommandConfig{
			Timeout:                longest,
			MaxConcurrentRequests:  places,
			RequestVolumeThreshold: policy.MinCalls,
			SleepWindow:            int(policy.OpenFor / time.Millisecond),
			ErrorPercentThreshold:  percent,
		}
		for _, change := range configure {
			change(&config)
		}
		return register(name, config)
	}
}

// naming is held while a command gets its name.
var naming sync.Mutex

// register makes a command that no other circuit has, in the library's one registry.
func register(circuit string, config hystrix.CommandConfig) (*breaker, error) {
	naming.Lock()
	defer naming.Unlock()
	taken := hystrix.GetCircuitSettings()
	name := circuit
	for n := 2; taken[name] != nil; n++ {
		name = fmt.Sprintf("%s (%d)", circuit, n)
	}
	hystrix.ConfigureCommand(name, config)
	command, _, err := hystrix.GetCircuit(name)
	if err != nil {
		return nil, err
	}
	return &breaker{CircuitBreaker: command}, nil
}

type breaker struct {
	*hystrix.CircuitBreaker
	probes atomic.Int64 // under way
}

// Wrap satisfies runtime.Breaker. The command only waits, in the library's goroutine, for
// what the call does in the caller's: there a panic would end the process, and a Goexit
// would leave the caller waiting. It isn't given the call's context, as it would judge by
// itself what the end of that means.
func (b *breaker) Wrap(next goresilience.Runner) goresilience.Runner {
	return goresilience.RunnerFunc(func(ctx context.Context, f goresilience.Func) error {
		wasOpen := b.IsOpen()
		admitted, result := make(chan struct{}), make(chan error, 1)
		failed := hystrix.GoC(context.Background(), b.Name, func(context.Context) error {
			close(admitted)
			return <-result
		}, nil)
		select {
		case <-admitted:
		case err := <-failed:
			return err
		}
		if wasOpen {
			b.probes.Add(1)
			defer b.probes.Add(-1)
		}
		outcome := engine.ErrFailed
		defer func() { result <- outcome }()
		err := next.Run(ctx, f)
		switch {
		case runtime.IsIgnored(ctx):
			outcome = context.Canceled // which hystrix-go doesn't take for a failure
		case err == nil:
			outcome = nil
		}
		return err
	})
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
