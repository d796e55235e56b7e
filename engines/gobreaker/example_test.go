package gobreaker_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/sony/gobreaker/v2"

	engine "github.com/breakergen/breakergen/engines/gobreaker"
	"github.com/breakergen/breakergen/engines/internal/echo"
	"github.com/breakergen/breakergen/runtime"
)

// down is a client whose dependency is down.
type down struct{}

func (down) Do(context.Context, int) (int, error) { return 0, errors.New("down") }

// One line puts gobreaker behind a generated wrapper, whose policies it takes.
func ExampleEngine() {
	wrapper, err := echo.NewEchoBreaker(down{}, echo.EchoBreakerConfig{
		Registry: runtime.NewRegistry(),
		Engine:   engine.Engine(),
		Policies: echo.EchoPolicies{Do: runtime.Policy{
			Breaker: runtime.BreakerPolicy{Consecutive: 2},
			Retry:   runtime.RetryPolicy{Off: true},
		}},
	})
	if err != nil {
		panic(err)
	}
	for range 3 {
		_, err = wrapper.Do(context.Background(), 1)
		fmt.Println(err)
	}
	// Output:
	// down
	// down
	// circuit Echo.Do is open: the call was not made
}

// Its own settings go over what the policies ask for, and its own error can be found.
func ExampleEngine_settings() {
	wrapper, err := echo.NewEchoBreaker(down{}, echo.EchoBreakerConfig{
		Registry: runtime.NewRegistry(),
		Engine: engine.Engine(func(s *gobreaker.Settings) {
			s.ReadyToTrip = func(c gobreaker.Counts) bool { return c.TotalFailures > 0 }
		}),
		Policies: echo.EchoPolicies{Do: runtime.Policy{Retry: runtime.RetryPolicy{Off: true}}},
	})
	if err != nil {
		panic(err)
	}
	for range 2 {
		_, err = wrapper.Do(context.Background(), 1)
	}
	fmt.Println(errors.Is(err, gobreaker.ErrOpenState))
	// Output: true
}
