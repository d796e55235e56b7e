package engines

import (
	"context"
	"errors"
	"testing"

	"github.com/breakergen/breakergen/engines/internal/all"
	"github.com/breakergen/breakergen/engines/internal/echo"
	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/breakertest"
)

// well is a dependency that answers.
type well struct{}

func (well) Do(_ context.Context, n int) (int, error) { return n, nil }

// TestBreakertest: users' tests open, trip and close a circuit whoever decides about it.
func TestBreakertest(t *testing.T) {
	down := errors.New("down")
	for _, engine := range all.Engines() {
		t.Run(engine.Name, func(t *testing.T) {
			circuits := breakertest.New(t)
			e, err := echo.Wrap(runtime.BreakerFirst, well{}, circuits.Runtime(), engine.Engine, runtime.Policy{})
			if err != nil {
				t.Fatal(err)
			}
			for name, open := range map[string]func(){
				"Open": func() { circuits.Open("Echo.Do") },
				"Trip": func() { circuits.Trip("Echo.Do", down) },
			} {
				open()
				if _, err := e.Do(t.Context(), 1); !errors.As(err, new(*runtime.OpenError)) {
					t.Errorf("after %s: %v", name, err)
				}
				circuits.Close("Echo.Do")
				if _, err := e.Do(t.Context(), 1); err != nil {
					t.Errorf("after Close: %v", err)
				}
			}
		})
	}
}
