package runtime

import "github.com/breakergen/breakergen/runtime/internal/window"

// Counts says how a circuit's calls ended. Each call is exactly one of Successes,
// Failures, Timeouts, Ignored, Rejections and Full. Where the retry is the outer
// link (-chain=retry,breaker,timeout), each attempt counts as a call.
type Counts struct {
	// Successes are calls that the dependency answered.
	Successes uint64
	// Failures are calls that failed, other than by time: errors, panics, Goexits.
	Failures uint64
	// Timeouts are calls that failed because their time was over.
	Timeouts uint64
	// Ignored are calls that say nothing of the dependency, such as those that
	// their caller has cancelled.
	Ignored uint64
	// Rejections are calls that an open circuit turned away.
	Rejections uint64
	// Full are calls that a full bulkhead turned away.
	Full uint64

	// Slow are those of the above that took at least BreakerPolicy.Slow.
	Slow uint64
	// Retries are attempts after a call's first, also those that a full bulkhead or an
	// open circuit then turned away.
	Retries uint64
	// RetriesHelped are calls that an attempt after the first made a success,
	// BudgetExhausted those that would have been retried, had the circuit's retry budget
	// not been used up.
	RetriesHelped, BudgetExhausted uint64
	// Fallbacks are answers that the fallback gave, FallbackFailures the times it
	// failed too.
	Fallbacks, FallbackFailures uint64
	// Opened counts how often the circuit has left the closed state, Closed how
	// often it has come back: they differ by at most one.
	Opened, Closed uint64
}

// Calls returns the number of calls.
func (c Counts) Calls() uint64 {
	return c.judged() + c.Ignored + c.Rejections + c.Full
}

// FailureRate returns the share of failures and timeouts among the calls that
// say something of the dependency, from 0 to 1; 0 where there is none.
func (c Counts) FailureRate() float64 {
	if c.judged() == 0 {
		return 0
	}
	return float64(c.Failures+c.Timeouts) / float64(c.judged())
}

// Trouble returns the share of all calls that failed, timed out or were turned away, from 0 to
// 1: what callers see, whatever the breaker makes of it. It is 0 where there is no call.
func (c Counts) Trouble() float64 {
	if c.Calls() == 0 {
		return 0
	}
	return float64(c.Failures+c.Timeouts+c.Rejections+c.Full) / float64(c.Calls())
}

// judged are the calls from which the breaker takes its rates.
func (c Counts) judged() uint64 {
	return c.Successes + c.Failures + c.Timeouts
}

func newCounts(t *window.Tally) Counts {
	return Counts{
		Successes:        t[window.Succeeded],
		Failures:         t[window.Failed],
		Timeouts:         t[window.TimedOut],
		Ignored:          t[window.Ignored],
		Rejections:       t[window.Rejected],
		Full:             t[window.Full],
		Slow:             t[window.Slow],
		Retries:          t[window.Retries],
		RetriesHelped:    t[window.RetriesHelped],
		BudgetExhausted:  t[window.BudgetExhausted],
		Fallbacks:        t[window.Fallbacks],
		FallbackFailures: t[window.FallbackFailures],
		Opened:           t[window.Opened],
		Closed:           t[window.Closed],
	}
}

// Plus returns the sums of c's and other's numbers.
func (c Counts) Plus(other Counts) Counts {
	return Counts{
		Successes:        c.Successes + other.Successes,
		Failures:         c.Failures + other.Failures,
		Timeouts:         c.Timeouts + other.Timeouts,
		Ignored:          c.Ignored + other.Ignored,
		Rejections:       c.Rejections + other.Rejections,
		Full:             c.Full + other.Full,
		Slow:             c.Slow + other.Slow,
		Retries:          c.Retries + other.Retries,
		RetriesHelped:    c.RetriesHelped + other.RetriesHelped,
		BudgetExhausted:  c.BudgetExhausted + other.BudgetExhausted,
		Fallbacks:        c.Fallbacks + other.Fallbacks,
		FallbackFailures: c.FallbackFailures + other.FallbackFailures,
		Opened:           c.Opened + other.Opened,
		Closed:           c.Closed + other.Closed,
	}
}
