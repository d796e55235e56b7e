// Package callctx has the contexts that callees get: what a call can learn from the one that it
// comes with.
//
// A context of an attempt carries a [Mark], which says which circuits the call has gone through
// already, and what was asked for the next one alone. It knows package deadline, and of circuits
// that each is somebody. What it returns is read by any number of goroutines, while the call
// that it belongs to goes on.
package callctx

import (
	"context"
	"sync/atomic"
	"time"
)

// Mark is how a call finds out that it comes with the context of another one's attempt: a
// method that calls another one through the wrapper, a wrapper around a wrapper. It knows those
// around it, so that a call looks for one only. A nil Mark is that of a call which stands alone.
type Mark struct {
	circuit *Circuit // nil where something was asked for one call: see perCall
	outer   *Mark
	asked   *perCall
	retried bool        // the attempt is one of several that may be made
	over    atomic.Bool // the attempt has ended: what comes with its context now stands alone
}

// Circuit is one of which nothing is known but that it isn't another.
type Circuit struct{ _ byte }

type markKey struct{}

// From returns the mark of the nearest attempt around; nil for none.
func From(ctx context.Context) *Mark {
	m, _ := ctx.Value(markKey{}).(*Mark)
	return m
}

// Set makes it the mark of an attempt that goes through a circuit, within another one's or nil.
// retried says that it is one of several that may be made.
func (m *Mark) Set(circuit *Circuit, within *Mark, retried bool) {
	m.circuit, m.outer, m.retried = circuit, within, retried
}

// End says that the attempt is over.
func (m *Mark) End() { m.over.Store(true) }

// Has reports whether an attempt around, which is under way, has gone through a circuit: its
// breaker and its bulkhead have let this call in with it.
func (m *Mark) Has(circuit *Circuit) bool {
	for ; m != nil; m = m.outer {
		if m.circuit == circuit && !m.over.Load() {
			return true
		}
	}
	return false
}

// Retried reports whether an attempt around is one of several, and under way.
func (m *Mark) Retried() bool {
	for ; m != nil; m = m.outer {
		if m.retried && !m.over.Load() {
			return true
		}
	}
	return false
}

// PerCall reports whether m asks for something for the next call, and is no attempt's.
func (m *Mark) PerCall() bool { return m != nil && m.circuit == nil }

// NoRetry reports whether WithoutRetry was asked for.
func (m *Mark) NoRetry() bool { return m.PerCall() && m.asked.noRetry }

// Timeout returns the time that WithTimeout has asked for; 0 for none.
func (m *Mark) Timeout() time.Duration {
	if !m.PerCall() {
		return 0
	}
	return m.asked.timeout
}
