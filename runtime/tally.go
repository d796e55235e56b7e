package runtime

// counter names one of the things that a circuit counts. The first six are how a
// call can end; each call is exactly one of them.
type counter uint8

const (
	succeeded counter = iota
	failed
	timedOut
	ignored
	rejected
	full

	slowCalls
	retries
	retriesHelped
	budgetExhausted
	fallbacks
	fallbackFailures
	opened
	closed
	counters // how many there are
)

// judged reports whether a call that ended so says something of the dependency.
func (c counter) judged() bool { return c <= timedOut }

// tally holds one number for each counter.
type tally [counters]uint64

func (t *tally) add(other *tally) {
	for i, n := range other {
		t[i] += n
	}
}

func (t *tally) sub(other *tally) {
	for i, n := range other {
		t[i] -= n
	}
}

// judged returns the number of calls that say something of the dependency.
func (t *tally) judged() uint64 { return t[succeeded] + t[failed] + t[timedOut] }

func (t *tally) counts() Counts {
	return Counts{
		Successes:        t[succeeded],
		Failures:         t[failed],
		Timeouts:         t[timedOut],
		Ignored:          t[ignored],
		Rejections:       t[rejected],
		Full:             t[full],
		Slow:             t[slowCalls],
		Retries:          t[retries],
		RetriesHelped:    t[retriesHelped],
		BudgetExhausted:  t[budgetExhausted],
		Fallbacks:        t[fallbacks],
		FallbackFailures: t[fallbackFailures],
		Opened:           t[opened],
		Closed:           t[closed],
	}
}
