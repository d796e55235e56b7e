package runtime

import (
	"cmp"
	"context"
	"sync/atomic"
	"time"

	"github.com/slok/goresilience"
)

// circuit is what is in a Circuit.
type circuit struct {
	public   *Circuit
	name     string
	registry *registry
	made     int64  // on the registry's clock
	owner    string // the interface whose name it has; "" where users chose it; guarded by registry.mu
	asked    asked  // what its first wrapper asked for: later ones must ask for the same

	machine  machine
	last     atomic.Pointer[lastFailure]
	engine   *engineBreaker // nil: the built-in breaker
	bulkhead bulkhead
	budget   budget
	stats    stats

	bound   atomic.Pointer[bound]  // of the method bound last
	applied atomic.Pointer[Policy] // what Apply changed; nil is nothing
	runner  goresilience.Runner    // of calls without a wrapper
	bare    *bound                 // their policy

	fallsBack atomic.Bool // a method that has it has a fallback

	family  *family // the circuit is one of several by key; nil otherwise
	key     string
	used    atomic.Int64 // when a call last had it
	holders atomic.Int64 // the calls that have it
	gone    atomic.Bool  // its family has it no more, or is about to
}

func newCircuit(r *registry, name, owner string, p *plan, engine *engineBreaker) *circuit {
	c := &circuit{
		name:     name,
		registry: r,
		made:     r.clock.now(),
		owner:    owner,
		asked:    asked{p.Breaker, p.Bulkhead, engine != nil, 0},
		engine:   engine,
	}
	c.public = &Circuit{c}
	c.machine.circuit = c
	c.bulkhead.limit = p.Bulkhead.Limit
	first := &period{began: c.made}
	if p.Breaker.WindowCalls > 0 {
		first.recent.Store(newRecent(p.Breaker.WindowCalls))
	}
	c.machine.period.Store(first)
	c.stats.init(c.made, statsWindow(p.Breaker))
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
	current := c.machine.period.Load()
	if c.engine != nil && !current.forced {
		return c.engine.state()
	}
	return current.state
}

func (c *circuit) force(to State) { c.machine.force(c.registry.clock.now(), to) }

func (c *circuit) reset() {
	if c.engine != nil {
		c.engine.reset()
	}
	c.machine.reset(c.registry.clock.now())
}

func (c *circuit) snapshot() Snapshot {
	now := c.registry.clock.now()
	if c.stats.overdueAt(now) {
		c.countOverdue(now, nil)
	}
	current := c.machine.period.Load()
	p := c.bound.Load().plan(c.applied.Load()).Policy
	snapshot := Snapshot{
		Circuit:    c.name,
		Fallback:   c.hasFallback(),
		State:      current.state,
		Forced:     current.forced,
		Since:      c.registry.clock.time(current.began),
		Policy:     p,
		Made:       c.registry.clock.time(c.made),
		WindowSpan: statsWindow(p.Breaker),
	}
	if c.engine != nil && !current.forced {
		snapshot.State = c.engine.state()
	}
	if current.down > 0 {
		snapshot.DownSince = c.registry.clock.time(current.down)
	}
	if last := c.last.Load(); last != nil {
		snapshot.LastError, snapshot.LastErrorAt = last.err, c.registry.clock.time(last.at)
	}
	if current.state == Open && current.rejection != nil {
		snapshot.Until = current.rejection.Until
	}
	c.stats.fill(&snapshot, now, current.epoch)
	current.overlayRecent(&snapshot.Window)
	return snapshot
}

// use reads the clock for a call that begins. A circuit by key notes it.
func (c *circuit) use() int64 {
	now := c.registry.clock.now()
	if c.family != nil {
		c.used.Store(now)
	}
	return now
}

// rejects reports whether the circuit turns a call away before there is anything to set up
// for it: this is the path that must be cheap in an outage.
func (c *circuit) rejects(now int64, p *BreakerPolicy) bool {
	return c.machine.period.Load().rejects(now, p)
}

// turnAway rejects such a call.
func (c *circuit) turnAway(ctx context.Context, now int64) error {
	current := c.machine.period.Load()
	rejection := current.rejection
	if rejection == nil { // the state has changed since
		rejection = &OpenError{Circuit: c.name}
	}
	c.stats.reject(now, current.epoch)
	c.tellCall(ctx, CallEvent{What: Rejected})
	return rejection
}

// windowCounts returns the counts of a period's window.
func (c *circuit) windowCounts(of *period, now int64) Counts {
	window := c.stats.window(now, of.epoch)
	counts := window.tally.counts()
	of.overlayRecent(&counts)
	return counts
}

// meanSuccess returns how long the window's successes take on average; 0 where
// there is none.
func (c *circuit) meanSuccess(now int64) time.Duration {
	current := c.machine.period.Load()
	if recent := current.recent.Load(); recent != nil {
		return recent.meanSuccess()
	}
	window := c.stats.window(now, current.epoch)
	return window.mean()
}

// mayRetry takes one retry from the circuit's budget. Where the breaker counts attempts,
// calls are counted as they begin, else as they end: each of them once.
func (c *circuit) mayRetry(now int64, countsAttempts bool) bool {
	return c.budget.take(now, c.stats.lately(now, !countsAttempts))
}

// statsWindow is how far back the statistics look: as far as the breaker, or the
// default where that counts calls.
func statsWindow(p BreakerPolicy) time.Duration {
	return cmp.Or(p.Window, defaultWindow)
}
