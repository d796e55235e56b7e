package runtime

import (
	"context"
	"sync/atomic"
)

// mark is how a call finds out that it comes with the context of another one's attempt: a
// method that calls another one through the wrapper, a wrapper around a wrapper. Contexts
// of attempts carry one. It knows those around it, so that a call looks for one only.
type mark struct {
	circuit *circuit // nil where something was asked for one call: see perCall
	outer   *mark
	asked   *perCall
	retried bool        // the attempt is one of several that may be made
	over    atomic.Bool // the attempt has ended: what comes with its context now stands alone
}

type markKey struct{}

// markFrom returns the mark of the nearest attempt around; nil for none.
func markFrom(ctx context.Context) *mark {
	m, _ := ctx.Value(markKey{}).(*mark)
	return m
}

// has reports whether an attempt around, which is under way, has gone through a circuit: its
// breaker and its bulkhead have let this call in with it.
func (m *mark) has(c *circuit) bool {
	for ; m != nil; m = m.outer {
		if m.circuit == c && !m.over.Load() {
			return true
		}
	}
	return false
}

// retries reports whether an attempt around is retried itself, so that a call within makes
// one: retries would multiply. What the method's own directive asks for is made all the same.
func (m *mark) retries(p *plan) bool {
	if m.isPerCall() && m.asked.noRetry {
		return true
	}
	if p.asksForRetry {
		return false
	}
	for ; m != nil; m = m.outer {
		if m.retried && !m.over.Load() {
			return true
		}
	}
	return false
}

// set makes it the mark of the attempt that p makes.
func (m *mark) set(p *pass) {
	m.circuit, m.outer = p.circuit, p.within
	m.retried = !p.plan.Retry.Off && p.plan.Retry.Attempts > 1 && !p.probe
}

// markedContext carries a mark where an attempt has no context of its own. It is made for
// those that hold what a call within would wait for, a probe's permit or a place in the
// bulkhead, and where something was asked for this call alone: all others pay nothing.
type markedContext struct {
	context.Context
	mark mark
}

// Value finds the mark.
func (c *markedContext) Value(key any) any {
	if key == (markKey{}) {
		return &c.mark
	}
	return c.Context.Value(key)
}

// String is what fmt prints, which would else read what other goroutines change.
func (c *markedContext) String() string { return contextName(c.Context) }

// marked returns the attempt's context, marked where that matters.
func (p *pass) marked() *markedContext {
	holds := (p.probe || p.place != nil) && !p.nested
	if !holds && !p.within.isPerCall() {
		return nil
	}
	c := &markedContext{Context: p.Context}
	c.mark.set(p)
	return c
}
