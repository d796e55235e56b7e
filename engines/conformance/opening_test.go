package conformance

import (
	"context"
	"errors"
	"time"

	goerrors "github.com/slok/goresilience/errors"

	"github.com/breakergen/breakergen/runtime"
)

var opening = []property{
	{"opens when half of twenty calls fail", func(s *subject) {
		s.call(times(9, succeed, fail)...)
		s.call(succeed)
		s.is(runtime.Closed, "after nine failures of nineteen calls")
		s.call(fail)
		s.is(runtime.Open, "after ten failures of twenty calls")
	}},
	{"stays closed while two of five fail", func(s *subject) {
		s.call(times(12, succeed, succeed, fail, succeed, fail)...)
		s.is(runtime.Closed, "after 24 failures of 60 calls")
	}},
	{"opens at a success too that completes the twenty", func(s *subject) {
		s.call(times(6, fail, fail, succeed)...)
		s.call(fail)
		s.is(runtime.Closed, "after nineteen calls")
		s.call(succeed)
		s.is(runtime.Open, "after 13 failures of twenty calls")
	}},
	{"opens at ten failures in a row", func(s *subject) {
		s.call(times(9, fail)...)
		s.is(runtime.Closed, "after nine failures")
		s.call(fail)
		s.is(runtime.Open, "after ten failures")
	}},
	{"opens at ten failures in a row however slow the traffic is", func(s *subject) {
		for range 10 {
			s.call(fail)
			time.Sleep(30 * time.Second)
		}
		s.is(runtime.Open, "after ten failures in five minutes")
	}},
	{"begins the row anew at a success", func(s *subject) {
		s.call(times(9, fail)...)
		s.call(succeed)
		s.call(times(9, fail)...)
		s.is(runtime.Closed, "after 18 failures of 19 calls, nine in a row")
	}},
	{"forgets what is older than its window", func(s *subject) {
		for range 4 {
			s.call(times(9, fail)...)
			s.call(succeed)
			time.Sleep(11 * time.Second)
		}
		s.is(runtime.Closed, "after ten calls, and ten, and ten")
	}},
	{"its window slides", func(s *subject) {
		time.Sleep(8 * time.Second)
		s.call(times(9, fail)...)
		s.call(succeed)
		time.Sleep(4 * time.Second)
		s.call(succeed)
		s.call(times(9, fail)...)
		s.is(runtime.Open, "after 18 failures of 20 calls in four seconds")
	}},
	{"open, makes no call", func(s *subject) {
		s.trip()
		before := s.calls()
		for range 20 {
			if e := s.call(succeed); e.err == nil {
				s.wrong("a call is let through")
			}
		}
		if s.calls() != before {
			s.wrong("%d calls are made", s.calls()-before)
		}
	}},
	{"open, its error is goresilience's ErrCircuitOpen, and names the circuit", func(s *subject) {
		s.trip()
		e := s.call(succeed)
		var open *runtime.OpenError
		if !errors.Is(e.err, goerrors.ErrCircuitOpen) || !errors.As(e.err, &open) || open.Circuit != "Echo.Do" {
			s.wrong("got %v", e.err)
		}
	}},
	{"stays open for the open time", func(s *subject) {
		s.trip()
		time.Sleep(4900 * time.Millisecond)
		if e := s.call(succeed); !e.open() {
			s.wrong("after 4.9s a call is let through")
		}
		time.Sleep(200 * time.Millisecond)
		if e := s.call(succeed); e.err != nil {
			s.wrong("after 5.1s none is: %v", e.err)
		}
	}},
	{"gives back what the call returned, untouched", func(s *subject) {
		ends := map[string]end{"closed": s.call(succeed), "failing": s.call(fail), "answering": s.call(answer)}
		s.wrap(policy)
		s.trip()
		time.Sleep(openFor)
		ends["half-open"] = s.call(succeed)
		for how, want := range map[string]error{
			"closed": nil, "failing": errDown, "answering": errAnswer, "half-open": nil,
		} {
			if e := ends[how]; e.err != want || e.n != 0 {
				s.wrong("%s: got %d, %v", how, e.n, e.err)
			}
		}
	}},
	{"counts calls, or attempts where the retry is outside", func(s *subject) {
		s.retrying()
		for range 11 { // each fails once, and would succeed then
			first := true
			s.call(func(context.Context) error {
				if first {
					first = false
					return errDown
				}
				return nil
			})
		}
		if s.order == runtime.BreakerFirst {
			s.is(runtime.Closed, "after eleven calls of which ten succeeded at last")
		} else {
			s.is(runtime.Open, "after eleven failures of 21 attempts")
		}
	}},
	{"open, ends the retries", func(s *subject) {
		s.retrying()
		s.trip()
		before := s.circuit.Snapshot().Total
		s.call(succeed)
		total := s.circuit.Snapshot().Total
		if total.Retries != before.Retries || total.Rejections != before.Rejections+1 {
			s.wrong("a rejected call is tried %d times", total.Rejections-before.Rejections)
		}
	}},
}

// retrying has failed calls made a second time.
func (s *subject) retrying() {
	p := policy
	p.Retry = runtime.RetryPolicy{Attempts: 2, Backoff: time.Millisecond}
	s.wrap(p)
}
