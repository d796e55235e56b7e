package runtime

import (
	"cmp"
	"context"
	"sync/atomic"
	"time"

	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/runtime/internal/budget"
	"github.com/breakergen/breakergen/runtime/internal/callctx"
	"github.com/breakergen/breakergen/runtime/internal/keyed"
	"github.com/breakergen/breakergen/runtime/internal/places"
	"github.com/breakergen/breakergen/runtime/internal/state"
	"github.com/breakergen/breakergen/runtime/internal/window"
)

// A Registry and a Circuit hide what is in them from the compiler, too: where their fields and
// methods, unexported ones included, name the types of that, every package that has a wrapper
// compiles again the generic types that are somewhere in there: 0.3 s and 1.4 MB.

// Circuit is what the wrappers and methods of one circuit name share: a breaker, a
// bulkhead, a retry budget, and counts. Get one from a Registry. Its methods are
// safe for concurrent use.
type Circuit struct{ inside any }

func circuitIn(c *Circuit) *circuit { return c.inside.(*circuit) }

// Name returns the circuit's name.
func (c *Circuit) Name() string { return circuitIn(c).name }

// Key returns the key of a circuit by key and the name that all of that family have in
// common; false for a circuit without one.
func (c *Circuit) Key() (family, key string, ok bool) {
	in := circuitIn(c)
	if in.family == nil {
		return "", "", false
	}
	return in.family.name, in.member.Key, true
}

// State returns what the circuit does with the next call. An open circuit stays
// open until a first probe is let in, however late that is.
func (c *Circuit) State() State { return circuitIn(c).state() }

// ForceOpen rejects all calls until ForceClose or Reset.
func (c *Circuit) ForceOpen() { circuitIn(c).force(Open) }

// ForceClose lets all calls through, whatever they return, until ForceOpen or Reset.
func (c *Circuit) ForceClose() { circuitIn(c).force(Closed) }

// Reset returns to working: closed, with an empty window. An engine's breaker is
// made anew. The totals stay.
func (c *Circuit) Reset() { circuitIn(c).reset() }

// Runner returns the circuit's breaker and bulkhead for calls without a wrapper. An
// error of the call is a failure; a call that its caller has cancelled is ignored.
func (c *Circuit) Runner() goresilience.Runner { return circuitIn(c).runner }

// FineDurations returns what Snapshot's Durations are, more finely.
func (c *Circuit) FineDurations() FineDurations {
	_, durations := circuitIn(c).stats.Totals()
	return fineDurations(&durations)
}

// Snapshot returns the circuit at this moment.
func (c *Circuit) Snapshot() Snapshot { return circuitIn(c).snapshot() }

// circuit is what is in a Circuit.
type circuit struct {
	public   *Circuit
	id       callctx.Circuit // who it is to calls within calls
	name     string
	registry *registry
	made     int64  // on the registry's clock
	owner    string // the interface whose name it has; "" where users chose it; guarded by registry.mu
	asked    asked  // what its first wrapper asked for: later ones must ask for the same

	machine  state.Machine
	last     atomic.Pointer[lastFailure]
	engine   *engineBreaker // nil: the built-in breaker
	bulkhead places.Places
	budget   budget.Budget
	stats    window.Stats

	bound   atomic.Pointer[bound]    // of the method bound last
	applied atomic.Pointer[override] // what Apply and settings from outside changed; nil is nothing
	runner  goresilience.Runner      // of calls without a wrapper
	bare    *bound                   // their policy

	fallsBack atomic.Bool // a method that has it has a fallback

	family *family // the circuit is one of several by key; nil otherwise
	member keyed.Member[*circuit]
}

func newCircuit(r *registry, name, owner string, p *plan, engine *engineBreaker) *circuit {
	c := &circuit{
		name:     name,
		registry: r,
		made:     r.clock.Now(),
		owner:    owner,
		asked:    asked{p.Breaker, p.Bulkhead, engine != nil, 0},
		engine:   engine,
	}
	c.public = &Circuit{c}
	c.bulkhead.SetLimit(p.Bulkhead.Limit)
	c.stats.Init(c.made, statsWindow(p.Breaker))
	c.machine.Init(c.made, &c.stats, p.Breaker.WindowCalls, c.changed, c.rejection)
	c.bare = newBound(Policy{Breaker: p.Breaker, Bulkhead: p.Bulkhead}, rules{bare: true})
	c.runner = newBareChain(c.newPass)
	return c
}

