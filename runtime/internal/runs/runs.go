// Package runs keeps the runs of one call apart, where several goroutines may see it: links of
// the user's may run it again, in another goroutine, or when its caller is gone, and a detached
// attempt goes on alone.
//
// It knows slots, errors, and of attempts that they differ. Each run has results of its own; the
// caller gets those of one, whole, and the others are dropped, once, also those to come. No
// function that it is given runs under its lock but those about the arguments.
package runs

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/breakergen/breakergen/runtime/internal/fault"
	"github.com/breakergen/breakergen/runtime/internal/slot"
)

// Kind is what the calls of one method have in common.
type Kind struct {
	Slots slot.Type
	// Repeatable says whether the arguments can be used again.
	Repeatable func(args any) bool
	// Renew makes other arguments of them, in place; nil where they stay the same.
	Renew func(args any) error
	// Drop closes results, and reports whether there was anything to close.
	Drop func(result any) (closed bool)
}

// Runs are those of one call. Init them first. An Attempt is one of the call's; its zero value is
// one that isn't known.
type Runs[Attempt comparable] struct {
	kind *Kind

	mu         sync.Mutex
	slot, args any // the caller's own, whose arguments the next run gets; guarded by mu, as all below
	used       bool
	ended      []run[Attempt] // in the order of their ends
	last       Attempt
	left       []Attempt
	over       bool // the caller has got its results: the slot isn't this call's any more
}

// run is one that has ended.
type run[Attempt comparable] struct {
	attempt Attempt
	result  any // a pointer to it; nil where nobody is to see it, as it is dropped
	err     error
	taken   bool // to be dropped: by whoever has taken it, and nobody else
}

func (e *run[Attempt]) mayBeOf(a Attempt) bool {
	var unknown Attempt
	return e.attempt == a || e.attempt == unknown
}

// ErrOver is what a run gets that begins when its caller has left: it isn't made. It is a context.Canceled.
var ErrOver = fmt.Errorf("the call is over: %w", context.Canceled)

// Init is for a call whose arguments are in a slot of the caller's.
func (r *Runs[Attempt]) Init(kind *Kind, mine any) {
	r.kind, r.slot = kind, mine
	r.args, _ = slot.Parts(mine)
}

// Begin returns a slot of its own for a run. The arguments are renewed where a link runs the call
// again, as the retry has them renewed. A run that comes when its caller has left isn't
// made: the arguments aren't the call's any more.
func (r *Runs[Attempt]) Begin(a Attempt) (own any, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over || r.isLeft(a) {
		return nil, ErrOver
	}
	if r.used && r.kind.Renew != nil && r.kind.Repeatable(r.args) {
		err = r.renew()
	}
	r.used = true
	return r.kind.Slots.Fork(r.slot), err
}

// End takes what a run has returned: its slot, and the error. What nobody will see is dropped.
func (r *Runs[Attempt]) End(a Attempt, own any, err error) {
	_, result := slot.Parts(own)
	if !r.keep(run[Attempt]{attempt: a, result: result, err: err}) {
		r.kind.Drop(result)
	}
}

func (r *Runs[Attempt]) keep(ended run[Attempt]) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.isLeft(ended.attempt) {
		return false
	}
	ended.taken = r.over
	r.ended = append(r.ended, ended) // though its caller has left, it may be judged
	return !r.over
}

// isLeft reports whether an attempt is left alone. The caller holds mu, as for all below that say
// nothing else.
func (r *Runs[Attempt]) isLeft(a Attempt) bool {
	var unknown Attempt
	return a != unknown && slices.Contains(r.left, a)
}

// Finish puts what goes with the call's error in result, and drops all other results, also
// those to come. It reports whether the arguments were used, and whether there was anything to put
// there.
func (r *Runs[Attempt]) Finish(err error, result any) (used, answered bool) {
	r.mu.Lock()
	r.over = true
	chosen := r.runFor(err, r.ended)
	kept := chosen != nil && chosen.result != nil
	if kept {
		slot.Assign(result, chosen.result)
	}
	others := r.take(func(e *run[Attempt]) bool {
		return e != chosen && !(kept && slot.Same(e.result, result))
	})
	used = r.used
	r.mu.Unlock()
	r.drop(others)
	return used, kept
}

// GiveUp ends a call that nobody gets an answer to: all results are dropped, also those to come.
func (r *Runs[Attempt]) GiveUp() (used bool) {
	r.mu.Lock()
	r.over = true
	all := r.take(func(*run[Attempt]) bool { return true })
	used = r.used
	r.mu.Unlock()
	r.drop(all)
	return used
}

