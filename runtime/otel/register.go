package otel

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/internal/series"
)

// Register makes a provider's instruments of all circuits that r holds at the time of a
// collection, until unregister is called; a nil r is runtime.Default. The attribute circuit.name
// is the circuit's name; circuits by key are summed into one with their family's, and what they
// have counted outlives them. An error is the provider's.
//
//	circuit.calls                   {call}     counter        by circuit.call.outcome: success, failure, timeout,
//	                                                          ignored, rejected (the circuit was open), full (the bulkhead was)
//	circuit.call.active             {call}     updowncounter  calls under way
//	circuit.bulkhead.limit          {call}     updowncounter  how many may be; 0 for any number
//	circuit.retries                 {attempt}  counter        attempts after a call's first
//	circuit.retry.helped            {call}     counter        calls that they saved
//	circuit.retry.budget_exhausted  {call}     counter        calls that were not retried because the budget was used up
//	circuit.fallbacks               {call}     counter        by circuit.fallback.outcome, where there is a fallback
//	circuit.opened, circuit.closed  {change}   counter        changes from closed to open, and back to closed
//	circuit.state                   {circuit}  updowncounter  1 for the present circuit.state: closed, open, half_open,
//	                                                          forced_open, forced_closed; of circuits by key, how many are in it
//	circuit.down_since              s          gauge          when the circuit left the closed state, since 1970; 0 while it is closed
func Register(r *runtime.Registry, provider metric.MeterProvider) (unregister func(), err error) {
	if r == nil {
		r = runtime.Default
	}
	i, err := newInstruments(provider.Meter(scope))
	if err != nil {
		return nil, err
	}
	registration, err := i.meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		for s := range series.Of(r, false) {
			i.observe(o, &s)
		}
		return nil
	}, i.all...)
	if err != nil {
		return nil, err
	}
	return func() { _ = registration.Unregister() }, nil // a provider has nothing to say to it
}

// instruments are what Register makes.
type instruments struct {
	meter metric.Meter
	errs  []error
	all   []metric.Observable

	calls, retries, helped, exhausted, fallbacks, opened, closed metric.Int64Observable
	active, limit, state                                         metric.Int64Observable
	downSince                                                    metric.Float64Observable
}

func newInstruments(meter metric.Meter) (*instruments, error) {
	i := &instruments{meter: meter}
	i.calls = i.counter("circuit.calls", "{call}", "Calls, by how they ended.")
	i.retries = i.counter("circuit.retries", "{attempt}", "Attempts after a call's first.")
	i.helped = i.counter("circuit.retry.helped", "{call}", "Calls that an attempt after the first made a success.")
	i.exhausted = i.counter("circuit.retry.budget_exhausted", "{call}",
		"Calls that were not retried because the retry budget was used up.")
	i.fallbacks = i.counter("circuit.fallbacks", "{call}", "Answers of the fallback, by how they ended.")
	i.opened = i.counter("circuit.opened", "{change}", "Changes from closed to open.")
	i.closed = i.counter("circuit.closed", "{change}", "Changes back to closed.")
	i.active = i.upDown("circuit.call.active", "{call}", "Calls under way.")
	i.limit = i.upDown("circuit.bulkhead.limit", "{call}", "How many calls may be under way, 0 for any number.")
	i.state = i.upDown("circuit.state", "{circuit}", "1 for the circuit's present state, 0 for the others.")
	since, err := meter.Float64ObservableGauge("circuit.down_since", metric.WithUnit("s"),
		metric.WithDescription("When the circuit left the closed state, in seconds since 1970; 0 while it is closed."))
	i.downSince = since
	i.add(since, err)
	return i, errors.Join(i.errs...)
}

func (i *instruments) counter(name, unit, description string) metric.Int64Observable {
	c, err := i.meter.Int64ObservableCounter(name, metric.WithUnit(unit), metric.WithDescription(description))
	i.add(c, err)
	return c
}

func (i *instruments) upDown(name, unit, description string) metric.Int64Observable {
	c, err := i.meter.Int64ObservableUpDownCounter(name, metric.WithUnit(unit), metric.WithDescription(description))
	i.add(c, err)
	return c
}

func (i *instruments) add(instrument metric.Observable, err error) {
	i.all, i.errs = append(i.all, instrument), append(i.errs, err)
}

// observe tells of one series. A circuit shows all that it has from its first moment.
func (i *instruments) observe(o metric.Observer, s *series.Series) {
	say := func(what metric.Int64Observable, n uint64, with ...attribute.KeyValue) {
		o.ObserveInt64(what, int64(n), metric.WithAttributes(append(with, circuitName.String(s.Name))...))
	}
	total := &s.Total
	say(i.calls, total.Successes, callOutcome.String("success"))
	say(i.calls, total.Failures, callOutcome.String("failure"))
	say(i.calls, total.Timeouts, callOutcome.String("timeout"))
	say(i.calls, total.Ignored, callOutcome.String("ignored"))
	say(i.calls, total.Rejections, callOutcome.String("rejected"))
	say(i.calls, total.Full, callOutcome.String("full"))
	say(i.retries, total.Retries)
	say(i.helped, total.RetriesHelped)
	say(i.exhausted, total.BudgetExhausted)
	if s.Fallback {
		say(i.fallbacks, total.Fallbacks, answerOutcome.String("success"))
		say(i.fallbacks, total.FallbackFailures, answerOutcome.String("failure"))
	}
	say(i.opened, total.Opened)
	say(i.closed, total.Closed)
	say(i.active, uint64(s.InFlight))
	say(i.limit, uint64(s.Limit))
	for state, circuits := range s.States {
		say(i.state, uint64(circuits), circuitState.String(series.State(state).String()))
	}
	o.ObserveFloat64(i.downSince, s.DownSinceSeconds(), metric.WithAttributes(circuitName.String(s.Name)))
}
