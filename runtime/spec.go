package runtime

import (
	"fmt"
	"reflect"
	"time"

	"github.com/breakergen/breakergen/runtime/internal/drop"
)

// Spec describes one wrapped method.
type Spec struct {
	// Name is the method's name, as in Policies.
	Name string
	// Circuit is the whole name of the circuit that a directive gave; where it is
	// empty, the name is <prefix>.<Name>.
	Circuit string
	// Directive holds what directives ask for, Config what the configuration sets; nil is
	// nothing. They aren't kept.
	Directive, Config *Policy
	// NotRepeated says why the types forbid a retry, such as "picture io.Reader is read
	// once". It is empty where they don't, or where the method's own directive asks for
	// one all the same.
	NotRepeated string
	// ReadOnce says that an argument, such as an io.Reader, is gone once the method had it: a
	// fallback gets none that is. It is false where the method's own directive asks for retries.
	ReadOnce bool
	// AsksForRetry says that the method's own directive asks for retries: they are made
	// also where the call is part of an attempt that is retried itself.
	AsksForRetry bool
	// Sequence says that the call is a ranging: see the functions Sequence and Range.
	Sequence bool
	// NoContext says that the method takes no context: it has no timeout unless a
	// policy asks for one, which is then detached.
	NoContext bool
	// LivesOn says that a result, or what was begun with a parameter, goes on using the
	// context after the call.
	LivesOn bool
	// Protocol says what the method's errors mean, unless a policy does; nil where every
	// error is a failure.
	Protocol *Protocol
	// Hooks are asked about the arguments and results themselves: Hooks of the method's
	// types, or nil.
	Hooks AnyHooks
	// MaxKeys bounds the number of circuits that Hooks.Key names; 0 is 1000.
	MaxKeys int
}

// policy checks the method's policies and puts one over the other.
func (s *Spec) policy() (Policy, []error) {
	path := "Policies." + s.Name
	var directive, config Policy
	if s.Directive != nil {
		directive = *s.Directive
	}
	if s.Config != nil {
		config = *s.Config
	}
	errs := config.check(path)
	if len(errs) > 0 {
		return Policy{}, errs
	}
	if retry := config.Retry; s.NotRepeated != "" && !retry.Off &&
		(retry.Attempts > 1 || retry.Backoff > 0 || retry.MaxBackoff > 0 || retry.On != nil) {
		errs = append(errs, fmt.Errorf("%s.Retry asks for a retry, but %s: "+
			"only //breakergen:retry on the method itself has it repeated", path, s.NotRepeated))
	}
	if s.NoContext && directive.Timeout == (TimeoutPolicy{}) {
		directive.Timeout.Off = true
	}
	if s.MaxKeys < 0 {
		errs = append(errs, fmt.Errorf("%s: MaxKeys is %d: it must not be negative", path, s.MaxKeys))
	}
	merged := overlay(directive, config)
	return merged, append(errs, merged.check(path)...)
}

// Hooks are what has to be asked of a method's arguments A and results R themselves. Most
// methods have none. All fields may be nil.
type Hooks[A, R any] struct {
	// Repeatable says whether these arguments can be used again.
	Repeatable func(args A) bool
	// Renew makes the arguments of each run of the method after the first, the
	// fallback's included, of the ones before.
	Renew func(args A) (A, error)
	// Discard is given arguments with which the method was never called.
	Discard func(args A)
	// ClassifyResult judges the results too, and is asked about nil errors. Spec.Directive's
	// Classify is nil then.
	ClassifyResult func(result R, err error) Outcome
	// RetryResult says in place of Protocol.Retry which failures are worth another
	// attempt, and is asked about results without an error too.
	RetryResult func(args A, result R, err error) bool
	// RetryAfter returns the least wait that results ask for before another attempt;
	// false where they ask for none.
	RetryAfter func(result R, err error) (time.Duration, bool)
	// Drop closes results that the caller never gets, and reports whether there was
	// anything to close; without it they go to the function Drop.
	Drop func(result R) (closed bool)
	// Key names the circuit for these arguments: <circuit>[<key>].
	Key func(args A) string
}

// AnyHooks are Hooks of any types.
type AnyHooks interface{ hooks() any }

// hooks are Hooks that know no types: they are given pointers.
type hooks struct {
	args, result reflect.Type // what the pointers must refer to

	repeatable func(args any) bool
	renew      func(args any) error // in place
	discard    func(args any)
	classify   func(result any, err error) Outcome
	retry      func(args, result any, err error) bool
	retryAfter func(result any, err error) (time.Duration, bool)
	drop       func(result any) bool
	key        func(args any) string
}

func (h Hooks[A, R]) hooks() any {
	bare := &hooks{args: reflect.TypeFor[A](), result: reflect.TypeFor[R]()}
	if h.Repeatable != nil {
		bare.repeatable = func(args any) bool { return h.Repeatable(*args.(*A)) }
	}
	if h.Renew != nil {
		bare.renew = func(args any) error {
			renewed, err := h.Renew(*args.(*A))
			if err == nil {
				*args.(*A) = renewed
			}
			return err
		}
	}
	if h.Discard != nil {
		bare.discard = func(args any) { h.Discard(*args.(*A)) }
	}
	if h.ClassifyResult != nil {
		bare.classify = func(result any, err error) Outcome { return h.ClassifyResult(*result.(*R), err) }
	}
	if h.RetryResult != nil {
		bare.retry = func(args, result any, err error) bool {
			return h.RetryResult(*args.(*A), *result.(*R), err)
		}
	}
	if h.RetryAfter != nil {
		bare.retryAfter = func(result any, err error) (time.Duration, bool) {
			return h.RetryAfter(*result.(*R), err)
		}
	}
	if h.Drop != nil {
		bare.drop = func(result any) bool { return h.Drop(*result.(*R)) }
	}
	if h.Key != nil {
		bare.key = func(args any) string { return h.Key(*args.(*A)) }
	}
	return bare
}

// Drop closes results that the caller never gets, as another attempt or the fallback
// replaces them, or they come too late: each that is an io.Closer, or has one in an
// exported field, its own or of what it embeds. Of the body of a *http.Response a little is
// read first, for 50ms at most.
// Generated code calls it; it reports whether anything was closed.
func Drop(results ...any) (closed bool) {
	for _, result := range results {
		closed = drop.Value(reflect.ValueOf(result)) || closed
	}
	return closed
}
