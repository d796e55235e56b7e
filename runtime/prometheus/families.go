package prometheus

import (
	prom "github.com/prometheus/client_golang/prometheus"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/breakergen/breakergen/runtime/internal/series"
)

// The values of the label func: the wrapped call and the fallback.
const (
	run      = "run"
	fallback = "fallback"
)

// families are what a collector shows.
type families struct {
	successDuration, failureDuration, timeoutDuration *prom.Desc

	calls, shortCircuits, concurrencyRejects, ignored *prom.Desc
	retries, retriesHelped, retryBudgetExhausted      *prom.Desc
	openedTotal, closedTotal                          *prom.Desc

	opened, state, downSince, inFlight, bulkheadLimit *prom.Desc

	all []*prom.Desc
}

func newFamilies(o *options) (f families) {
	desc := func(name, help string, labels ...string) *prom.Desc {
		if labels = append(labels, "name"); o.byKey {
			labels = append(labels, "key")
		}
		d := prom.NewDesc("circuit_"+name, help, labels, o.labels)
		f.all = append(f.all, d)
		return d
	}
	f.successDuration = desc("success_duration_seconds", "Duration of calls that were answered.", "func")
	f.failureDuration = desc("failure_duration_seconds", "Duration of calls that failed, other than by time.", "func")
	f.timeoutDuration = desc("timeout_duration_seconds", "Duration of calls whose time was over.")

	f.calls = desc("calls_total", "Calls, by how they ended: success, failure, timeout, ignored; "+
		"or rejected by an open circuit, or by a full bulkhead.", "outcome")
	f.shortCircuits = desc("short_circuit_total", "Calls that were not made because the circuit was open.")
	f.concurrencyRejects = desc("concurrency_reject_total", "Calls that were not made because the bulkhead was full.", "func")
	f.ignored = desc("ignored_total", "Calls that say nothing of the dependency, such as cancelled ones.")
	f.retries = desc("retries_total", "Attempts after a call's first.")
	f.retriesHelped = desc("retries_helped_total", "Calls that an attempt after the first made a success.")
	f.retryBudgetExhausted = desc("retry_budget_exhausted_total", "Calls that were not retried because the retry budget was used up.")
	f.openedTotal = desc("opened_total", "Changes of the circuit from closed to open.")
	f.closedTotal = desc("closed_total", "Changes of the circuit back to closed.")

	f.opened = desc("opened", "1 while the circuit is open or half-open, 0 while it is closed.")
	f.state = desc("state", "1 for the state that the circuit is in, 0 for the others.", "state")
	f.downSince = desc("down_since_timestamp_seconds", "When the circuit left the closed state, 0 while it is closed.")
	f.inFlight = desc("in_flight", "Calls under way.")
	f.bulkheadLimit = desc("bulkhead_limit", "How many calls may be under way, 0 for any number.")
	return f
}

// shown is one series of circuits on its way to a scrape.
type shown struct {
	*collector
	*series.Series
	created *timestamppb.Timestamp // of all its metrics
	to      chan<- prom.Metric
}

func (s *shown) collect() {
	f, d, total := &s.families, &s.Durations, &s.Total
	s.histogram(f.successDuration, &d.Success, run)
	s.histogram(f.failureDuration, &d.Failure, run)
	if s.Fallback {
		s.histogram(f.successDuration, &d.FallbackSuccess, fallback)
		s.histogram(f.failureDuration, &d.FallbackFailure, fallback)
	}
	s.histogram(f.timeoutDuration, &d.Timeout)

	s.counter(f.calls, total.Successes, "success")
	s.counter(f.calls, total.Failures, "failure")
	s.counter(f.calls, total.Timeouts, "timeout")
	s.counter(f.calls, total.Ignored, "ignored")
	s.counter(f.calls, total.Rejections, "rejected")
	s.counter(f.calls, total.Full, "full")
	s.counter(f.shortCircuits, total.Rejections)
	s.counter(f.concurrencyRejects, total.Full, run)
	s.counter(f.ignored, total.Ignored)
	s.counter(f.retries, total.Retries)
	s.counter(f.retriesHelped, total.RetriesHelped)
	s.counter(f.retryBudgetExhausted, total.BudgetExhausted)
	s.counter(f.openedTotal, total.Opened)
	s.counter(f.closedTotal, total.Closed)

	notClosed := s.States[series.Open] + s.States[series.HalfOpen] + s.States[series.ForcedOpen]
	s.gauge(f.opened, float64(notClosed))
	for state, circuits := range s.States {
		s.gauge(f.state, float64(circuits), series.State(state).String())
	}
	s.gauge(f.downSince, s.DownSinceSeconds())
	s.gauge(f.inFlight, float64(s.InFlight))
	s.gauge(f.bulkheadLimit, float64(s.Limit))
}
