package conformance

import (
	"context"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/engines/internal/all"
	"github.com/breakergen/breakergen/engines/internal/echo"
	"github.com/breakergen/breakergen/runtime"
)

// asked holds, for each field of a BreakerPolicy, what is asked for and what then is to be seen.
var asked = map[string]struct {
	policy runtime.BreakerPolicy
	seen   func(*subject)
}{
	"FailureRate": {runtime.BreakerPolicy{FailureRate: 0.25}, func(s *subject) {
		s.call(times(8, succeed, succeed, succeed, succeed, fail)...)
		s.is(runtime.Closed, "at 20%")
		s.call(fail, fail, fail, succeed, fail)
		s.is(runtime.Open, "over 25%")
	}},
	"MinCalls": {runtime.BreakerPolicy{MinCalls: 6}, func(s *subject) {
		s.call(fail, succeed, fail, succeed, succeed)
		s.is(runtime.Closed, "after five calls")
		s.call(fail)
		s.is(runtime.Open, "after three failures of six calls")
	}},
	"Window": {runtime.BreakerPolicy{Window: 30 * time.Second}, func(s *subject) {
		s.call(times(9, fail)...)
		s.call(succeed)
		time.Sleep(15 * time.Second)
		s.call(succeed)
		s.call(times(9, fail)...)
		s.is(runtime.Open, "after 18 failures in 15s")
	}},
	"WindowCalls": {runtime.BreakerPolicy{WindowCalls: 20}, func(s *subject) {
		s.call(times(9, succeed, fail)...)
		s.is(runtime.Closed, "after nine failures of 18 calls")
		time.Sleep(time.Hour)
		s.call(succeed, fail)
		s.is(runtime.Open, "after ten of twenty")
	}},
	"OpenFor": {runtime.BreakerPolicy{OpenFor: time.Minute}, func(s *subject) {
		s.trip()
		time.Sleep(59 * time.Second)
		if e := s.call(succeed); !e.open() {
			s.wrong("after 59s a call is let through")
		}
		time.Sleep(2 * time.Second)
		s.call(succeed)
		s.is(runtime.Closed, "after 61s, and a probe")
	}},
	"MaxOpenFor": {runtime.BreakerPolicy{OpenFor: 5 * time.Second, MaxOpenFor: time.Minute}, func(s *subject) {
		s.trip()
		for _, wait := range []time.Duration{5, 10, 20, 40, 60, 60} {
			time.Sleep(wait*time.Second*4/5 - 10*time.Millisecond)
			if e := s.call(fail); !e.open() {
				s.wrong("before %ds a call is let through", wait)
			}
			time.Sleep(wait*time.Second/5 + 20*time.Millisecond)
			if e := s.call(fail); e.open() {
				s.wrong("after %ds none is", wait)
			}
		}
	}},
	"Probes": {runtime.BreakerPolicy{Probes: 2}, func(s *subject) {
		s.trip()
		time.Sleep(openFor)
		s.call(succeed)
		if s.circuit.State() == runtime.Closed {
			s.wrong("after one probe it is closed")
		}
		s.call(succeed)
		s.is(runtime.Closed, "after two probes")
	}},
	"Consecutive": {runtime.BreakerPolicy{Consecutive: 3}, func(s *subject) {
		s.call(fail, fail)
		s.is(runtime.Closed, "after two failures")
		s.call(fail)
		s.is(runtime.Open, "after three")
	}},
	"Slow": {runtime.BreakerPolicy{Slow: 100 * time.Millisecond}, func(s *subject) {
		s.call(times(20, slowly)...)
		s.is(runtime.Open, "after twenty slow calls")
	}},
	"SlowRate": {runtime.BreakerPolicy{Slow: 100 * time.Millisecond, SlowRate: 0.1}, func(s *subject) {
		s.call(times(18, succeed)...)
		s.call(slowly, slowly)
		s.is(runtime.Open, "after two slow calls of twenty")
	}},
}

func slowly(context.Context) error {
	time.Sleep(200 * time.Millisecond)
	return nil
}

// What was asked for is done, or refused by name: whatever the engine, and through the
// constructor of a wrapper.
func TestAsked(t *testing.T) {
	for _, engine := range all.Engines() {
		for name, c := range asked {
			t.Run(engine.Name+"/"+name, func(t *testing.T) {
				p := policy
				p.Breaker = c.policy
				_, err := echo.Wrap(runtime.BreakerFirst, &subject{}, runtime.NewRegistry(), engine.Engine, p)
				if err != nil {
					if !strings.Contains(err.Error(), "Breaker."+name+" is ") || engine.Name == all.BuiltIn {
						t.Errorf("it is refused with %v", err)
					}
					return
				}
				problem := try(t, engine.Engine, runtime.BreakerFirst, property{name, func(s *subject) {
					s.wrap(p)
					c.seen(s)
				}})
				if problem != "" {
					t.Error(problem)
				}
			})
		}
	}
}

