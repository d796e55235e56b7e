package main

import (
	"context"
	"errors"
	"log"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

var errDependency = errors.New("dependency failed")

// dependency is what a circuit's calls call.
type dependency func(context.Context) error

// newCircuit wraps next in a circuit of that name.
func newCircuit(
	registry *runtime.Registry, name string, policy runtime.Policy, next dependency,
) dependency {
	b := runtime.Builder[dependency]{Constructor: "newCircuit", Registry: registry, Next: next}
	method := runtime.NewMethod(&b, runtime.Spec{Name: "Call", Circuit: name, Config: &policy},
		func(next dependency, ctx context.Context, _ struct{}) (struct{}, error) {
			return struct{}{}, next(ctx)
		})(next)
	if err := b.Build(); err != nil {
		log.Fatal(err)
	}
	return func(ctx context.Context) error {
		_, err := method(ctx, struct{}{})
		return err
	}
}

// switched is a circuit whose dependency fails when it is told to.
type switched struct {
	broken atomic.Bool
	call   dependency
}

func newSwitched(registry *runtime.Registry, name string) *switched {
	s := &switched{}
	policy := runtime.Policy{Breaker: runtime.BreakerPolicy{OpenFor: time.Second}}
	policy.Retry.Off = true
	s.call = newCircuit(registry, name, policy, func(context.Context) error {
		if s.broken.Load() {
			return errDependency
		}
		return nil
	})
	return s
}

// run calls the dependency fifty times a second.
func (s *switched) run() {
	for range time.Tick(20 * time.Millisecond) {
		s.call(context.Background())
	}
}

func (s *switched) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.broken.Store(r.FormValue("healthy") == "false")
	w.WriteHeader(http.StatusNoContent)
}
