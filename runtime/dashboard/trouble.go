package dashboard

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/breakergen/breakergen/runtime"
)

// From these shares of calls without an answer on, a circuit is in trouble, and badly.
// Who looks at it again and again should let it leave at a lower share than it came with.
const (
	someTrouble = 0.1
	badTrouble  = 0.5
)

// portion is n as a share of all calls; 0 where there are none.
func portion(n uint64, of *runtime.Counts) float64 {
	if calls := of.Calls(); calls > 0 {
		return float64(n) / float64(calls)
	}
	return 0
}

// rank orders circuits by how much they need a look: those that aren't closed, those in
// bad trouble, those in some, those forced closed, and those that are well.
func rank(v *view) int {
	switch {
	case v.State != runtime.Closed.String():
		return 0
	case v.Trouble >= badTrouble:
		return 1
	case v.Trouble >= someTrouble:
		return 2
	case v.Forced:
		return 3
	default:
		return 4
	}
}

// byTrouble compares by rank; of those that aren't closed, the one that went first comes
// first.
func byTrouble(a, b *view) int {
	if order := cmp.Compare(rank(a), rank(b)); order != 0 {
		return order
	}
	return cmp.Or(cmp.Compare(a.DownSince, b.DownSince), cmp.Compare(a.Name, b.Name))
}

// why says in words what callers suffer, and from what: "turned away 92%: bulkhead of 2 is
// full". It is empty where they suffer nothing. left is the event by which the circuit
// left the closed state, nil where that isn't known.
func why(s *runtime.Snapshot, left *runtime.Event) string {
	suffered := suffering(&s.Lately)
	switch {
	case s.Forced && s.State == runtime.Closed:
		if suffered == "" {
			return "forced closed"
		}
		return "forced closed while " + whole(s.Lately.Trouble()) + " fail"
	case s.State != runtime.Closed:
		return joined(suffered, openness(s, left))
	case suffered == "":
		return ""
	default:
		return joined(suffered, allowance(s))
	}
}

// joined puts what and its reason together, either of which may be empty.
func joined(what, reason string) string {
	if what != "" && reason != "" {
		return what + ": " + reason
	}
	return what + reason
}

// suffering is what becomes of the callers, the most frequent first.
func suffering(c *runtime.Counts) string {
	type part struct {
		words string
		n     uint64
	}
	parts := []part{
		{"turned away", c.Rejections + c.Full}, {"failing", c.Failures}, {"timing out", c.Timeouts},
	}
	var words []string
	for len(parts) > 0 {
		most := 0
		for i := range parts {
			if parts[i].n > parts[most].n {
				most = i
			}
		}
		if p := parts[most]; p.n > 0 {
			words = append(words, p.words+" "+whole(portion(p.n, c)))
		}
		parts = append(parts[:most], parts[most+1:]...)
	}
	return strings.Join(words, ", ")
}

// openness is why a circuit that isn't closed isn't.
func openness(s *runtime.Snapshot, left *runtime.Event) string {
	if s.Forced {
		return "forced open"
	}
	state := s.State.String()
	if left == nil {
		return state
	}
	switch left.Cause {
	case runtime.CauseFailureRate:
		return fmt.Sprintf("%s as %s failed, of %d",
			state, whole(left.Counts.FailureRate()), judged(&left.Counts))
	case runtime.CauseConsecutive:
		return fmt.Sprintf("%s after %d failures in a row", state, s.Policy.Breaker.Consecutive)
	case runtime.CauseSlowRate:
		slow := float64(left.Counts.Slow) / float64(max(1, judged(&left.Counts)))
		return fmt.Sprintf("%s as %s were slow", state, whole(slow))
	case runtime.CauseForced:
		return state + " after it was forced open"
	default:
		return fmt.Sprintf("%s for %s", state, left.Cause)
	}
}

// allowance is why a circuit with unserved calls is closed all the same.
func allowance(s *runtime.Snapshot) string {
	breaker, c := &s.Policy.Breaker, &s.Window
	switch {
	case c.Full >= c.Failures+c.Timeouts+c.Rejections:
		return fmt.Sprintf("bulkhead of %d is full", s.Policy.Bulkhead.Limit)
	case c.Rejections > c.Failures+c.Timeouts:
		return "it was open"
	case breaker.Off:
		return "its breaker is off"
	case judged(c) < uint64(max(0, breaker.MinCalls)):
		return fmt.Sprintf("%d calls are too few to open", judged(c))
	default:
		return "opens at " + percent(breaker.FailureRate)
	}
}

// judged are the calls that say something of the dependency.
func judged(c *runtime.Counts) uint64 { return c.Successes + c.Failures + c.Timeouts }

// whole is a share as a whole number of percent, none of them called none.
func whole(share float64) string {
	switch {
	case share > 0 && share < 0.01:
		return "<1%"
	case share > 0.99 && share < 1:
		return "99%"
	default:
		return fmt.Sprintf("%.0f%%", share*100)
	}
}
