package runtime

import "cmp"

// overlay returns base with every field that over sets. A link that base turns off
// is on again where over sets another field of it.
func overlay(base, over Policy) Policy {
	if over.Classify == nil {
		over.Classify = base.Classify
	}
	return Policy{
		Breaker:  overlayBreaker(base.Breaker, over.Breaker),
		Retry:    overlayRetry(base.Retry, over.Retry),
		Timeout:  overlayTimeout(base.Timeout, over.Timeout),
		Bulkhead: overlayBulkhead(base.Bulkhead, over.Bulkhead),
		Classify: over.Classify,
	}
}

func overlayBreaker(base, over BreakerPolicy) BreakerPolicy {
	if over == (BreakerPolicy{}) {
		return base
	}
	if over.Window != 0 || over.WindowCalls != 0 { // two ways to say one thing
		base.Window, base.WindowCalls = 0, 0
	}
	return BreakerPolicy{
		FailureRate: cmp.Or(over.FailureRate, base.FailureRate),
		MinCalls:    cmp.Or(over.MinCalls, base.MinCalls),
		Window:      cmp.Or(over.Window, base.Window),
		WindowCalls: cmp.Or(over.WindowCalls, base.WindowCalls),
		OpenFor:     cmp.Or(over.OpenFor, base.OpenFor),
		MaxOpenFor:  cmp.Or(over.MaxOpenFor, base.MaxOpenFor),
		Probes:      cmp.Or(over.Probes, base.Probes),
		Consecutive: cmp.Or(over.Consecutive, base.Consecutive),
		Slow:        cmp.Or(over.Slow, base.Slow),
		SlowRate:    cmp.Or(over.SlowRate, base.SlowRate),
		Off:         over.Off,
	}
}

func overlayRetry(base, over RetryPolicy) RetryPolicy {
	if !changesRetry(over) {
		base.Off = base.Off || over.Off
		return base
	}
	if over.On == nil {
		over.On = base.On
	}
	return RetryPolicy{
		Attempts:   cmp.Or(over.Attempts, base.Attempts),
		Backoff:    cmp.Or(over.Backoff, base.Backoff),
		MaxBackoff: cmp.Or(over.MaxBackoff, base.MaxBackoff),
		On:         over.On,
		Off:        over.Off,
	}
}

// changesRetry reports whether a policy sets more than Off.
func changesRetry(r RetryPolicy) bool {
	return r.Attempts != 0 || r.Backoff != 0 || r.MaxBackoff != 0 || r.On != nil
}

func overlayTimeout(base, over TimeoutPolicy) TimeoutPolicy {
	if over == (TimeoutPolicy{}) {
		return base
	}
	return TimeoutPolicy{
		Attempt: cmp.Or(over.Attempt, base.Attempt),
		Total:   cmp.Or(over.Total, base.Total),
		Detach:  over.Detach || base.Detach,
		Off:     over.Off,
	}
}

func overlayBulkhead(base, over BulkheadPolicy) BulkheadPolicy {
	return BulkheadPolicy{
		Limit: cmp.Or(over.Limit, base.Limit),
		Wait:  cmp.Or(over.Wait, base.Wait),
	}
}

// withDefaults returns p with a value in every field, as the fields' comments say.
func (p Policy) withDefaults() Policy {
	p.Breaker = p.Breaker.WithDefaults()

	r := &p.Retry
	r.Attempts = cmp.Or(r.Attempts, 3)
	r.Backoff = cmp.Or(r.Backoff, defaultBackoff)
	r.MaxBackoff = cmp.Or(r.MaxBackoff, max(defaultMaxBackoff, r.Backoff))
	r.Backoff = min(r.Backoff, r.MaxBackoff) // it may be set alone, or by Apply for many methods

	p.Timeout.Attempt = cmp.Or(p.Timeout.Attempt, defaultAttempt)
	return p
}

// WithDefaults returns b with a value in every field, as the fields' comments say.
func (b BreakerPolicy) WithDefaults() BreakerPolicy {
	b.FailureRate = cmp.Or(b.FailureRate, 0.5)
	b.MinCalls = cmp.Or(b.MinCalls, 20)
	if b.WindowCalls > 0 {
		b.MinCalls = min(b.MinCalls, b.WindowCalls)
	} else {
		b.Window = cmp.Or(b.Window, defaultWindow)
	}
	b.OpenFor = cmp.Or(b.OpenFor, defaultOpenFor)
	b.MaxOpenFor = max(b.MaxOpenFor, b.OpenFor) // Apply may have set the one alone
	b.Probes = cmp.Or(b.Probes, 1)
	b.Consecutive = cmp.Or(b.Consecutive, 10)
	b.SlowRate = cmp.Or(b.SlowRate, 0.5)
	return b
}
