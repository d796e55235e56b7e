package state

import (
	"math"
	"sync/atomic"

	"github.com/breakergen/breakergen/runtime/internal/clock"
	"github.com/breakergen/breakergen/runtime/internal/window"
)

// outlook is what the last look at a closed period's window says of the results to
// come: which of them can't open the machine, so that nobody need look again. It holds
// for one policy.
type outlook struct {
	by *Policy
	// until is the time up to which a quick success can only lower the rates. What lies
	// further ahead than span was told by another clock.
	until atomic.Int64
	span  int64
	// Results are numbered; there may be enough of them in the window from one number on.
	results atomic.Int64
	enough  atomic.Int64
}

// outlookBy returns the period's outlook by a policy, which begins with knowing nothing.
func (p *Period) outlookBy(policy *Policy) *outlook {
	if o := p.outlook.Load(); o != nil && (o.by == policy || *o.by == *policy) {
		return o
	}
	fresh := &outlook{by: policy, span: min(int64(policy.Window), math.MaxInt64-clock.MaxLag) + clock.MaxLag}
	p.outlook.Store(fresh)
	return fresh
}

// spares reports whether a quick success at that time can't open the machine.
func (o *outlook) spares(now int64) bool {
	left := o.until.Load() - now
	return left > 0 && left <= o.span
}

// tooFew is asked where a look found fewer results than the rates need. It looks again,
// and where that is so, has nobody look until as many as are lacking have come.
//
// A result is counted first and numbered then. So of those that the look lacks, the last
// has a number that is at least as far past the last one before the look: whoever has a
// lower number need not look.
func (o *outlook) tooFew(look func() (window.Tally, int64)) (counts window.Tally, until int64, few bool) {
	o.until.Store(0) // or a success would pass without a number
	last := o.results.Load()
	counts, until = look()
	lacking := int64(o.by.MinCalls) - int64(counts.Judged())
	if lacking <= 0 {
		return counts, until, false
	}
	o.enough.Store(last + lacking)
	return counts, until, true
}
