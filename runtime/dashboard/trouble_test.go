package dashboard

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

func TestWhy(t *testing.T) {
	policy := runtime.Policy{Breaker: runtime.BreakerPolicy{
		FailureRate: 0.5, MinCalls: 20, Consecutive: 10, Window: 10 * time.Second,
	}}
	full, off := policy, policy
	full.Bulkhead.Limit = 2
	off.Breaker.Off = true
	for _, c := range []struct {
		name     string
		snapshot runtime.Snapshot
		left     *runtime.Event
		share    float64
		want     string
	}{
		{"idle", runtime.Snapshot{Policy: policy}, nil, 0, ""},
		{"well", runtime.Snapshot{
			Policy: policy, Lately: runtime.Counts{Successes: 9, Ignored: 3},
		}, nil, 0, ""},
		{"bulkhead", runtime.Snapshot{
			Policy: full, Lately: runtime.Counts{Successes: 43, Full: 498},
		}, nil, 498.0 / 541, "turned away 92%: bulkhead of 2 is full"},
		{"few calls", runtime.Snapshot{
			Policy: policy, Lately: runtime.Counts{Successes: 6, Failures: 7, Timeouts: 2},
		}, nil, 0.6, "failing 47%, timing out 13%: 15 calls are too few to open"},
		{"off", runtime.Snapshot{
			Policy: off, Lately: runtime.Counts{Failures: 181},
		}, nil, 1, "failing 100%: its breaker is off"},
		{"under its rate", runtime.Snapshot{
			Policy: policy, Lately: runtime.Counts{Successes: 700, Failures: 299, Timeouts: 1},
		}, nil, 0.3, "failing 30%, timing out <1%: opens at 50%"},
		{"forced closed", runtime.Snapshot{
			Policy: policy, Forced: true, Lately: runtime.Counts{Successes: 2, Failures: 12},
		}, nil, 12.0 / 14, "forced closed while 86% fail"},
		{"forced closed, well", runtime.Snapshot{
			Policy: policy, Forced: true, Lately: runtime.Counts{Successes: 2},
		}, nil, 0, "forced closed"},
		{"forced open", runtime.Snapshot{
			Policy: policy, State: runtime.Open, Forced: true, Lately: runtime.Counts{Rejections: 5},
		}, nil, 1, "turned away 100%: forced open"},
		{"forced open, idle", runtime.Snapshot{
			Policy: policy, State: runtime.Open, Forced: true,
		}, nil, 0, "forced open"},
		{"open", runtime.Snapshot{
			Policy: policy, State: runtime.Open, Lately: runtime.Counts{Failures: 2, Rejections: 190},
		}, &runtime.Event{Cause: runtime.CauseConsecutive}, 1,
			"turned away 99%, failing 1%: open after 10 failures in a row"},
		{"half-open", runtime.Snapshot{
			Policy: policy, State: runtime.HalfOpen, Lately: runtime.Counts{Ignored: 1, Rejections: 3},
		}, &runtime.Event{
			Cause: runtime.CauseFailureRate, Counts: runtime.Counts{Successes: 9, Failures: 16},
		}, 0.75, "turned away 75%: half-open as 64% failed, of 25"},
		{"open for slowness", runtime.Snapshot{Policy: policy, State: runtime.Open}, &runtime.Event{
			Cause: runtime.CauseSlowRate, Counts: runtime.Counts{Successes: 30, Slow: 18},
		}, 0, "open as 60% were slow"},
		{"open, as a replica is", runtime.Snapshot{Policy: policy, State: runtime.Open},
			&runtime.Event{Cause: runtime.CauseReplica}, 0, "open for another replica"},
		{"open before anybody listened", runtime.Snapshot{Policy: policy, State: runtime.Open},
			nil, 0, "open"},
	} {
		c.snapshot.Window = c.snapshot.Lately
		if got := why(&c.snapshot, c.left); got != c.want {
			t.Errorf("%s: %q; want %q", c.name, got, c.want)
		}
		if got := c.snapshot.Window.Trouble(); got != c.share {
			t.Errorf("%s: %v unserved; want %v", c.name, got, c.share)
		}
	}
}

func TestByTrouble(t *testing.T) {
	views := []*view{
		{Name: "a well", State: "closed"},
		{Name: "b forced", State: "closed", Forced: true},
		{Name: "c some", State: "closed", Trouble: 0.1},
		{Name: "d forced and bad", State: "closed", Trouble: 0.86, Forced: true},
		{Name: "e half-open later", State: "half-open", DownSince: 200},
		{Name: "f open first", State: "open", DownSince: 100},
		{Name: "g open later", State: "open", DownSince: 200},
	}
	slices.SortFunc(views, byTrouble)
	var order []string
	for _, v := range views {
		order = append(order, v.Name[:1])
	}
	if got := strings.Join(order, ""); got != "fegdcba" {
		t.Errorf("order %s", got)
	}
}
