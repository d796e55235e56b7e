package dashboard

import (
	"reflect"
	"testing"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

func TestView(t *testing.T) {
	began := time.UnixMilli(1_700_000_000_123)
	s := runtime.Snapshot{
		Circuit: "users", State: runtime.Open, Since: began, InFlight: 3,
		Until:     began.Add(5 * time.Second),
		DownSince: began.Add(-time.Minute), Oldest: 2400 * time.Millisecond,
		LastError: errDependency, LastErrorAt: began.Add(-time.Second),
		Policy: runtime.Policy{Breaker: runtime.BreakerPolicy{
			FailureRate: 0.5, MinCalls: 20, Window: 10 * time.Second, OpenFor: 5 * time.Second,
			Consecutive: 10,
		}},
		WindowSpan: 10 * time.Second,
		Window: runtime.Counts{
			Successes: 20, Failures: 4, Timeouts: 6, Ignored: 7, Rejections: 8, Full: 9,
			Slow: 10, Retries: 11, Fallbacks: 12,
		},
		Total: runtime.Counts{
			Successes: 1000, Failures: 200, Timeouts: 30, Ignored: 4, Rejections: 50, Full: 6,
		},
	}
	want := view{
		Name: "users", State: "open", Since: 1_700_000_000_123, ProbeAt: 1_700_000_005_123,
		DownSince: 1_699_999_940_123, InFlight: 3, Oldest: 2000,
		Trouble: 0.5, Why: "turned away 31%, timing out 11%, failing 7%: open",
		LastError: "dependency failed", LastErrorAt: 1_699_999_999_123,
		Window: window{
			Span: "10s", Successes: 20, Failures: 4, Timeouts: 6, Ignored: 7, Rejections: 8, Full: 9,
			Slow: 10, Retries: 11, Fallbacks: 12,
		},
		Errors: 0.3333,
		Total:  total{Answered: 1004, Failed: 230, Turned: 56},
		Rule:   "Opens at 50% of 20 in 10s or 10 in a row", OpensAt: 0.5, OpensFor: true,
	}
	s.Lately = s.Window
	if got := newView(&s, nil); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}

	s.Forced, s.Until = true, time.Time{}
	if got := newView(&s, nil); got.ProbeAt != 0 || !got.Forced {
		t.Errorf("forced open, it shows a probe at %d", got.ProbeAt)
	}
	s.Policy.Breaker.MinCalls = 31
	if newView(&s, nil).OpensFor {
		t.Error("30 calls are enough of 31")
	}
	s.Policy.Breaker.Off = true
	if got := newView(&s, nil); got.OpensAt != 0 || got.OpensFor {
		t.Errorf("with its breaker off, it opens at %v", got.OpensAt)
	}
}

func TestRule(t *testing.T) {
	const plain = "Opens at 50% of 20 in 10s"
	policy := func(change func(*runtime.BreakerPolicy)) runtime.BreakerPolicy {
		p := runtime.BreakerPolicy{FailureRate: 0.5, MinCalls: 20, Window: 10 * time.Second}
		change(&p)
		return p
	}
	for _, c := range []struct {
		policy     runtime.BreakerPolicy
		rule, span string
	}{
		{policy(func(p *runtime.BreakerPolicy) {}), plain, "10s"},
		{policy(func(p *runtime.BreakerPolicy) { p.Consecutive = -1 }), plain, "10s"},
		{
			policy(func(p *runtime.BreakerPolicy) { p.Off = true }),
			"Never opens: its breaker is off", "10s",
		},
		{
			policy(func(p *runtime.BreakerPolicy) { p.FailureRate = 1.0 / 3 }),
			"Opens at 33.33% of 20 in 10s", "10s",
		},
		{
			policy(func(p *runtime.BreakerPolicy) { p.WindowCalls, p.Window = 100, 0 }),
			"Opens at 50% of 20 in the last 100", "100 calls",
		},
		{
			policy(func(p *runtime.BreakerPolicy) {
				p.Window, p.Slow, p.SlowRate, p.Consecutive = time.Minute, 2*time.Second, 0.25, 5
			}),
			"Opens at 50% of 20 in 1m or 25% over 2s or 5 in a row", "1m",
		},
	} {
		if got := rule(&c.policy); got != c.rule {
			t.Errorf("%+v: %q; want %q", c.policy, got, c.rule)
		}
		s := runtime.Snapshot{Policy: runtime.Policy{Breaker: c.policy}, WindowSpan: c.policy.Window}
		if got := span(&s); got != c.span {
			t.Errorf("%+v: span %q; want %q", c.policy, got, c.span)
		}
	}
}
