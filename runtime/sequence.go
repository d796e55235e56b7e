package runtime

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"sync"

	"github.com/breakergen/breakergen/runtime/internal/deadline"
	"github.com/breakergen/breakergen/runtime/internal/fault"
)

// A method that returns an iter.Seq2 of values and errors does its work as that is ranged
// over: so the ranging is the call. It runs in the goroutine of the loop, is never made
// again, as its pairs can't be taken back, and never detached.

// errStopped is how a ranging ends that its loop has left early, by break or return, at a pair
// without an error: that says nothing of the dependency.
var errStopped = errors.New("the loop has left the sequence")

var (
	errNoLoop  = errors.New("a link has replaced the context of a sequence, which has its loop")
	errTwoRuns = errors.New("a link ranges over a sequence again while it is ranged over: its loop takes one pair after the other")
)

// Sequence returns a sequence each ranging over which is one call, made by call with a
// context that is for Range. Where the chain itself ends it, one pair more has the chain's
// error. Generated code calls it.
func Sequence[V any](ctx context.Context, call func(context.Context) error) iter.Seq2[V, error] {
	return func(yield func(V, error) bool) {
		l := &loop[V]{Context: ctx, yield: yield}
		err := l.run(call)
		if err != nil && !l.stopped && !fault.ComesFrom(err, l.last) {
			var none V
			yield(none, err)
		}
	}
}

// Range hands the pairs of a sequence to the loop whose context it is given, and returns the
// error of the last pair that it was given. A fallback is asked only where it was given none.
func Range[V any](ctx context.Context, seq iter.Seq2[V, error]) error {
	l, ok := ctx.Value(loopKey{}).(*loop[V])
	if !ok {
		return errNoLoop
	}
	if begun, err := l.begin(); !begun {
		return err
	}
	defer l.end()
	var last error
	for value, err := range seq {
		if last = err; !l.give(value, err) {
			return cmp.Or(err, errStopped) // a loop that leaves at an error leaves for that
		}
	}
	return last
}

// loop is the body of the caller's loop, and what it has been given. It is the context that
// leads to it.
type loop[V any] struct {
	context.Context
	yield func(V, error) bool

	mu      sync.Mutex // guards all below, and is held while the body runs: links may use goroutines
	ranged  bool       // a ranging is under way
	given   bool
	last    error
	inBody  bool // also after the body has panicked, or ended the goroutine
	stopped bool
	closed  bool // the call has returned: the body runs no more, whoever goes on
}

type loopKey struct{}

// Value finds the loop.
func (l *loop[V]) Value(key any) any {
	if key == (loopKey{}) {
		return l
	}
	return l.Context.Value(key)
}

// String is what fmt prints, which would else read what is in use.
func (l *loop[V]) String() string { return deadline.NameOf(l.Context) }

// run makes the call, and closes the loop with it, also where it panics.
func (l *loop[V]) run(call func(context.Context) error) error {
	defer l.close()
	return call(l)
}

// begin begins a ranging. There is one at a time, and none after one that has given something: the error is
// what its link gets in its place.
func (l *loop[V]) begin() (ok bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.ranged:
		return false, errTwoRuns
	case l.given:
		return false, l.last
	}
	l.ranged = true
	return true, nil
}

func (l *loop[V]) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ranged = false
}

// give runs the loop's body once. Its panic goes through the callee to the caller, as it would without a
// wrapper.
func (l *loop[V]) give(value V, err error) (more bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	l.given, l.last, l.inBody = true, err, true
	more = l.yield(value, err)
	l.inBody, l.stopped = false, !more
	return more
}

func (l *loop[V]) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
}

func (l *loop[V]) hasLeft() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.inBody
}

func (l *loop[V]) wasGiven() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.given
}

// body is a loop of whatever type.
type body interface {
	hasLeft() bool
	wasGiven() bool
}

// loop returns the loop that the call is a ranging for; false where it isn't one, though it may be made within one.
func (p *pass) loop() (l body, ok bool) {
	if p.plan.sequence {
		l, ok = p.caller.Value(loopKey{}).(body)
	}
	return l, ok
}

// loopHasLeft reports whether a call that doesn't return is a ranging whose loop's body has panicked, or
// ended the goroutine: that is the caller leaving, as by break.
func (p *pass) loopHasLeft() bool {
	l, ok := p.loop()
	return ok && l.hasLeft()
}

// loopWasGiven reports whether the call is a ranging whose loop's body has run: its pairs can't be taken back.
func (p *pass) loopWasGiven() bool {
	l, ok := p.loop()
	return ok && l.wasGiven()
}