// lastFailure is what a failed call has returned.
type lastFailure struct {
	err error
	at  int64
}

// lastError returns the last failure's error, nil for none.
func (c *circuit) lastError() error {
	if last := c.last.Load(); last != nil {
		return last.err
	}
	return nil
}

func (c *circuit) state() State {
	return c.stateIn(c.machine.Current())
}

// stateIn is the state in a period: an engine's own, unless it isn't asked.
func (c *circuit) stateIn(current *state.Period) State {
	switch {
	case c.engine == nil || current.Forced:
		return State(current.State)
	case c.bound.Load().plan(c.applied.Load()).Breaker.Off:
		return Closed
	default:
		return c.engine.state()
	}
}

func (c *circuit) force(to State) {
	defer c.registry.events.Deliver()
	now := c.registry.clock.Now()
	if to == Open {
		c.machine.ForceOpen(now, &OpenError{Circuit: c.name})
		return
	}
	c.machine.ForceClose(now)
}

func (c *circuit) reset() {
	if c.engine != nil {
		c.engine.reset()
	}
	defer c.registry.events.Deliver()
	c.machine.Reset(c.registry.clock.Now())
}

func (c *circuit) snapshot() Snapshot {
	now := c.registry.clock.Now()
	if c.stats.OverdueAt(now) {
		c.countOverdue(now, nil)
	}
	current := c.machine.Current()
	p := c.bound.Load().plan(c.applied.Load()).Policy
	snapshot := Snapshot{
		Circuit:    c.name,
		Fallback:   c.hasFallback(),
		State:      c.stateIn(current),
		Forced:     current.Forced,
		Since:      c.registry.clock.Time(current.Began),
		Policy:     p,
		Made:       c.registry.clock.Time(c.made),
		WindowSpan: statsWindow(p.Breaker),
	}
	if current.Down > 0 {
		snapshot.DownSince = c.registry.clock.Time(current.Down)
	}
	if last := c.last.Load(); last != nil {
		snapshot.LastError, snapshot.LastErrorAt = last.err, c.registry.clock.Time(last.at)
	}
	if open, ok := current.Rejection.(*OpenError); ok && current.State == state.Open {
		snapshot.Until = open.Until
	}
	reading := c.stats.Read(now, current.Epoch)
	fill(&snapshot, &reading)
	current.Overlay(&reading.Window)
	snapshot.Window = newCounts(&reading.Window)
	return snapshot
}

// use reads the clock for a call that begins. A circuit by key notes it.
func (c *circuit) use() int64 {
	now := c.registry.clock.Now()
	if c.family != nil {
		c.member.Use(now)
	}
	return now
}

// rejects reports whether the circuit turns a call away before there is anything to set up
// for it: this is the path that must be cheap in an outage.
func (c *circuit) rejects(now int64, p *state.Policy) bool {
	return c.machine.Current().Rejects(now, p)
}

// turnAway rejects such a call.
func (c *circuit) turnAway(ctx context.Context, now int64) error {
	current := c.machine.Current()
	rejection := current.Rejection
	if rejection == nil { // the state has changed since
		rejection = &OpenError{Circuit: c.name}
	}
	c.stats.Reject(now, current.Epoch)
	c.tellCall(ctx, CallEvent{What: Rejected})
	return rejection
}

// rejection makes the error of an opening.
func (c *circuit) rejection(until int64) error {
	return &OpenError{Circuit: c.name, Until: c.registry.clock.Time(until)}
}

// changed queues the event of a change. The machine is locked: who has changed it delivers
// once it isn't.
func (c *circuit) changed(change state.Change) {
	c.registry.events.Put(Event{
		Circuit:    c.name,
		From:       State(change.From),
		To:         State(change.To),
		At:         c.registry.clock.Time(change.At),
		Counts:     newCounts(&change.Counts),
		Cause:      Cause(change.Cause),
		Forced:     change.Forced,
		Err:        c.lastError(),
		Down:       change.Down,
		TurnedAway: change.TurnedAway,
	})
}

// mayRetry takes one retry from the circuit's budget. Where the breaker counts attempts,
// calls are counted as they begin, else as they end: each of them once.
func (c *circuit) mayRetry(now int64, countsAttempts bool) bool {
	return c.budget.Take(now, c.stats.Lately(now, !countsAttempts))
}

// statsWindow is how far back the statistics look: as far as the breaker, or the
// default where that counts calls.
func statsWindow(p BreakerPolicy) time.Duration {
	return cmp.Or(p.Window, defaultWindow)
}
