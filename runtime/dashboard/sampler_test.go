package dashboard

import (
	"bufio"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

func TestHistoryIsThereForTheNextPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry := runtime.NewRegistry()
		call := newCircuit(t, registry, "users")
		h := NewHandler(registry)
		client, cancel, done := connect(h)
		events := bufio.NewReader(client)
		if first := next(t, events); first.Process == nil || *first.Process != thisProcess() {
			t.Errorf("the first message is of process %+v", first.Process)
		}
		for i := range 5 {
			for range i {
				call(nil)
			}
			if m := next(t, events); m.History != nil || m.Process != nil {
				t.Errorf("a later message tells more than what is new: %+v", m)
			}
		}
		hangUp(client, cancel, done)

		time.Sleep(2 * time.Second)
		client, cancel, done = connect(h)
		got := flat(next(t, bufio.NewReader(client)).History["users"])
		if want := []float64{0, 1, 2, 3, 4, 0, 0}; !slices.Equal(got, want) {
			t.Errorf("after a reload: %v; want %v", got, want)
		}
		hangUp(client, cancel, done)
	})
}

// flat shows columns, -1 for those that are unknown.
func flat(columns []column) []float64 {
	var answered []float64
	for _, c := range columns {
		if c == nil {
			c = &[3]float64{-1}
		}
		answered = append(answered, c[0])
	}
	return answered
}

func TestHistory(t *testing.T) {
	start := time.Now()
	after := func(d time.Duration) time.Time { return start.Add(d) }
	var h history
	h.begin(start, &runtime.Snapshot{
		WindowSpan: 10 * time.Second, Made: start.Add(-3 * time.Second),
		Window: runtime.Counts{Successes: 6}, Total: runtime.Counts{Successes: 6},
	})
	h.push(after(400*time.Millisecond), total{Answered: 8}) // It is too soon: the next column has it.
	h.push(after(time.Second), total{Answered: 10})
	h.push(after(3*time.Second), total{Answered: 16})
	h.push(after(15*time.Second), total{Answered: 99}) // Nobody looked.
	h.push(after(16*time.Second), total{Answered: 2})  // The circuit was made anew.
	h.push(after(17*time.Second), total{Answered: 3})
	want := []float64{2, 2, 2, 4, 3, 3, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1}
	if got := flat(h.columns); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	h.push(after(time.Hour), total{Answered: 3})
	if len(h.columns) != maxColumns {
		t.Errorf("%d columns", len(h.columns))
	}

	var calls history // A window of calls says nothing of when they were.
	calls.begin(start, &runtime.Snapshot{
		Policy:     runtime.Policy{Breaker: runtime.BreakerPolicy{WindowCalls: 100}},
		WindowSpan: 10 * time.Second, Window: runtime.Counts{Successes: 100},
	})
	if calls.columns != nil {
		t.Errorf("a window of calls begins with %v", flat(calls.columns))
	}
}

// A second page costs no second look, and what was changed by hand is never taken back.
func TestPagesShareSamples(t *testing.T) {
	registry := runtime.NewRegistry()
	newCircuit(t, registry, "users")
	h := NewHandler(registry, WithControl()).(*handler)
	now := time.Now()
	var a, b viewer
	first, second := h.sampler.next(now, &a), h.sampler.next(now.Add(interval/2), &b)
	if h.sampler.number != 1 || len(first.Circuits) != 1 || len(second.Circuits) != 1 ||
		first.At != second.At {
		t.Errorf("%d samples: %+v, %+v", h.sampler.number, first, second)
	}
	post(h, "users", "force-open", nil)
	told := h.sampler.next(now.Add(interval*6/10), &a)
	if h.sampler.number != 2 || len(told.Circuits) != 1 || len(told.Events) != 1 {
		t.Errorf("%d samples after a change by hand: %+v", h.sampler.number, told)
	}
	registry.Remove("users")
	if gone := h.sampler.next(now.Add(2*interval), &b); len(gone.Gone) != 1 || len(h.sampler.circuits) != 0 {
		t.Errorf("after the removal: %+v", gone)
	}
}
