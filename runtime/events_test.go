package runtime_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// record collects a registry's events. Delivery is one at a time, so it has no lock.
func record(r *runtime.Registry) *[]runtime.Event {
	var events []runtime.Event
	r.Subscribe(func(e runtime.Event) { events = append(events, e) })
	return &events
}

// changes renders events as "closed>open open>half-open".
func changes(events []runtime.Event) (s []string) {
	for _, e := range events {
		s = append(s, e.From.String()+">"+e.To.String())
	}
	return s
}

func TestEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 3, MinCalls: 100}))
		events, start := record(w.registry), time.Now()
		w.run(succeed, fail, fail, fail)
		w.call()
		time.Sleep(5 * time.Second)
		w.run(fail)
		time.Sleep(5 * time.Second)
		w.run(succeed)

		want := []string{
			"closed>open", "open>half-open", "half-open>open", "open>half-open", "half-open>closed",
		}
		if got := changes(*events); !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		for i, at := range []time.Duration{0, 5, 5, 10, 10} {
			e := (*events)[i]
			if !e.At.Equal(start.Add(at * time.Second)) {
				t.Errorf("event %d is at %v, want %v", i, e.At.Sub(start), at*time.Second)
			}
			if e.Circuit != "Echo.Do" {
				t.Errorf("event %d is of %q", i, e.Circuit)
			}
		}
		opening := (*events)[0].Counts
		if opening.Successes != 1 || opening.Failures != 3 || opening.FailureRate() != 0.75 {
			t.Errorf("it opened by %+v", opening)
		}
		reopening := (*events)[2].Counts
		if reopening.Failures != 4 || reopening.Rejections != 1 {
			t.Errorf("it reopened by %+v", reopening)
		}
		// What is older than the window has gone.
		if closing := (*events)[4].Counts; closing.Successes != 1 || closing.Failures != 1 {
			t.Errorf("it closed by %+v", closing)
		}
	})
}

// A listener may do anything.
func TestListenerMayCallAnything(t *testing.T) {
	for name, do := range map[string]func(w *wrapper){
		"State":      func(w *wrapper) { w.circuit.State() },
		"Snapshot":   func(w *wrapper) { w.circuit.Snapshot() },
		"ForceOpen":  func(w *wrapper) { w.circuit.ForceOpen() },
		"ForceClose": func(w *wrapper) { w.circuit.ForceClose() },
		"Reset":      func(w *wrapper) { w.circuit.Reset() },
		"Circuits":   func(w *wrapper) { _ = slices.Collect(w.registry.Circuits()) },
		"Remove":     func(w *wrapper) { w.registry.Remove("Echo.Do") },
		"Apply": func(w *wrapper) {
			w.registry.Apply("Echo.Do", runtime.Policy{Breaker: runtime.BreakerPolicy{Window: time.Hour}})
		},
		"Subscribe and cancel": func(w *wrapper) { w.registry.Subscribe(func(runtime.Event) {})() },
		"call":                 func(w *wrapper) { w.call() },
		"calls in goroutines": func(w *wrapper) {
			var all sync.WaitGroup
			for range 10 {
				all.Go(func() { w.call() })
			}
			all.Wait()
		},
	} {
		bubble(t, name, func(t *testing.T) {
			w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 1}))
			w.registry.Subscribe(func(e runtime.Event) { do(w) })
			events := record(w.registry)
			w.run(fail)
			time.Sleep(5 * time.Second)
			w.run(succeed)
			for i, e := range (*events)[1:] {
				if before := (*events)[i]; before.To != e.From {
					t.Errorf("an event from %v after one to %v", e.From, before.To)
				}
			}
			if last := (*events)[len(*events)-1]; last.To != w.circuit.State() {
				t.Errorf("the last event is to %v, the circuit is %v", last.To, w.circuit.State())
			}
		})
	}
	bubble(t, "what it causes comes after what caused it, for all listeners", func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 1}))
		w.registry.Subscribe(func(e runtime.Event) {
			if e.To == runtime.Open {
				w.circuit.ForceClose()
			}
		})
		events := record(w.registry)
		w.run(fail)
		want := []string{"closed>open", "open>closed"}
		if got := changes(*events); !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

func TestSubscribeCancel(t *testing.T) {
	w := wrap(t, runtime.Policy{})
	got := map[string]int{}
	var cancels []func()
	for i := range 3 {
		cancels = append(cancels, w.registry.Subscribe(func(runtime.Event) { got[fmt.Sprint(i)]++ }))
	}
	w.circuit.ForceOpen()
	cancels[1]()
	cancels[1]() // once more does nothing
	w.circuit.ForceClose()
	if got["0"] != 2 || got["1"] != 1 || got["2"] != 2 {
		t.Errorf("got %v, want 2, 1 and 2", got)
	}
}

// A listener's panic goes to the caller. The others are told all the same, and the
// queue stays usable.
func TestListenerPanics(t *testing.T) {
	for name, ends := range map[string]func(){
		"panic":  func() { panic("listener") },
		"Goexit": func() { exit(context.Background(), 0) },
	} {
		bubble(t, name, func(t *testing.T) {
			w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 1}))
			first := record(w.registry)
			cancel := w.registry.Subscribe(func(e runtime.Event) {
				if e.To == runtime.Open {
					w.circuit.ForceClose() // queued while this one is delivered
					ends()
				}
			})
			last := record(w.registry)
			w.will(fail)
			if e := w.do(context.Background(), 1); e.panicked == nil && !e.exited {
				t.Errorf("the caller got %+v", e)
			}
			want := []string{"closed>open", "open>closed"}
			if first, last := changes(*first), changes(*last); !slices.Equal(first, want) ||
				!slices.Equal(last, want) {
				t.Errorf("the others got %v and %v, want %v", first, last, want)
			}
			cancel()
			w.circuit.ForceOpen()
			if len(*first) != 3 || len(*last) != 3 {
				t.Errorf("then %v and %v, want one more", changes(*first), changes(*last))
			}
		})
	}
}
