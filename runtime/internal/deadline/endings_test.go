package deadline

import (
	"context"
	"testing"
	"testing/synctest"
)

// TestContextEndings has every ending happen to every kind of context: to one that
// nobody has asked for anything, to one whose Done is waited for, and to one with
// contexts derived from it, which must all end with it.
func TestContextEndings(t *testing.T) {
	for _, kind := range contextKinds {
		for _, ending := range endings {
			for ask, prepare := range asks {
				if ending.watched && ask == "unasked" && kind.name != "WithTimeout" {
					continue
				}
				t.Run(kind.name+"/"+ending.name+"/"+ask, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { ending.run(t, kind, prepare) })
				})
			}
		}
	}
}

func (e *ending) run(t *testing.T, kind contextKind, prepare func(context.Context) *offspring) {
	root, cancelRoot := context.WithCancelCause(context.Background())
	s := &contextScene{cancelRoot: cancelRoot, endParent: func() {}}
	parent := root
	if e.parent != nil {
		parent, s.endParent = e.parent(root)
	}
	s.play(e.before)
	s.ctx = kind.derive(parent, e.timeout)
	children := prepare(s.ctx.Context)
	s.play(e.happens)

	e.checkExpired(t, s.ctx) // before the rest, as the timeout link asks
	e.check(t, "the context", s.ctx.Context)
	children.check(t, e.fate)
	newcomers := newOffspring(s.ctx.Context)
	synctest.Wait()
	newcomers.check(t, e.fate)

	s.play(steps{callReturns, rootEnds, parentEnds, passes(48 * anHour)})
	if e.err != nil { // nothing changes it any more
		e.checkExpired(t, s.ctx)
		e.check(t, "the context afterwards", s.ctx.Context)
		children.check(t, e.fate)
	}
}

func (f fate) checkExpired(t *testing.T, ctx *derived) {
	t.Helper()
	if ctx.expired == nil {
		return
	}
	if got := ctx.expired(); got != f.expired {
		t.Errorf("expired() = %v, want %v", got, f.expired)
	}
}

func (f fate) check(t *testing.T, what string, ctx context.Context) {
	t.Helper()
	if got := ctx.Err(); got != f.err {
		t.Errorf("%s: Err() = %v, want %v", what, got, f.err)
	}
	if got := context.Cause(ctx); got != f.cause {
		t.Errorf("%s: Cause() = %v, want %v", what, got, f.cause)
	}
	if got := isClosed(ctx.Done()); got != (f.err != nil) {
		t.Errorf("%s: Done() closed: %v, want %v", what, got, f.err != nil)
	}
}

func isClosed(done <-chan struct{}) bool {
	select {
	case <-done:
		return true
	default:
		return false
	}
}
