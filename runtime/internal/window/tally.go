package window

// Counter names one of the things that are counted. The first six are how a
// call can end; each call is exactly one of them.
type Counter uint8

const (
	Succeeded Counter = iota
	Failed
	TimedOut
	Ignored
	Rejected
	Full

	Slow
	Retries
	RetriesHelped
	BudgetExhausted
	Fallbacks
	FallbackFailures
	Opened
	Closed
	counters // how many there are
)

// Judged reports whether a call that ended so says something of the dependency.
func (c Counter) Judged() bool { return c <= TimedOut }

// Tally holds one number for each counter.
type Tally [counters]uint64

// Add adds other's numbers to t.
func (t *Tally) Add(other *Tally) {
	for i, n := range other {
		t[i] += n
	}
}

func (t *Tally) sub(other *Tally) {
	for i, n := range other {
		t[i] -= n
	}
}

// Judged returns the number of calls that say something of the dependency.
func (t *Tally) Judged() uint64 { return t[Succeeded] + t[Failed] + t[TimedOut] }
