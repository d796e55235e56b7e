package runtime

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/slok/goresilience"
	goerrors "github.com/slok/goresilience/errors"

	"github.com/breakergen/breakergen/runtime/internal/state"
	"github.com/breakergen/breakergen/runtime/internal/window"
)

// Engine makes the breaker of one circuit, in place of the built-in one. It is called by
// the constructor of the first wrapper that has that circuit, or at the first call of a
// circuit by key, and again by Reset. A breaker that another caller was faster with is
// dropped. An error of it is the constructor's, or the call's; at Reset the breaker
// that is there stays.
//
// It is given what was asked for: a zero field was asked for by nobody, and
// asked.WithDefaults() has the built-in breaker's value in its place.
type Engine func(name string, asked BreakerPolicy) (Breaker, error)

// Breaker decides which calls go through. The runtime counts, forces and announces
// around it. It must be safe for concurrent use.
type Breaker interface {
	// Wrap is a goresilience.Middleware. It is called once. The runner that it
	// returns runs the next one, or returns an error without: a rejection. It sees
	// a nil error for successes and for what is ignored; IsIgnored tells them apart.
	Wrap(goresilience.Runner) goresilience.Runner
	// State returns what the breaker does with the next call. It must not call the
	// circuit.
	State() State
}

// IsIgnored reports whether the call that an engine's breaker has run counts as neither a
// success nor a failure. ctx is the context that the breaker's runner was given. It is for
// after the next runner has returned.
func IsIgnored(ctx context.Context) bool {
	p, ok := ctx.(*pass)
	if !ok {
		return false
	}
	p.ran.mu.Lock()
	defer p.ran.mu.Unlock()
	return p.ran.verdict.how == window.Ignored // before the end it says nothing
}

// engineBreaker is an engine's breaker in place.
type engineBreaker struct {
	make    func() (*wrapped, error)
	current atomic.Pointer[wrapped]
}

// wrapped is one breaker and the runner it made.
type wrapped struct {
	breaker Breaker
	runner  goresilience.Runner
}

func newEngineBreaker(engine Engine, name string, asked BreakerPolicy) (*engineBreaker, error) {
	e := &engineBreaker{make: func() (*wrapped, error) {
		breaker, err := engine(name, asked)
		if err != nil {
			return nil, fmt.Errorf("engine of circuit %s: %w", name, err)
		}
		if breaker == nil {
			return nil, fmt.Errorf("engine of circuit %s: it returned no breaker", name)
		}
		runner := breaker.Wrap(goresilience.RunnerFunc(runFunc))
		if runner == nil {
			return nil, fmt.Errorf("engine of circuit %s: its breaker's Wrap returned no runner", name)
		}
		return &wrapped{breaker, runner}, nil
	}}
	first, err := e.make()
	if err != nil {
		return nil, err
	}
	e.current.Store(first)
	return e, nil
}

// runFunc runs f, and unlike goresilience's own last runner changes no error.
func runFunc(ctx context.Context, f goresilience.Func) error { return f(ctx) }

func (e *engineBreaker) state() State { return e.current.Load().breaker.State() }

// observe follows the engine's breaker: its changes of state are the machine's.
func (c *circuit) observe(now int64) state.Move {
	look := func() state.State { return state.State(c.engine.state()) }
	if current := c.machine.Current(); current.State == look() || current.Forced {
		return state.Move{}
	}
	defer c.registry.events.Deliver()
	return c.machine.Follow(now, look) // which looks again, as another caller may have seen a newer one
}

// run lets the engine decide. It may run what it is given in another goroutine, late,
// or leave that alone: so each run has a pass of its own, which counts itself.
func (e *engineBreaker) run(p *pass, next goresilience.Runner, f goresilience.Func) error {
	c := p.circuit
	var inner engineRun
	told := false
	defer func() {
		if !told { // a panic or a Goexit, of the engine's or of a listener
			inner.giveUp()
		}
	}()
	defer func() {
		p.moved(c.observe(c.registry.clock.Now()))
		told = inner.over
	}()
	given := *p // as this call goes on changing its own
	given.ran = &inner
	err := e.current.Load().runner.Run(&given, func(ctx context.Context) error {
		if !inner.start() {
			return context.Canceled
		}
		own := given
		if ctx != &given {
			own.Context = ctx
		}
		own.moved(c.observe(own.now))
		err := own.admitted(c.machine.Current().Ticket(), next, f)
		return inner.finish(&own, err)
	})
	p.now = c.registry.clock.Now()
	return inner.result(p, err)
}

// engineRun is what an engine has done with a call.
type engineRun struct {
	mu       sync.Mutex // guards all below
	over     bool       // the engine has given its answer
	started  bool
	finished bool
	err      error
	verdict  verdict
	now      int64
}

// start reports whether the call may still be made.
func (r *engineRun) start() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.started = true
	return !r.over
}

// finish keeps how the call ended, and returns what the engine is to see of it: a
// nil error where the dependency isn't at fault, and an error where it is.
func (r *engineRun) finish(p *pass, err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.verdict.decide(false) // the engine has made the call before
	r.finished, r.err, r.verdict, r.now = true, err, p.verdict, p.now
	if r.over {
		r.verdict.decide(false)
	}
	switch {
	case p.verdict.how != window.Failed && p.verdict.how != window.TimedOut:
		return nil
	case err == nil:
		return goerrors.ErrTimeout
	default:
		return err
	}
}

// result returns the error of the call, which is the engine's where that rejected it
// or didn't wait for it.
func (r *engineRun) result(p *pass, engine error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.over = true
	switch {
	case r.finished:
		p.verdict, p.now = r.verdict, r.now
		return r.err
	case r.started:
		p.verdict = verdict{how: window.TimedOut, failure: true}
		if engine == nil { // it didn't wait, and says so to nobody
			p.limit, _ = p.attemptTimeout()
			return p.timeoutError(nil, false)
		}
		return engine
	default:
		return p.rejected(&OpenError{Circuit: p.circuit.name, engine: engine})
	}
}

// giveUp is for a call that gets no answer: nothing of its results lives on.
func (r *engineRun) giveUp() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.over = true
	r.verdict.decide(false)
}

// reset replaces the breaker, or keeps it where the engine can make no other.
func (e *engineBreaker) reset() {
	if fresh, err := e.make(); err == nil {
		e.current.Store(fresh)
	}
}