// What a library always does may be asked for, and what it does in part may not.
func TestAskedInPart(t *testing.T) {
	type asks = runtime.BreakerPolicy
	for _, c := range []struct {
		engine  string
		asked   asks
		refused string // the field
	}{
		{"goresilience", asks{FailureRate: 0.2}, ""},
		{"goresilience", asks{FailureRate: 0.3, MinCalls: 30}, ""},
		{"goresilience", asks{FailureRate: 0.2, MinCalls: 30}, "FailureRate"},
		{"goresilience", asks{MinCalls: 101}, "MinCalls"},
		{"hystrix", asks{Window: 10 * time.Second, Probes: 1}, ""},
		{"hystrix", asks{FailureRate: 0.333}, "FailureRate"},
		{"hystrix", asks{OpenFor: 1500 * time.Microsecond}, "OpenFor"},
		{"cep21", asks{FailureRate: 0.333}, "FailureRate"},
		{"handy", asks{MinCalls: 11, Window: 5 * time.Second, OpenFor: time.Second, Probes: 1}, ""},
		{"rubyist", asks{Probes: 1}, ""},
		{"failsafe", asks{Consecutive: 5, MinCalls: 5}, "Consecutive"},
		{"failsafe", asks{WindowCalls: 20, MinCalls: 5}, "MinCalls"},
		{"failsafe", asks{FailureRate: 0.3, WindowCalls: 20}, ""},
	} {
		err := construct(t, c.engine, c.asked)
		if (err != nil) != (c.refused != "") || err != nil && !strings.Contains(err.Error(), "Breaker."+c.refused+" is ") {
			t.Errorf("%s is asked for %+v: got %v", c.engine, c.asked, err)
		}
	}
	for _, engine := range all.Engines() {
		if err := construct(t, engine.Name, asks{Consecutive: -1}); err != nil {
			t.Errorf("%s is asked never to open by failures in a row: %v", engine.Name, err)
		}
	}
}

// The table is complete.
func TestAskedIsAll(t *testing.T) {
	of := reflect.TypeFor[runtime.BreakerPolicy]()
	for i := range of.NumField() {
		if name := of.Field(i).Name; name != "Off" && asked[name].seen == nil {
			t.Errorf("nobody asks for %s", name)
		}
	}
}

// An engine is left alone where the breaker is off.
func TestOff(t *testing.T) {
	for _, engine := range all.Engines() {
		problem := try(t, engine.Engine, runtime.BreakerFirst, property{"off", func(s *subject) {
			p := policy
			p.Breaker.Off = true
			s.wrap(p)
			s.call(times(60, fail)...)
			synctest.Wait()
			s.is(runtime.Closed, "after sixty failures")
		}})
		if problem != "" {
			t.Errorf("%s: %s", engine.Name, problem)
		}
	}
}

// The README's table says "–" of what is refused, and of nothing else.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var names []string // of the columns
	rows := 0
	for line := range strings.Lines(string(readme)) {
		cells := strings.Split(strings.Trim(line, "|\n"), "|")
		for i, cell := range cells {
			cells[i] = strings.TrimSpace(cell)
		}
		field, _, _ := strings.Cut(cells[0], " ")
		c, ok := asked[field]
		switch {
		case field == "field":
			names = cells
		case ok:
			rows++
			for i, cell := range cells[1:] {
				if refused := construct(t, names[i+1], c.policy) != nil; refused != strings.HasPrefix(cell, "–") {
					t.Errorf("%s of %s: refused is %v, and README says %q", field, names[i+1], refused, cell)
				}
			}
		}
	}
	if rows != len(asked) || len(names) != len(all.Engines()) {
		t.Errorf("the table has %d rows and %d columns", rows, len(names))
	}
}

// construct returns what a wrapper's constructor says to a policy.
func construct(t *testing.T, name string, asked runtime.BreakerPolicy) error {
	for _, engine := range all.Engines() {
		if engine.Name == name {
			p := policy
			p.Breaker = asked
			_, err := echo.Wrap(runtime.BreakerFirst, &subject{}, runtime.NewRegistry(), engine.Engine, p)
			return err
		}
	}
	t.Errorf("there is no engine %q", name)
	return nil
}
