package runtime

import (
	"reflect"
	"weak"
)

// override is what Apply and settings from outside have changed of a circuit. It is immutable; nil is
// nothing.
type override struct {
	Policy
	// exact says of each link whether something has changed it that was said of this circuit,
	// and not only of all whose names begin alike.
	exact struct{ breaker, retry, timeout bool }
	alone bool // Apply has changed this circuit by itself, and not only with its family
	self  any  // a weak.Pointer to it, by which plans are kept
}

// with returns what is changed in all, where o was before.
func (o *override) with(p Policy, exact bool) *override {
	var next override
	if o != nil {
		next.Policy, next.exact, next.alone = o.Policy, o.exact, o.alone
	}
	next.Policy = overlay(next.Policy, p)
	if exact {
		next.exact.breaker = next.exact.breaker || p.Breaker != BreakerPolicy{}
		next.exact.retry = next.exact.retry || changesRetry(p.Retry)
		next.exact.timeout = next.exact.timeout || p.Timeout != TimeoutPolicy{}
	}
	next.self = weak.Make(&next)
	return &next
}

// says reports whether it says what another one does.
func (o *override) says(other *override) bool {
	if o == nil || other == nil {
		return o == other
	}
	return o.exact == other.exact && reflect.DeepEqual(o.Policy, other.Policy)
}

// over returns base, changed. What is said of many circuits turns on no link that base turns
// off: a retry off is there because the call must not be made twice.
func (o *override) over(base Policy) Policy {
	change := o.Policy
	if base.Breaker.Off && !o.exact.breaker {
		change.Breaker = BreakerPolicy{}
	}
	if base.Retry.Off && !o.exact.retry {
		change.Retry = RetryPolicy{}
	}
	if base.Timeout.Off && !o.exact.timeout {
		change.Timeout = TimeoutPolicy{}
	}
	return overlay(base, change)
}
