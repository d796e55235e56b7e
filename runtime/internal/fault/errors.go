package fault

import (
	"context"
	"errors"
	"os"
	"reflect"
	"slices"
	"time"
)

// ComesFrom reports whether err is cause, or wraps it. An error that can't be compared is one that
// holds the same.
func ComesFrom(err, cause error) bool {
	if reflect.ValueOf(cause).Comparable() {
		return errors.Is(err, cause)
	}
	return Some(err, func(err error) bool { return reflect.DeepEqual(err, cause) })
}

// Some reports whether is holds for err or for one of those that it wraps: it looks where errors.Is
// does, for what can't be compared or has no type that is known.
func Some(err error, is func(error) bool) bool {
	if is(err) {
		return true
	}
	switch wraps := err.(type) {
	case interface{ Unwrap() error }:
		inner := wraps.Unwrap()
		return inner != nil && Some(inner, is)
	case interface{ Unwrap() []error }:
		return slices.ContainsFunc(wraps.Unwrap(), func(err error) bool { return Some(err, is) })
	default:
		return false
	}
}

// EndOf returns the error with which a context has ended, and its cause where that is
// another.
func EndOf(ctx context.Context) error { return WithCause(ctx, ctx.Err()) }

// WithCause adds the cause of ctx's end to err, unless that has it.
func WithCause(ctx context.Context, err error) error {
	cause := context.Cause(ctx)
	if cause == nil || ComesFrom(err, cause) {
		return err
	}
	return errors.Join(err, cause)
}

// isDeadline tells a context's deadline from its cancellation.
func isDeadline(err error) bool { return errors.Is(err, context.DeadlineExceeded) }

// soon is how much earlier than a context a connection may end that was given the
// context's deadline as its own.
const soon = time.Millisecond

// endsSoon reports whether a context's deadline is reached, or about to be: drivers give
// their connections the context's deadline, and those end some microseconds before its
// timer has run.
func endsSoon(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Until(deadline) <= soon
}

// saysTimeout reports whether err says that a time was over.
func saysTimeout(err error) bool {
	if err == nil {
		return false // to look into it would allocate
	}
	var timeout interface{ Timeout() bool }
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}
