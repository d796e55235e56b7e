package dashboard

import (
	"bufio"
	"net/http"
	"slices"
	"sync"
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
		} else if first.History["users"] == nil {
			t.Error("the first message has null for a history that is empty, which a page can't draw")
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

// Whoever opens the page in an outage that nobody has looked at sees its last minute.
func TestHistoryOfAnOutageThatNobodyLookedAt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry := runtime.NewRegistry()
		call := newCircuit(t, registry, "users")
		h := NewHandler(registry)
		for range 20 * 10 {
			call(nil)
			time.Sleep(100 * time.Millisecond)
		}
		for range 30 * 10 {
			call(errDependency)
			time.Sleep(100 * time.Millisecond)
		}
		client, cancel, done := connect(h)
		got := next(t, bufio.NewReader(client)).History["users"]
		if len(got) < 35 {
			t.Fatalf("it knows %d seconds", len(got))
		}
		for i, c := range got {
			back := len(got) - i
			if back < 28 && (c == nil || c[2] < 9 || c[0] > 0) {
				t.Errorf("%d s ago: %v", back, c)
			}
			if back > 32 && (c == nil || c[0] < 5 || c[2] > 0) {
				t.Errorf("%d s ago: %v", back, c)
			}
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
		WindowSpan: 10 * time.Second, Made: start.Add(-time.Hour), Since: start.Add(-3 * time.Second),
		Lately: runtime.Counts{Successes: 6}, Total: runtime.Counts{Successes: 6},
	})
	h.push(after(400*time.Millisecond), total{Answered: 8}) // It is too soon: the next column has it.
	h.push(after(time.Second), total{Answered: 10})
	h.push(after(3*time.Second), total{Answered: 16})
	h.push(after(4*time.Second), total{Answered: 2}) // The circuit was made anew.
	h.push(after(5*time.Second), total{Answered: 3})
	want := []float64{2, 2, 2, 4, 3, 3, -1, 1}
	if got := flat(h.columns); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	h.push(after(time.Hour), total{Answered: 3})
	if len(h.columns) != maxColumns || h.columns[maxColumns-1] != nil {
		t.Errorf("after an hour: %v", flat(h.columns))
	}

	var calls history // A window of calls says nothing of when they were.
	calls.begin(start, &runtime.Snapshot{
		Policy:     runtime.Policy{Breaker: runtime.BreakerPolicy{WindowCalls: 100}},
		WindowSpan: 4 * time.Second, Window: runtime.Counts{Successes: 100}, Lately: runtime.Counts{Successes: 12},
	})
	if got := flat(calls.columns); !slices.Equal(got, []float64{3, 3, 3, 3}) {
		t.Errorf("a window of calls begins with %v", got)
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
	gone := h.sampler.next(now.Add(2*interval), &b)
	if len(gone.Gone) != 1 || len(h.sampler.circuits) != 0 {
		t.Errorf("after the removal: %+v", gone)
	}
}

func TestPagesListsAndHandsAtOnce(t *testing.T) {
	registry := runtime.NewRegistry()
	call := newCircuit(t, registry, "users")
	h := NewHandler(registry, WithControl()).(*handler)
	var workers sync.WaitGroup
	now := time.Now()
	for i := range 4 {
		workers.Go(func() {
			var page viewer
			for n := range 50 {
				call(errDependency)
				h.sampler.next(now.Add(time.Duration(n)*interval), &page)
				action := []string{"force-open", "reset"}[(n+i)%2]
				if code, body := post(h, "users", action, nil); code != http.StatusOK {
					t.Error(code, body)
				}
				serve(h, "GET", "/circuits.json", nil, nil)
			}
		})
	}
	workers.Wait()
	if events, version, _ := h.record.of("users"); version < 100 || len(events) != maxEvents {
		t.Errorf("%d events of %d are kept", len(events), version)
	}
}
