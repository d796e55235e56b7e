package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/breakergen/breakergen/engines/internal/all"
	"github.com/breakergen/breakergen/engines/internal/echo"
	breaker "github.com/breakergen/breakergen/runtime"
)

// call is one call through a breaker.
type call func(ctx context.Context) error

// contender is one way to protect a call.
type contender struct {
	name string
	// make returns a call of next; one that was opened stays so for openFor, where
	// that can be said.
	make func(next echo.Echo, openFor time.Duration) call
}

// answering answers at once, and doesn't ask its context for anything.
type answering struct{ err error }

func (a answering) Do(_ context.Context, n int) (int, error) { return n, a.err }

var errDown = errors.New("down")

// passing returns a call that goes through.
func (c contender) passing() call { return c.make(answering{}, time.Minute) }

// rejecting returns a call that is turned away.
func (c contender) rejecting() call {
	rejected := c.make(answering{errDown}, time.Hour)
	for range 10_000 {
		if err := rejected(context.Background()); err != nil && !errors.Is(err, errDown) {
			return rejected
		}
		time.Sleep(10 * time.Microsecond) // hystrix-go counts in another goroutine
	}
	panic(fmt.Sprintf("%s never opens", c.name))
}

// breakerOnly has one link; OpenFor is asked for where the engine takes it.
func breakerOnly(openFor time.Duration) breaker.Policy {
	return breaker.Policy{
		Breaker: breaker.BreakerPolicy{OpenFor: openFor},
		Retry:   breaker.RetryPolicy{Off: true},
		Timeout: breaker.TimeoutPolicy{Off: true},
	}
}

// wrapped are the breakers as engines of a generated wrapper, the built-in one first.
func wrapped() (contenders []contender) {
	for _, engine := range all.Engines() {
		contenders = append(contenders, contender{engine.Name, func(next echo.Echo, openFor time.Duration) call {
			if engine.Name == "handy" {
				openFor = 0
			}
			return through(next, engine.Engine, breakerOnly(openFor))
		}})
	}
	return contenders
}

// through returns a call through a generated wrapper.
func through(next echo.Echo, engine breaker.Engine, p breaker.Policy) call {
	return throughIn(breaker.NewRegistry(), next, engine, p)
}

func throughIn(r *breaker.Registry, next echo.Echo, engine breaker.Engine, p breaker.Policy) call {
	wrapper, err := echo.Wrap(breaker.BreakerFirst, next, r, engine, p)
	if err != nil {
		panic(err)
	}
	return func(ctx context.Context) error {
		_, err := wrapper.Do(ctx, 1)
		return err
	}
}

// chains are whole ones: breaker, retry and timeout, ours first.
func chains() []contender {
	return []contender{
		{all.BuiltIn, func(next echo.Echo, openFor time.Duration) call {
			p := breakerOnly(openFor)
			p.Retry.Off, p.Timeout.Off = false, false
			return through(next, nil, p)
		}},
		{"goresilience", func(next echo.Echo, openFor time.Duration) call {
			return stock(next, stockBreaker(openFor), stockRetry(), stockTimeout())
		}},
		{"failsafe", func(next echo.Echo, openFor time.Duration) call {
			return failsafeChain(next, openFor, true)
		}},
	}
}
