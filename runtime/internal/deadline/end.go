package deadline

import (
	"context"
	"fmt"
	"time"
)

// A context of ours that ends by itself takes one of these two for its own end, which
// the standard library ended the same way: error, closed channel, and the key behind
// which context.Cause finds the cause are then right without further ado. They know
// no values: those are the parent's.
var (
	exceeded = ended(context.WithDeadline(context.Background(), time.Time{}))
	canceled = ended(context.WithCancel(context.Background()))
)

// endedAs returns a context with the error and the cause that parent, which has ended,
// has now. Parent's own cause may change, if it isn't the standard library's.
func endedAs(parent context.Context) context.Context {
	return ended(context.WithCancel(parent))
}

// ended cancels ctx, which changes nothing where it has ended already.
func ended(ctx context.Context, cancel context.CancelFunc) context.Context {
	cancel()
	return ctx
}

// endsBefore reports whether parent's own deadline comes before t, so that a context
// derived from parent never reaches a deadline t of its own.
func endsBefore(parent context.Context, t time.Time) bool {
	deadline, ok := parent.Deadline()
	return ok && deadline.Before(t)
}

// NameOf returns the name under which the standard library's contexts show ctx.
// It doesn't let fmt look into ctx, which is in use by other goroutines.
func NameOf(ctx context.Context) string {
	if named, ok := ctx.(fmt.Stringer); ok {
		return named.String()
	}
	return fmt.Sprintf("%T", ctx)
}
