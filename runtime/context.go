package runtime

import (
	"context"
	"time"

	"github.com/breakergen/breakergen/runtime/internal/callctx"
)

// WithoutRetry returns a context for one call that is to make one attempt, whatever its
// policy says. The wrapper's method reads it as the call begins; what is wrapped doesn't see
// it, nor do the calls that that makes itself.
func WithoutRetry(ctx context.Context) context.Context { return callctx.WithoutRetry(ctx) }

// WithTimeout returns a context for one call whose attempts have d each, whatever its policy
// says. It ends nothing itself: the caller's own deadline is a context.WithTimeout's. As
// WithoutRetry, it is read as the call begins, and not seen by what is wrapped.
func WithTimeout(ctx context.Context, d time.Duration) context.Context {
	return callctx.WithTimeout(ctx, d)
}

// CallInfo tells a link of the user's own about the call that runs through it.
type CallInfo struct {
	// Circuit is the circuit of the call.
	Circuit *Circuit
	// Attempt is the number of the attempt under way, from 1, for links in Inner; for
	// links in Outer, which see the whole call, it is 0.
	Attempt int
}

// CallInfoFrom returns what is known of the call whose context a link in Outer or Inner
// has; false where ctx isn't such a context.
func CallInfoFrom(ctx context.Context) (CallInfo, bool) {
	switch of := ctx.Value(infoKey{}).(type) {
	case *attempt:
		return CallInfo{Circuit: of.circuit.public, Attempt: of.number}, true
	case *callContext:
		return CallInfo{Circuit: of.circuit.public}, true
	default:
		return CallInfo{}, false
	}
}

// CauseFrom returns the error that a fallback is asked to make good, given the context
// of the fallback's method; nil elsewhere, and where a directive judged results without
// an error a failure. A fallback that has no answer to it returns it.
func CauseFrom(ctx context.Context) error {
	cause, _ := ctx.Value(causeKey{}).(error)
	return cause
}

type causeKey struct{}
