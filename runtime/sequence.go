package runtime

import (
	"context"
	"errors"
	"iter"
	"sync/atomic"

	"github.com/breakergen/breakergen/runtime/internal/deadline"
	"github.com/breakergen/breakergen/runtime/internal/fault"
)

// A method that returns an iter.Seq2 of values and errors does its work as that is ranged
// over: so the ranging is the call. It runs in the goroutine of the loop, is never made
// again, as its pairs can't be taken back, and never detached.

// errStopped is how a ranging ends that its loop has left early, by break or return: that
// says nothing of the dependency.
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
		err := call(l)
		if err != nil && !l.stopped && !(l.last != nil && fault.ComesFrom(err, l.last)) {
			var none V
			yield(none, err)
		}
	}
}

// Range hands the pairs of a sequence to the loop whose context it is given, and returns the
// last pair's error. A fallback's pairs are handed out only where there were none before.
func Range[V any](ctx context.Context, seq iter.Seq2[V, error]) error {
	l, ok := ctx.Value(loopKey{}).(*loop[V])
	switch {
	case !ok:
		return errNoLoop
	case !l.taken.CompareAndSwap(false, true):
		return errTwoRuns
	}
	defer l.taken.Store(false)
	if l.given {
		return l.last
	}
	for value, err := range seq {
		l.given, l.last = true, err
		if !l.give(value, err) {
			return errStopped
		}
	}
	return l.last
}

// loop is the body of the caller's loop, and what it has been given. It is the context that
// leads to it.
type loop[V any] struct {
	context.Context
	yield   func(V, error) bool
	taken   atomic.Bool // by a ranging that is under way; that one's are all below
	given   bool
	last    error
	stopped bool
	inBody  bool // also after the body has panicked, or ended the goroutine
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

// give runs the loop's body once. Its panic goes through the callee to the caller, as it would without a
// wrapper.
func (l *loop[V]) give(value V, err error) (more bool) {
	l.inBody = true
	more = l.yield(value, err)
	l.inBody, l.stopped = false, !more
	return more
}

func (l *loop[V]) hasLeft() bool { return l.inBody }

// loopHasLeft reports whether a call that doesn't return is a ranging whose loop's body has panicked, or
// ended the goroutine: that is the caller leaving, as by break.
func (p *pass) loopHasLeft() bool {
	if !p.plan.sequence {
		return false // the loop is one around the call
	}
	loop, ok := p.caller.Value(loopKey{}).(interface{ hasLeft() bool })
	return ok && loop.hasLeft()
}
