package runtime_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/runtime"
)

type (
	breakerPolicy  = runtime.BreakerPolicy
	retryPolicy    = runtime.RetryPolicy
	timeoutPolicy  = runtime.TimeoutPolicy
	bulkheadPolicy = runtime.BulkheadPolicy
)

// impossible holds policies by what their error says behind "Policies.Do.": the field,
// its value, and one of these.
const (
	negative = ": it must not be negative"
	noRate   = ": it must be over 0 and at most 1"
)

var impossible = map[string]runtime.Policy{
	"Breaker.FailureRate is 1.5" + noRate:  {Breaker: breakerPolicy{FailureRate: 1.5}},
	"Breaker.FailureRate is -0.1" + noRate: {Breaker: breakerPolicy{FailureRate: -0.1}},
	"Breaker.FailureRate is NaN" + noRate:  {Breaker: breakerPolicy{FailureRate: math.NaN()}},
	"Breaker.FailureRate is +Inf" + noRate: {Breaker: breakerPolicy{FailureRate: math.Inf(1)}},
	"Breaker.SlowRate is 2" + noRate:       {Breaker: breakerPolicy{SlowRate: 2}},
	"Breaker.MinCalls is -1" + negative:    {Breaker: breakerPolicy{MinCalls: -1}},
	"Breaker.Window is -1s" + negative:     {Breaker: breakerPolicy{Window: -time.Second}},
	"Breaker.WindowCalls is -1" + negative: {Breaker: breakerPolicy{WindowCalls: -1}},
	"Breaker.WindowCalls is 1000001: it must be at most 1000000": {
		Breaker: breakerPolicy{WindowCalls: 1_000_001},
	},
	"Breaker.WindowCalls is 9: Breaker.Window is set too": {
		Breaker: breakerPolicy{Window: 1, WindowCalls: 9},
	},
	"Breaker.WindowCalls is 1: Breaker.Window is set too": {
		Breaker: breakerPolicy{Window: 1, WindowCalls: 1},
	},
	"Breaker.OpenFor is -1ns" + negative:    {Breaker: breakerPolicy{OpenFor: -1}},
	"Breaker.MaxOpenFor is -1ns" + negative: {Breaker: breakerPolicy{MaxOpenFor: -1}},
	"Breaker.MaxOpenFor is 1ns: it must be at least Breaker.OpenFor, 5s": {
		Breaker: breakerPolicy{OpenFor: 5 * time.Second, MaxOpenFor: 1},
	},
	"Breaker.Probes is -1" + negative:     {Breaker: breakerPolicy{Probes: -1}},
	"Breaker.Slow is -1ns" + negative:     {Breaker: breakerPolicy{Slow: -1}},
	"Retry.Attempts is -1" + negative:     {Retry: retryPolicy{Attempts: -1}},
	"Retry.Backoff is -1ns" + negative:    {Retry: retryPolicy{Backoff: -1}},
	"Retry.MaxBackoff is -1ns" + negative: {Retry: retryPolicy{MaxBackoff: -1}},
	"Retry.Backoff is 2s: it must be at most Retry.MaxBackoff, 1s": {
		Retry: retryPolicy{Backoff: 2 * time.Second, MaxBackoff: time.Second},
	},
	"Retry.Backoff is 2ns: it must be at most Retry.MaxBackoff, 1ns": {
		Retry: retryPolicy{Backoff: 2, MaxBackoff: 1},
	},
	"Timeout.Attempt is -1ns" + negative: {Timeout: timeoutPolicy{Attempt: -1}},
	"Timeout.Total is -1ns" + negative:   {Timeout: timeoutPolicy{Total: -1}},
	"Bulkhead.Limit is -1" + negative:    {Bulkhead: bulkheadPolicy{Limit: -1}},
	"Bulkhead.Wait is -1ns" + negative:   {Bulkhead: bulkheadPolicy{Wait: -1}},
}

