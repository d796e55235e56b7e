package runtime

import (
	"context"
	"fmt"
	"time"
)

// Spec describes one wrapped method with arguments A and results R: a method's one
// argument or result itself, a struct of several, struct{} for none. The context and
// the error aren't among them.
type Spec[T, A, R any] struct {
	// Name is the method's name, as in Policies.
	Name string
	// Circuit is the whole name of the circuit that a directive gave; where it is
	// empty, the name is <prefix>.<Name>.
	Circuit string
	// Call calls the method, on next or on the fallback.
	Call func(next T, ctx context.Context, args A) (R, error)
	// Directive holds what directives ask for, Config what the configuration sets.
	Directive, Config Policy
	// NotRepeated says why the types forbid a retry, such as "picture io.Reader is read
	// once". It is empty where they don't, or where the method's own directive asks for
	// one all the same.
	NotRepeated string
	// AsksForRetry says that the method's own directive asks for retries: they are made
	// also where the call is part of an attempt that is retried itself.
	AsksForRetry bool
	// Sequence says that the call is a ranging: see the functions Sequence and Range.
	Sequence bool
	// NoContext says that the method takes no context: it has no timeout unless a
	// policy asks for one, which is then detached.
	NoContext bool
	// LivesOn says that a result goes on using the context after the call.
	LivesOn bool
	// Repeatable, if set, says whether these arguments can be used again.
	Repeatable func(args A) bool
	// Renew, if set, makes the arguments of each run of the method after the first,
	// the fallback's included, of the ones before.
	Renew func(args A) (A, error)
	// Discard, if set, is given arguments with which the method was never called.
	Discard func(args A)
	// ClassifyResult, if set, judges the results too, and is asked about nil errors.
	// Directive.Classify is nil then.
	ClassifyResult func(result R, err error) Outcome
	// Protocol says what the method's errors mean, unless a policy does; nil where every
	// error is a failure.
	Protocol *Protocol
	// RetryResult, if set, says in place of Protocol.Retry which failures are worth
	// another attempt, and is asked about results without an error too.
	RetryResult func(args A, result R, err error) bool
	// RetryAfter, if set, returns the least wait that results ask for before another
	// attempt; false where they ask for none.
	RetryAfter func(result R, err error) (time.Duration, bool)
	// Drop, if set, closes results that the caller never gets, and reports whether there
	// was anything to close; else they go to the function Drop.
	Drop func(result R) (closed bool)
	// Key, if set, names the circuit for these arguments: <circuit>[<key>].
	Key func(args A) string
	// MaxKeys bounds the number of these circuits; 0 is 1000.
	MaxKeys int
}

// policy checks the method's policies and puts one over the other.
func (s *Spec[T, A, R]) policy() (Policy, []error) {
	path := "Policies." + s.Name
	errs := s.Config.check(path)
	if len(errs) > 0 {
		return Policy{}, errs
	}
	if retry := s.Config.Retry; s.NotRepeated != "" && !retry.Off &&
		(retry.Attempts > 1 || retry.Backoff > 0 || retry.MaxBackoff > 0 || retry.On != nil) {
		errs = append(errs, fmt.Errorf("%s.Retry asks for a retry, but %s: "+
			"only //breakergen:retry on the method itself has it repeated", path, s.NotRepeated))
	}
	directive := s.Directive
	if s.NoContext && directive.Timeout == (TimeoutPolicy{}) {
		directive.Timeout.Off = true
	}
	if s.MaxKeys < 0 {
		errs = append(errs, fmt.Errorf("%s: MaxKeys is %d: it must not be negative", path, s.MaxKeys))
	}
	merged := overlay(directive, s.Config)
	return merged, append(errs, merged.check(path)...)
}
