// Package breakertest is for the tests of code whose calls run behind circuits.
//
//	circuits := breakertest.New(t)
//	users, err := NewUserClientBreaker(fake, UserClientBreakerConfig{Registry: circuits.Runtime()})
//	...
//	circuits.Open("UserClient.GetUser") // and what does my code do now?
//
// A test has circuits of its own, so that it can run beside others. What it does to them by
// name is done at once: there is nothing to sleep for, and no clock to set. Retries wait no
// time at all, neither real time nor a [testing/synctest] bubble's; whether they are made is
// decided as ever, but that no wait is drawn: a Retry-After that the caller's time, or the
// call's, wouldn't last for ends the call, and the retry budget holds. Timeouts take the time
// that they take, which in a bubble is none.
//
// Circuits that open fail the test, unless it says that they should: in most tests an
// open circuit means that a fake fails where nobody thought of it.
package breakertest

import (
	"sync"
	"testing"
	"time"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/internal/testhook"
)

// Registry is a test's own circuits. They are named as everywhere, UserClient.GetUser or
// by key UserClient.GetUser[acme], also where no call has had that key yet. A name that there
// isn't fails the test, with those that there are. Its methods end the test where they
// can't do what they say, as testing.T's FailNow does, and so are for the goroutine of the
// test; the circuits themselves are for any.
type Registry struct {
	t        testing.TB
	circuits *runtime.Registry
	begun    time.Time

	mu       sync.Mutex // guards all below
	openings []runtime.Event
	opened   map[string]bool // what has opened by what its calls returned, by circuit
	tripping map[string]bool // what Trip opens, until that is told
	expected []string
}

// New returns the circuits of a test, none yet: wrappers are made with its Runtime. At the
// test's end, when the cleanups are over that came after New, it fails the test for each
// circuit that opened though nobody had said Expect, nor opened it by hand; and for each that
// was expected to and never did, unless the test has failed by then.
func New(t testing.TB) *Registry {
	t.Helper()
	r := &Registry{
		t:        t,
		circuits: runtime.NewRegistry(),
		begun:    time.Now(),
		opened:   map[string]bool{},
		tripping: map[string]bool{},
	}
	testhook.Begin(r.circuits)
	cancel := r.circuits.Subscribe(r.told)
	t.Cleanup(func() {
		t.Helper()
		cancel()
		r.check()
	})
	return r
}

// Runtime returns the registry for the wrappers' configurations.
func (r *Registry) Runtime() *runtime.Registry { return r.circuits }

// Calls returns how all calls of a circuit have ended since the test began, those that
// Trip made included; with the name of circuits by key, those of all keys. Each call is one of
// Successes, Failures, Timeouts, Ignored, Rejections and Full; Calls of the counts is their
// sum, and Retries the attempts after the first ones.
func (r *Registry) Calls(circuit string) runtime.Counts {
	r.t.Helper()
	for family := range r.circuits.Families() {
		if family.Name != circuit {
			continue
		}
		counts := family.GoneTotal
		for _, c := range family.Circuits {
			counts = counts.Plus(c.Snapshot().Total)
		}
		return counts
	}
	return r.find("Calls", circuit).Snapshot().Total
}
