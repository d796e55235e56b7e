package hystrix_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/afex/hystrix-go/hystrix"

	"github.com/breakergen/breakergen/engines/internal/bubble"
	"github.com/breakergen/breakergen/engines/internal/echo"

	engine "github.com/breakergen/breakergen/engines/hystrix"
	"github.com/breakergen/breakergen/runtime"
)

type down struct{ err error }

func (d down) Do(context.Context, int) (int, error) { return 0, d.err }

// Circuits of one name, in registries of their own, don't share a command, nor does a
// command of that name that the user has.
func TestCommandsAreNotShared(t *testing.T) {
	bubble.Run(t, func(t *testing.T) {
		hystrix.ConfigureCommand("Echo.Do", hystrix.CommandConfig{RequestVolumeThreshold: 7})
		defer hystrix.Flush() // the registry outlives the bubble
		before := len(hystrix.GetCircuitSettings())
		call := func(err error) (call func() error) {
			wrapper, failed := echo.NewEchoBreaker(down{err}, echo.EchoBreakerConfig{
				Registry: runtime.NewRegistry(),
				Engine:   engine.Engine(func(c *hystrix.CommandConfig) { c.RequestVolumeThreshold = 3 }),
				Policies: echo.EchoPolicies{Do: runtime.Policy{Retry: runtime.RetryPolicy{Off: true}}},
			})
			if failed != nil {
				t.Fatal(failed)
			}
			return func() error {
				_, err := wrapper.Do(context.Background(), 1)
				time.Sleep(time.Millisecond) // it counts in another goroutine
				return err
			}
		}
		fails, works := call(errors.New("down")), call(nil)
		for range 3 {
			fails()
		}
		if err := fails(); !errors.Is(err, hystrix.ErrCircuitOpen) {
			t.Errorf("it isn't open: %v", err)
		}
		if err := works(); err != nil {
			t.Errorf("neither is the other to be: %v", err)
		}
		if err := hystrix.Do("Echo.Do", func() error { return nil }, nil); err != nil {
			t.Errorf("nor is the user's own: %v", err)
		}
		settings := hystrix.GetCircuitSettings()
		if got := settings["Echo.Do"].RequestVolumeThreshold; got != 7 {
			t.Errorf("the user's own settings have become %d", got)
		}
		if made := len(settings) - before; made != 2 {
			t.Errorf("%d commands are made for two circuits", made)
		}
	})
}
