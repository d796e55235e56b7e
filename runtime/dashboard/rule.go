package dashboard

import (
	"fmt"
	"strings"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/internal/text"
)

// rule says when a circuit of that policy opens: "Opens at 50% of 20 in 10s or 10 in a
// row".
func rule(p *runtime.BreakerPolicy) string {
	if p.Off {
		return "Never opens: its breaker is off"
	}
	window := "in " + text.Short(p.Window)
	if p.WindowCalls > 0 {
		window = fmt.Sprintf("in the last %d", p.WindowCalls)
	}
	rules := []string{fmt.Sprintf("Opens at %s of %d %s", percent(p.FailureRate), p.MinCalls, window)}
	if p.Slow > 0 {
		rules = append(rules, fmt.Sprintf("%s over %s", percent(p.SlowRate), text.Short(p.Slow)))
	}
	if p.Consecutive > 0 {
		rules = append(rules, fmt.Sprintf("%d in a row", p.Consecutive))
	}
	return strings.Join(rules, " or ")
}

// span is what the counts of a snapshot's window are of.
func span(s *runtime.Snapshot) string {
	if n := s.Policy.Breaker.WindowCalls; n > 0 {
		return fmt.Sprintf("%d calls", n)
	}
	return text.Short(s.WindowSpan)
}

func percent(share float64) string { return fmt.Sprintf("%.4g%%", share*100) }