func TestConstructorRefusesWhatIsImpossible(t *testing.T) {
	for want, p := range impossible {
		_, err := tryWrap(p)
		if err == nil || !strings.HasPrefix(err.Error(), "NewEchoBreaker: Policies.Do."+want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestConstructorNamesAllThatIsImpossible(t *testing.T) {
	b := runtime.Builder[echo]{
		Constructor: "NewEchoBreaker",
		Interface:   "Echo",
		Registry:    runtime.NewRegistry(),
		Order:       runtime.RetryFirst + 1,
	}
	b.Outer = []goresilience.Middleware{onward, nil}
	b.Inner = []goresilience.Middleware{nil}
	for name, p := range map[string]runtime.Policy{
		"Do":   {Breaker: breakerPolicy{FailureRate: 1.5, OpenFor: -1}},
		"Undo": {Retry: retryPolicy{Attempts: -3}},
	} {
		runtime.NewMethod(&b, runtime.Spec{Name: name, Config: &p}, echo.Do)
	}
	err := b.Build()
	for _, want := range []string{
		"NewEchoBreaker: next is nil", "Order is 2", "Outer[1] is nil", "Inner[0] is nil",
		"Policies.Do.Breaker.FailureRate is 1.5", "Policies.Do.Breaker.OpenFor is -1ns",
		"Policies.Undo.Retry.Attempts is -3",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q isn't in: %v", want, err)
		}
	}
}

func TestConstructorRefusesNegativeMaxKeys(t *testing.T) {
	_, err := tryWrap(runtime.Policy{}, byKey(-1))
	if want := "Policies.Do: MaxKeys is -1: it must not be negative"; err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("got %v, want %q", err, want)
	}
}

// Hooks ask for what the method has: others would panic at the first call.
func TestConstructorRefusesHooksOfOthers(t *testing.T) {
	for want, hooks := range map[string]runtime.AnyHooks{
		"Do: Hooks are about arguments of type string, not int": runtime.Hooks[string, int]{},
		"Do: Hooks are about results of type string, not int":   runtime.Hooks[int, string]{},
	} {
		err := bindAs(runtime.NewRegistry(), echo(step(succeed)), func(_ *runtime.Builder[echo], s *runtime.Spec) {
			s.Hooks = hooks
		})
		if err == nil || err.Error() != "New: "+want {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// What is impossible is told alone: what it asks for says nothing yet.
func TestConstructorTellsWhatIsImpossibleFirst(t *testing.T) {
	_, err := tryWrap(runtime.Policy{Retry: retryPolicy{Backoff: 2, MaxBackoff: 1}}, func(s *setup) {
		s.spec.NotRepeated = "picture io.Reader is read once"
	})
	if err == nil || strings.Contains(err.Error(), "picture") || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v", err)
	}
}

// What a directive and the configuration make impossible only together.
func TestConstructorRefusesWhatDoesNotFitTogether(t *testing.T) {
	directive := func(s *setup) { s.spec.Directive.Retry.Backoff = 2 * time.Second }
	_, err := tryWrap(runtime.Policy{Retry: retryPolicy{MaxBackoff: time.Second}}, directive)
	want := "Policies.Do.Retry.Backoff is 2s: it must be at most Retry.MaxBackoff, 1s"
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %q", err, want)
	}
}

// plainNext is wrapped as a concrete type.
type plainNext struct{}

func (*plainNext) Do(_ context.Context, n int) (int, error) { return n, nil }

func TestConstructorRefusesNilNext(t *testing.T) {
	_, err := tryWrap(runtime.Policy{}, func(s *setup) { s.Next = nil })
	if err == nil || err.Error() != "NewEchoBreaker: next is nil" {
		t.Errorf("got %v", err)
	}
	if err := bindAs(runtime.NewRegistry(), strange{}, nil); err != nil {
		t.Errorf("a struct is taken for nil: %v", err)
	}
	concrete := func(next *plainNext) error {
		b := runtime.Builder[*plainNext]{
			Constructor: "NewPlainNextBreaker",
			Interface:   "PlainNext",
			Registry:    runtime.NewRegistry(),
			Next:        next,
		}
		m := runtime.NewMethod(&b, runtime.Spec{Name: "Do"}, (*plainNext).Do)(next)
		if err := b.Build(); err != nil {
			return err
		}
		_, err := m(background, 1)
		return err
	}
	if err := concrete(nil); err == nil || !strings.Contains(err.Error(), "next is nil") {
		t.Errorf("a nil pointer: got %v", err)
	}
	if err := concrete(&plainNext{}); err != nil {
		t.Errorf("got %v", err)
	}
}

func TestMakingAWrapperStartsNoGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := bubbled()
		for i := range 100 {
			for _, shape := range shapes {
				named := func(s *setup) { s.Name = fmt.Sprintf("Echo%d", i) }
				wrap(t, shape.policy, append(shape.options, named)...)
			}
		}
		synctest.Wait()
		if after := bubbled(); after > before {
			t.Errorf("%d goroutines more", after-before)
		}
	})
}
