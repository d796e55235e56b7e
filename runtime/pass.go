package runtime

import (
	"context"
	"math"
	"time"

	"github.com/breakergen/breakergen/runtime/internal/callctx"
	"github.com/breakergen/breakergen/runtime/internal/places"
	"github.com/breakergen/breakergen/runtime/internal/state"
	"github.com/breakergen/breakergen/runtime/internal/window"
)

// pass is one way of a call through the built-in links, and the context that they
// hand each other. In a chain of built-in links only, a call makes one pass, which
// is used again for a later call; so nothing that a callee gets may refer to it.
type pass struct {
	// Context is what the callee is to see: the caller's own context, or the one
	// that ends at the total's deadline.
	context.Context
	caller  context.Context // the context that the call came with
	call    subject
	circuit *circuit
	plan    *plan
	stripe  uint32 // which part of the statistics to use

	now     int64         // the newest reading of the clock
	isCall  bool          // what the breaker sees is the whole call, not one attempt
	probe   bool          // let through by a half-open circuit: one attempt only
	made    bool          // an attempt was made since the breaker let it through
	attempt int           // the number of the attempt under way, from 1
	limit   time.Duration // the time of the attempt under way
	within  *callctx.Mark // the attempt that the call is part of; nil for none
	nested  bool          // that one, or one around it, has the same circuit
	// countsAttempts says that the retry is outside of the breaker.
	countsAttempts bool
	place          *places.Places // whose place the attempt holds; nil for none
	total          callctx.Ending
	endsAt         int64 // the total's deadline on the registry's clock
	verdict        verdict
	failure        error       // what the breaker link got
	panicked       *PanicError // where a detached attempt has
	ran            *engineRun  // what an engine's breaker has done with the call; nil elsewhere
	flight         window.Flight
	admission      state.Ticket
}

// in returns the time d from now, which is never past the end of all time.
func (p *pass) in(d time.Duration) int64 { return p.now + min(int64(d), math.MaxInt64-1-p.now) }

// subject is what the links ask of the call that passes through them.
type subject interface {
	// judge says who is at fault for err, which is nil for the results alone.
	judge(p *plan, a *attempt, err error) Outcome
	// worthRetry reports whether a failure, err or results without one, is worth another
	// attempt, and leastWait how long that has to wait at least.
	worthRetry(p *plan, err error) bool
	leastWait(err error) time.Duration
	// repeatable reports whether the arguments can be used again.
	repeatable() bool
	// renew makes the arguments of the next attempt.
	renew() error
	// drop closes the results of the attempts so far: another one replaces them.
	drop()
	// judgeOverdue judges a call that is still under way after its deadline, without its
	// results: it may be asked while the call goes on, and after its end.
	judgeOverdue(p *plan, err error) Outcome
	// settled is told of each attempt whose error goes on.
	settled(a *attempt)
	// abandon drops the results of an attempt that is left alone, also those to come.
	// err is what its caller gets in their place.
	abandon(a *attempt, err error)
}