// Drop closes the results of an attempt: another one replaces them.
func (r *Runs[Attempt]) Drop(a Attempt) {
	r.mu.Lock()
	replaced := r.take(func(e *run[Attempt]) bool { return e.attempt == a && !r.over })
	r.mu.Unlock()
	for _, result := range replaced {
		if r.kind.Drop(result) { // what has nothing to close may still go to the call's caller
			r.forget(result)
		}
	}
}

// Abandon drops the results of an attempt that is left alone, also those to come. err is what the
// caller gets in their place.
func (r *Runs[Attempt]) Abandon(a Attempt, err error) {
	r.mu.Lock()
	left := r.take(func(e *run[Attempt]) bool { return e.attempt == a && !r.over })
	r.left = append(r.left, a)
	r.ended = slices.DeleteFunc(r.ended, func(e run[Attempt]) bool { return e.attempt == a })
	r.ended = append(r.ended, run[Attempt]{attempt: a, err: err})
	r.mu.Unlock()
	r.drop(left)
}

// take returns the results of those runs, for drop.
func (r *Runs[Attempt]) take(those func(*run[Attempt]) bool) (results []any) {
	for i := range r.ended {
		if e := &r.ended[i]; e.result != nil && !e.taken && those(e) {
			e.taken = true
			results = append(results, e.result)
		}
	}
	return results
}

// drop drops what take has returned, of which nobody gets anything. The caller doesn't hold mu.
func (r *Runs[Attempt]) drop(results []any) {
	for _, result := range results {
		r.kind.Drop(result)
	}
}

func (r *Runs[Attempt]) forget(result any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.ended {
		if r.ended[i].result == result {
			r.ended[i].result = nil
		}
	}
}

// Settled notes whose error went on last, and reports whether a run of that attempt, or of what may be it, has ended.
func (r *Runs[Attempt]) Settled(a Attempt) (answered bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = a
	return slices.ContainsFunc(r.ended, func(e run[Attempt]) bool { return e.mayBeOf(a) })
}

// runFor returns the run whose results go with an error: the newest that returned it, first of
// those that nothing has replaced, or where a link made another one of it, the last attempt's
// newest; nil for none.
func (r *Runs[Attempt]) runFor(err error, ended []run[Attempt]) *run[Attempt] {
	for _, taken := range []bool{false, true} {
		for i := len(ended) - 1; i >= 0; i-- {
			e := &ended[i]
			if e.taken == taken && (e.err == nil && err == nil || e.err != nil && fault.ComesFrom(err, e.err)) {
				return e
			}
		}
	}
	var unknown Attempt
	for i := len(ended) - 1; i >= 0; i-- {
		if e := &ended[i]; e.attempt == unknown || r.last == unknown || e.attempt == r.last {
			return e
		}
	}
	return nil
}

// resultFor returns a pointer to those results.
func (r *Runs[Attempt]) resultFor(err error, ended []run[Attempt]) (result any) {
	if e := r.runFor(err, ended); e != nil && e.result != nil {
		return e.result
	}
	return r.kind.Slots.NoResult()
}

// ResultOf returns a pointer to the results of one attempt, or of what may be one, that go with
// its error.
func (r *Runs[Attempt]) ResultOf(a Attempt, err error) any {
	r.mu.Lock()
	defer r.mu.Unlock()
	var own []run[Attempt]
	for _, e := range r.ended {
		if e.mayBeOf(a) {
			own = append(own, e)
		}
	}
	return r.resultFor(err, own)
}

// Args returns a pointer to a copy of the arguments; to zero ones where they aren't the call's any more.
func (r *Runs[Attempt]) Args() any {
	r.mu.Lock()
	defer r.mu.Unlock()
	from := r.slot
	if r.over {
		from = r.kind.Slots.New()
	}
	args, _ := slot.Parts(r.kind.Slots.Fork(from))
	return args
}

// Repeatable reports whether the arguments can be used again, and are still the call's.
func (r *Runs[Attempt]) Repeatable() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !r.over && r.kind.Repeatable(r.args)
}

// Renew has the arguments of the next run made.
func (r *Runs[Attempt]) Renew() error {
	if r.kind.Renew == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.renew()
}

func (r *Runs[Attempt]) renew() error {
	if r.over {
		return context.Canceled
	}
	err := r.kind.Renew(r.args)
	if err == nil {
		r.used = false
	}
	return err
}
