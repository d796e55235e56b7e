package runtime

import "github.com/slok/goresilience"

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
