package runtime

import (
	"errors"
	"fmt"
	"time"

	"github.com/breakergen/breakergen/runtime/internal/text"
)

// MarshalJSON writes p in the words of directives:
//
//	{
//	  "breaker":  {"failure-rate": "50%", "min-calls": 20, "window": "10s", "open": "5s..1m",
//	               "probes": 1, "consecutive": 10, "slow": "2s", "slow-rate": "50%"},
//	  "retry":    {"attempts": 3, "backoff": "50ms..1s"},
//	  "timeout":  {"attempt": "300ms", "total": "1s", "detach": true},
//	  "bulkhead": {"limit": 10, "wait": "50ms"}
//	}
//
// A window that is a number is one of so many calls. The second of two durations is the
// greatest that the first grows to: MaxOpenFor and MaxBackoff. A link that is turned off is
// "off", or has "off": true beside what else is set of it; consecutive "off" is never. What
// is zero is left out, and so are Classify and Retry.On: a function can't be written. An
// impossible value is an error.
func (p Policy) MarshalJSON() ([]byte, error) {
	return writeText(p, policyText(&p))
}

// UnmarshalJSON reads what MarshalJSON writes, as it is or as YAML libraries that go by way of
// JSON make it of YAML. Of a timeout, its attempt alone may be written, "timeout": "300ms", and
// of a bulkhead its limit; a rate may be a number, 0.5. What isn't there is zero, which keeps
// what is in force; so zeros can't be written. The functions become nil. An error has all that
// is unknown or impossible, each with its path, as in "breaker.failure-rate: 150% is over
// 100%"; p is then as it was.
func (p *Policy) UnmarshalJSON(json []byte) error { return readText(p, policyText, json) }

// MarshalJSON writes b as in Policy.
func (b BreakerPolicy) MarshalJSON() ([]byte, error) {
	return writeText(Policy{Breaker: b}, breakerText(&b))
}

// UnmarshalJSON reads b as in Policy.
func (b *BreakerPolicy) UnmarshalJSON(json []byte) error { return readText(b, breakerText, json) }

// MarshalJSON writes r as in Policy, without On.
func (r RetryPolicy) MarshalJSON() ([]byte, error) {
	return writeText(Policy{Retry: r}, retryText(&r))
}

// UnmarshalJSON reads r as in Policy. On becomes nil.
func (r *RetryPolicy) UnmarshalJSON(json []byte) error { return readText(r, retryText, json) }

// MarshalJSON writes t as in Policy.
func (t TimeoutPolicy) MarshalJSON() ([]byte, error) {
	return writeText(Policy{Timeout: t}, timeoutText(&t))
}

// UnmarshalJSON reads t as in Policy.
func (t *TimeoutPolicy) UnmarshalJSON(json []byte) error { return readText(t, timeoutText, json) }

// MarshalJSON writes b as in Policy.
func (b BulkheadPolicy) MarshalJSON() ([]byte, error) {
	return writeText(Policy{Bulkhead: b}, bulkheadText(&b))
}

// UnmarshalJSON reads b as in Policy.
func (b *BulkheadPolicy) UnmarshalJSON(json []byte) error { return readText(b, bulkheadText, json) }

// writeText writes a policy that is possible, or a link of it.
func writeText(p Policy, link text.Link) ([]byte, error) {
	if err := inGo.check(p); err != nil {
		return nil, err
	}
	return link.Write(), nil
}

// readText reads to, all of it or nothing. By custom, null is nothing to read.
func readText[T any](to *T, of func(*T) text.Link, json []byte) error {
	if string(json) == "null" {
		return nil
	}
	var read T
	if err := errors.Join(of(&read).Read("", json)...); err != nil {
		return err
	}
	*to = read
	return nil
}

// words are how users have said what a policy is, and so how errors name what is impossible in it.
type words struct {
	breaker string
	check   func(Policy) error
}

var (
	inGo   = words{"Policy.Breaker", func(p Policy) error { return errors.Join(p.check("Policy")...) }}
	inText = words{"breaker", Policy.checkText}
)

// checkText checks what texts make together, with directives or with each other. By itself each was
// possible: so what may be wrong is that one has what a time begins with, and one what it grows to.
func (p Policy) checkText() error {
	var errs []error
	for _, grows := range []struct {
		path        string
		first, most time.Duration
	}{
		{"breaker.open", p.Breaker.OpenFor, p.Breaker.MaxOpenFor},
		{"retry.backoff", p.Retry.Backoff, p.Retry.MaxBackoff},
	} {
		if err := text.Grows(grows.first, grows.most); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", grows.path, err))
		}
	}
	return errors.Join(errs...)
}

// The links aren't methods' results: see circuit.go.

func policyText(p *Policy) text.Link {
	return text.Link{Fields: []text.Field{
		text.Nested("breaker", breakerText(&p.Breaker)),
		text.Nested("retry", retryText(&p.Retry)),
		text.Nested("timeout", timeoutText(&p.Timeout)),
		text.Nested("bulkhead", bulkheadText(&p.Bulkhead)),
	}}
}

func breakerText(b *BreakerPolicy) text.Link {
	return text.Link{Off: &b.Off, Fields: []text.Field{
		text.Rate("failure-rate", &b.FailureRate),
		text.Count("min-calls", &b.MinCalls),
		text.Window("window", &b.Window, &b.WindowCalls, maxWindowCalls),
		text.Growing("open", &b.OpenFor, &b.MaxOpenFor),
		text.Count("probes", &b.Probes),
		text.CountOrOff("consecutive", &b.Consecutive),
		text.Duration("slow", &b.Slow),
		text.Rate("slow-rate", &b.SlowRate),
		text.Flag("off", &b.Off),
	}}
}

func retryText(r *RetryPolicy) text.Link {
	return text.Link{Off: &r.Off, Fields: []text.Field{
		text.Count("attempts", &r.Attempts),
		text.Growing("backoff", &r.Backoff, &r.MaxBackoff),
		text.Flag("off", &r.Off),
	}}
}

func timeoutText(t *TimeoutPolicy) text.Link {
	return text.Link{Off: &t.Off, Bare: "attempt", Fields: []text.Field{
		text.Duration("attempt", &t.Attempt),
		text.Duration("total", &t.Total),
		text.Flag("detach", &t.Detach),
		text.Flag("off", &t.Off),
	}}
}

func bulkheadText(b *BulkheadPolicy) text.Link {
	return text.Link{Bare: "limit", Fields: []text.Field{
		text.Count("limit", &b.Limit),
		text.Duration("wait", &b.Wait),
	}}
}
