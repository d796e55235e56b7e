package breakertest

import (
	"context"
	"errors"
	goruntime "runtime"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/internal/testhook"
)

// Open has a circuit reject all calls until Close, however long that takes: it is forced open.
// What the callers get is a *runtime.OpenError, whose Until is zero; where that matters, Trip
// opens it as an outage does.
func (r *Registry) Open(circuit string) {
	r.t.Helper()
	r.find("Open", circuit).ForceOpen()
}

// HalfOpen has a circuit's next call be a probe: if that succeeds, and BreakerPolicy.Probes
// is 1, the circuit closes; if it fails, the circuit opens for BreakerPolicy.OpenFor. A closed
// circuit is forced open for it, one that Trip opened goes on from there. An engine's breaker
// decides that by itself, which fails the test: Trip it, and let its open time pass in a
// [testing/synctest] bubble.
func (r *Registry) HalfOpen(circuit string) {
	r.t.Helper()
	c := r.find("HalfOpen", circuit)
	r.mustBeOn("HalfOpen", c)
	if !testhook.HalfOpen(c) {
		r.t.Fatalf("breakertest: HalfOpen(%q): another engine's breaker decides when it lets a probe in: "+
			"Trip the circuit, and let its open time pass in a synctest bubble", circuit)
	}
}

// Close has a circuit work as a new one does: closed, with nothing in its window. What
// Calls counts stays.
func (r *Registry) Close(circuit string) {
	r.t.Helper()
	r.find("Close", circuit).Reset()
}

// Trip opens a circuit as an outage does: by as many calls that fail with err as its policy
// or its engine asks for, from an empty window on. Cause, last error, log lines, events and the
// time until the first probe are those of life, and the calls are counted; what is wrapped
// isn't called. An err that is no failure, as the circuit's directives, its protocol or
// Policy.Classify have it, fails the test: no number of those would open it.
func (r *Registry) Trip(circuit string, err error) {
	r.t.Helper()
	c := r.find("Trip", circuit)
	r.mustBeOn("Trip", c)
	if err == nil {
		r.t.Fatalf("breakertest: Trip(%q, nil): it takes the error that calls fail with", circuit)
	}
	if judged := runtime.Outcome(testhook.Judge(c, err)); judged != runtime.Failure {
		r.t.Fatalf("breakertest: Trip(%q): the circuit takes %q for %v, not for a failure, so that never opens it: "+
			"that is what its directives, its protocol or Policy.Classify say", circuit, err, describe(judged))
	}
	c.Reset()
	r.mu.Lock()
	r.tripping[c.Name()], r.opened[c.Name()] = true, true
	r.mu.Unlock()
	if !trip(c, err) {
		s := c.Snapshot()
		if s.Window.Full > 0 {
			r.t.Fatalf("breakertest: Trip(%q): calls of the test hold all %d places of the circuit's bulkhead, and are to end first",
				circuit, s.Policy.Bulkhead.Limit)
		}
		r.t.Fatalf("breakertest: Trip(%q): the circuit is still closed after %d calls that failed: its breaker is %+v",
			circuit, s.Window.Failures, s.Policy.Breaker)
	}
}

// patience is how many failures an engine's breaker may take that is configured by itself.
const patience = 10_000

// trip makes calls that fail with err, until the circuit isn't closed any more.
func trip(c *runtime.Circuit, err error) (opened bool) {
	fail := func(context.Context) error { return err }
	for range max(patience, c.Snapshot().Policy.Breaker.MinCalls) {
		var full *runtime.FullError
		switch got := c.Runner().Run(context.Background(), fail); {
		case c.State() != runtime.Closed:
			return true
		case errors.As(got, &full):
			return false // for as long as Trip keeps them waiting
		}
		goruntime.Gosched() // hystrix-go counts in another goroutine
	}
	return false
}

func describe(o runtime.Outcome) string {
	if o == runtime.Success {
		return "an answer"
	}
	return "nobody's fault"
}

// mustBeOn ends the test where a circuit's breaker is off, which nothing but force opens.
func (r *Registry) mustBeOn(what string, c *runtime.Circuit) {
	r.t.Helper()
	if c.Snapshot().Policy.Breaker.Off {
		r.t.Fatalf("breakertest: %s(%q): its breaker is off, by its directive or its configuration", what, c.Name())
	}
}
