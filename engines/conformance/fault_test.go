package conformance

import (
	"context"
	"strings"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

var faults = []property{
	{"a caller who leaves is no failure", func(s *subject) {
		s.leave(40)
		s.is(runtime.Closed, "after 40 callers who left")
	}},
	{"a caller who leaves is no success", func(s *subject) {
		s.leave(60)
		s.trip()
	}},
	{"an ignored error is no failure", func(s *subject) {
		s.call(times(40, neither)...)
		s.is(runtime.Closed, "after 40 ignored errors")
	}},
	{"an ignored error is no success", func(s *subject) {
		s.call(times(60, neither)...)
		s.trip()
	}},
	{"an answer is a success", func(s *subject) {
		s.call(times(40, answer)...)
		s.is(runtime.Closed, "after 40 answers")
	}},
	{"a caller's deadline is a failure", func(s *subject) {
		for range 10 {
			s.call(succeed)
			ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
			s.wait(s.start(ctx, hang))
			cancel()
		}
		s.is(runtime.Open, "after ten deadlines of twenty calls")
	}},
	{"a caller with less time than a call takes is no failure", func(s *subject) {
		s.call(times(10, func(context.Context) error {
			time.Sleep(100 * time.Millisecond)
			return nil
		})...)
		for range 40 {
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
			s.wait(s.start(ctx, hang))
			cancel()
		}
		s.is(runtime.Closed, "after forty callers with 10ms, where a call takes 100ms")
	}},
	{"the chain's own timeout is a failure", func(s *subject) {
		p := policy
		p.Timeout = runtime.TimeoutPolicy{Attempt: 500 * time.Millisecond}
		s.wrap(p)
		s.call(times(10, succeed, hang)...)
		s.is(runtime.Open, "after ten timeouts of twenty calls")
	}},
	{"a panic is a failure", func(s *subject) { s.tripBy(crash) }},
	{"a panic reaches the caller with its value and its stack", func(s *subject) {
		if e := s.call(crash); e.panicked != errDown || !strings.Contains(e.stack, "conformance.crash") {
			s.wrong("recovered %v, with the stack\n%s", e.panicked, e.stack)
		}
	}},
	{"a Goexit is a failure, and ends the caller's goroutine", func(s *subject) {
		if e := s.call(exit); !e.exited {
			s.wrong("the caller got %+v", e)
		}
		s.wrap(policy)
		s.tripBy(exit)
	}},
}
