package runtime_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/runtime"
)

// fakeEngine makes breakers that do what the test says.
type fakeEngine struct {
	mu    sync.Mutex
	made  int
	err   error // of the next breaker
	state runtime.State
	saw   []error // what the breaker saw of the calls
	asked func()  // called where the state has been read, once
	// around runs a call: in another goroutine, for instance.
	around func(ctx context.Context, run func(context.Context) error) error
}

var errEngine = errors.New("engine says no")

func (e *fakeEngine) engine(string, runtime.BreakerPolicy) (runtime.Breaker, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.err != nil {
		return nil, e.err
	}
	e.made++
	e.state = runtime.Closed
	return e, nil
}

func (e *fakeEngine) Wrap(next goresilience.Runner) goresilience.Runner {
	return goresilience.RunnerFunc(func(ctx context.Context, f goresilience.Func) error {
		if e.State() == runtime.Open {
			return errEngine
		}
		err := e.around(ctx, func(ctx context.Context) error { return next.Run(ctx, f) })
		e.mu.Lock()
		defer e.mu.Unlock()
		e.saw = append(e.saw, err)
		return err
	})
}

func (e *fakeEngine) State() runtime.State {
	e.mu.Lock()
	state, asked := e.state, e.asked
	e.asked = nil
	e.mu.Unlock()
	if asked != nil {
		asked()
	}
	return state
}

func (e *fakeEngine) turn(state runtime.State) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.state = state
}

// withEngine wraps with a fake engine.
func withEngine(t *testing.T, p runtime.Policy, options ...option) (*wrapper, *fakeEngine) {
	t.Helper()
	e := &fakeEngine{around: func(ctx context.Context, run func(context.Context) error) error {
		return run(ctx)
	}}
	return wrap(t, p, append(options, func(s *setup) { s.Engine = e.engine })...), e
}

// closedEngine is a breaker that never opens.
type closedEngine struct{}

func (closedEngine) Wrap(next goresilience.Runner) goresilience.Runner { return next }
func (closedEngine) State() runtime.State                              { return runtime.Closed }

// wraplessEngine is a breaker that wraps nothing.
type wraplessEngine struct{ closedEngine }

func (wraplessEngine) Wrap(goresilience.Runner) goresilience.Runner { return nil }
