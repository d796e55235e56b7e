package breakertest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// Expect says that a circuit is to open in this test, by what its calls return. With the
// name of circuits by key, any of them may. It can be said before the circuit is there. A
// circuit that was expected to open and never did fails the test at its end.
func (r *Registry) Expect(circuit string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.Contains(r.expected, circuit) {
		r.expected = append(r.expected, circuit)
	}
}

// told notes what opens. What is forced was done by hand, by the test or by what it tests.
func (r *Registry) told(e runtime.Event) {
	if e.From != runtime.Closed || e.To == runtime.Closed || e.Forced {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.opened[e.Circuit] = true
	if r.tripping[e.Circuit] {
		delete(r.tripping, e.Circuit)
		return
	}
	r.openings = append(r.openings, e)
}

// check holds what opened against what was expected to.
func (r *Registry) check() {
	r.t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.t.Skipped() {
		return
	}
	failed := r.t.Failed() // its end was then another one than it had in mind
	said := map[string]bool{}
	for _, e := range r.openings {
		if !said[e.Circuit] && !slices.ContainsFunc(r.expected, isIn(e.Circuit)) {
			said[e.Circuit] = true
			r.t.Error(r.surprise(e))
		}
	}
	for _, circuit := range r.expected {
		if !failed && !r.hasOpened(circuit) {
			r.t.Error(r.disappointment(circuit))
		}
	}
}

// isIn says of a name whether it is the circuit's, or that of all its keys.
func isIn(circuit string) func(name string) bool {
	return func(name string) bool {
		return name == circuit || strings.HasPrefix(circuit, name+"[")
	}
}

func (r *Registry) hasOpened(name string) bool {
	for circuit := range r.opened {
		if isIn(circuit)(name) {
			return true
		}
	}
	return false
}

// surprise says what opened, and what to do.
func (r *Registry) surprise(e runtime.Event) string {
	last := "none is known"
	if e.Err != nil {
		last = fmt.Sprintf("%q", e.Err)
	}
	return fmt.Sprintf("breakertest: circuit %s opened, and nobody expected that.\n"+
		"\twhen: %s\n"+
		"\tcause: %v, of %d successes, %d failures and %d timeouts\n"+
		"\tlast error: %s\n"+
		"\tIf the test is to open it, say Expect(%q) before. If not, mend what fails; or if that is an answer "+
		"and no failure, have the wrapper know: //breakergen:success, //breakergen:protocol, Policy.Classify.",
		e.Circuit, r.since(e.At), e.Cause, e.Counts.Successes, e.Counts.Failures, e.Counts.Timeouts, last, e.Circuit)
}

// since tells a time from the test's beginning on. One that lies before it was told in a bubble
// within the test.
func (r *Registry) since(at time.Time) string {
	if d := at.Sub(r.begun); d >= 0 {
		return fmt.Sprintf("%v after breakertest.New", d)
	}
	return at.String()
}

// disappointment says what didn't open.
func (r *Registry) disappointment(circuit string) string {
	if c, err := r.lookUp(circuit); c == nil && !r.isFamily(circuit) {
		return fmt.Sprintf("breakertest: Expect(%q): %v", circuit, err)
	}
	counts := r.Calls(circuit)
	return fmt.Sprintf("breakertest: circuit %s was expected to open, and never did.\n"+
		"\tits calls: %d successes, %d failures, %d timeouts, %d ignored, %d found it full\n"+
		"\tIf it is to open, enough calls must fail in a row or in its window; Trip(%q, err) makes them. "+
		"If not, drop the Expect.",
		circuit, counts.Successes, counts.Failures, counts.Timeouts, counts.Ignored, counts.Full, circuit)
}
