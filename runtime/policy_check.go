package runtime

import (
	"fmt"
	"time"
)

const (
	defaultWindow     = 10 * time.Second
	defaultOpenFor    = 5 * time.Second
	defaultBackoff    = 50 * time.Millisecond
	defaultMaxBackoff = time.Second
	defaultAttempt    = time.Second
	defaultMaxKeys    = 1000
)

// maxWindowCalls bounds the memory of a window of calls, which takes 16 bytes for each.
const maxWindowCalls = 1_000_000

// check returns what is impossible in p, each error beginning with path and the
// field's name.
func (p Policy) check(path string) []error {
	c := checker{path: path}
	b := p.Breaker
	c.rate("Breaker.FailureRate", b.FailureRate)
	c.count("Breaker.MinCalls", b.MinCalls)
	c.duration("Breaker.Window", b.Window)
	c.count("Breaker.WindowCalls", b.WindowCalls)
	if b.WindowCalls > maxWindowCalls {
		c.add("Breaker.WindowCalls", b.WindowCalls, fmt.Sprintf("it must be at most %d", maxWindowCalls))
	}
	if b.Window > 0 && b.WindowCalls > 0 {
		c.add("Breaker.WindowCalls", b.WindowCalls, "Breaker.Window is set too: set one of them")
	}
	c.duration("Breaker.OpenFor", b.OpenFor)
	c.duration("Breaker.MaxOpenFor", b.MaxOpenFor)
	if b.MaxOpenFor > 0 && b.MaxOpenFor < b.OpenFor {
		c.add("Breaker.MaxOpenFor", b.MaxOpenFor, fmt.Sprintf("it must be at least Breaker.OpenFor, %s", b.OpenFor))
	}
	c.count("Breaker.Probes", b.Probes)
	c.duration("Breaker.Slow", b.Slow)
	c.rate("Breaker.SlowRate", b.SlowRate)

	c.count("Retry.Attempts", p.Retry.Attempts)
	c.duration("Retry.Backoff", p.Retry.Backoff)
	c.duration("Retry.MaxBackoff", p.Retry.MaxBackoff)
	if p.Retry.MaxBackoff > 0 && p.Retry.Backoff > p.Retry.MaxBackoff {
		c.add("Retry.Backoff", p.Retry.Backoff,
			fmt.Sprintf("it must be at most Retry.MaxBackoff, %s", p.Retry.MaxBackoff))
	}

	c.duration("Timeout.Attempt", p.Timeout.Attempt)
	c.duration("Timeout.Total", p.Timeout.Total)
	c.count("Bulkhead.Limit", p.Bulkhead.Limit)
	c.duration("Bulkhead.Wait", p.Bulkhead.Wait)
	return c.errs
}

// checker collects errors that name the field.
type checker struct {
	path string
	errs []error
}

func (c *checker) add(field string, value any, problem string) {
	c.errs = append(c.errs, fmt.Errorf("%s.%s is %v: %s", c.path, field, value, problem))
}

func (c *checker) duration(field string, d time.Duration) {
	if d < 0 {
		c.add(field, d, "it must not be negative")
	}
}

func (c *checker) count(field string, n int) {
	if n < 0 {
		c.add(field, n, "it must not be negative")
	}
}

// rate refuses NaN too, which is neither over 0 nor at most 1.
func (c *checker) rate(field string, r float64) {
	if r != 0 && !(r > 0 && r <= 1) {
		c.add(field, r, "it must be over 0 and at most 1")
	}
}
