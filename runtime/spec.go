package runtime

import "fmt"

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
