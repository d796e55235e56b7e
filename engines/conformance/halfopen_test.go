package conformance

import (
	"context"
	"errors"
	goruntime "runtime"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

var halfOpen = []property{
	{"lets one probe of 200 callers through", func(s *subject) {
		s.trip()
		time.Sleep(openFor)
		before := s.calls()
		gate := make(chan error)
		var all []<-chan end
		for range 200 {
			all = append(all, s.start(context.Background(), func(context.Context) error { return <-gate }))
		}
		synctest.Wait()
		if n := s.calls() - before; n != 1 {
			s.wrong("%d are let through", n)
		}
		close(gate)
		for _, done := range all {
			s.wait(done)
		}
	}},
	{"closes when the probe succeeds", func(s *subject) {
		s.trip()
		s.recover()
		for range 10 {
			if e := s.call(succeed); e.err != nil {
				s.wrong("closed, a call gets %v", e.err)
			}
		}
	}},
	{"opens for the whole open time when the probe fails", func(s *subject) {
		s.trip()
		time.Sleep(openFor)
		if e := s.call(fail); e.err != errDown {
			s.wrong("the probe gets %v", e.err)
		}
		s.is(runtime.Open, "after a probe that failed")
		time.Sleep(4900 * time.Millisecond)
		if e := s.call(succeed); !e.open() {
			s.wrong("4.9s later a call is let through")
		}
		time.Sleep(200 * time.Millisecond)
		s.call(succeed)
		s.is(runtime.Closed, "after a second probe, which succeeded")
	}},
	{"a probe is one attempt", func(s *subject) {
		s.retrying()
		s.trip()
		time.Sleep(openFor)
		before := s.calls()
		s.call(fail)
		if n := s.calls() - before; n != 1 {
			s.wrong("it is made %d times", n)
		}
	}},
	{"a success from before it opened closes nothing", func(s *subject) {
		first, _ := s.block()
		second, _ := s.block()
		s.trip()
		s.release(first, nil)
		s.is(runtime.Open, "after the first")
		time.Sleep(openFor)
		if probe, made := s.block(); made {
			s.release(second, nil)
			if s.circuit.State() == runtime.Closed {
				s.wrong("half-open it closes")
			}
			s.release(probe, errDown)
		}
	}},
	{"a failure from before it opened opens nothing", func(s *subject) {
		var old []*blocked
		for range 21 {
			b, _ := s.block()
			old = append(old, b)
		}
		s.trip()
		time.Sleep(openFor)
		probe, made := s.block()
		s.release(old[0], errDown)
		if s.release(probe, nil); made {
			s.is(runtime.Closed, "after an old failure, and a probe that succeeded")
		}
		for _, b := range old[1:] {
			s.release(b, errDown)
		}
		s.is(runtime.Closed, "after twenty old failures")
	}},
	{"a probe whose caller leaves closes nothing", func(s *subject) {
		s.trip()
		time.Sleep(openFor)
		s.leave(1)
		if s.circuit.State() == runtime.Closed {
			s.wrong("it closes")
		}
	}},
	{"after a probe whose caller leaves, another is let through", func(s *subject) {
		s.trip()
		time.Sleep(openFor)
		s.leave(1)
		s.recover()
	}},
	{"after a probe whose caller leaves, another is let through at once", func(s *subject) {
		s.trip()
		time.Sleep(openFor)
		s.leave(1)
		if e := s.call(succeed); e.open() {
			s.wrong("the next call is turned away")
		}
	}},
	{"a probe with an ignored error closes nothing", func(s *subject) {
		s.trip()
		time.Sleep(openFor)
		s.call(neither)
		if s.circuit.State() == runtime.Closed {
			s.wrong("it closes")
		}
	}},
	{"a probe with an answer closes", func(s *subject) {
		s.trip()
		time.Sleep(openFor)
		s.call(answer)
		s.is(runtime.Closed, "after an answer")
	}},
	{"a probe that panics opens, and another is let through", func(s *subject) {
		s.trip()
		time.Sleep(openFor)
		s.call(crash)
		s.is(runtime.Open, "after a probe that panicked")
		s.recover()
	}},
	{"a probe that exits opens, and another is let through", func(s *subject) {
		s.trip()
		time.Sleep(openFor)
		s.call(exit)
		s.is(runtime.Open, "after a probe that exited")
		s.recover()
	}},
	{"a probe that hangs is given up after the open time", func(s *subject) {
		s.trip()
		time.Sleep(openFor)
		hung, _ := s.block()
		time.Sleep(openFor)
		s.call(succeed)
		s.is(runtime.Closed, "after a second probe, which succeeded")
		s.release(hung, errors.New("too late"))
		s.is(runtime.Closed, "after the hung one has failed")
	}},
}

func exit(context.Context) error {
	goruntime.Goexit()
	return nil
}
