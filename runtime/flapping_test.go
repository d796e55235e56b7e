package runtime_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// Under flapping callers, and with an operator among them, every event follows from
// the one before, and the totals agree with them.
func TestEventsAlternate(t *testing.T) {
	for _, forced := range []bool{false, true} {
		t.Run(fmt.Sprintf("forced %v", forced), func(t *testing.T) {
			w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 1, OpenFor: time.Nanosecond}))
			events := record(w.registry)
			w.does(func(_ context.Context, n int) (int, error) {
				if n%3 == 0 {
					return 0, errBoom
				}
				return n, nil
			})
			var operator sync.WaitGroup
			if forced {
				operator.Go(func() {
					for range 500 {
						w.circuit.ForceOpen()
						w.circuit.Reset()
						w.circuit.ForceClose()
						w.circuit.Reset()
					}
				})
			}
			flap(w, 64, 200)
			operator.Wait()
			opened, closed := checkEvents(t, *events, w.circuit.State(), !forced)
			total := w.circuit.Snapshot().Total
			if total.Opened != opened || total.Closed != closed || opened == 0 {
				t.Errorf("the totals are %d and %d, the events %d and %d",
					total.Opened, total.Closed, opened, closed)
			}
			if total.Calls() != 64*200 {
				t.Errorf("%d calls counted, want %d", total.Calls(), 64*200)
			}
		})
	}
}

// checkEvents checks that the events are a whole chain that ends in a state, and where
// calls have caused all of them, that their counts say so.
func checkEvents(
	t *testing.T, events []runtime.Event, last runtime.State, caused bool,
) (opened, closed uint64) {
	t.Helper()
	state := runtime.Closed
	for i, e := range events {
		if e.Cause == runtime.CauseForced && e.From == e.To && e.From == state {
			continue // forced into the state that it had
		}
		if e.From != state || e.From == e.To {
			t.Fatalf("event %d is %v>%v in state %v", i, e.From, e.To, state)
		}
		if i > 0 && e.At.Before(events[i-1].At) {
			t.Errorf("event %d is %v before the one before", i, events[i-1].At.Sub(e.At))
		}
		switch state = e.To; {
		case e.From == runtime.Closed:
			opened++
			if caused && e.Counts.Failures == 0 {
				t.Errorf("event %d opens it by %+v", i, e.Counts)
			}
		case e.To == runtime.Closed:
			closed++
			if caused && e.Counts.Successes == 0 {
				t.Errorf("event %d closes it by %+v", i, e.Counts)
			}
		}
	}
	if state != last {
		t.Errorf("the last event is to %v, the circuit is %v", state, last)
	}
	return opened, closed
}

// flap makes calls from many goroutines at once.
func flap(w *wrapper, goroutines, calls int) {
	var all sync.WaitGroup
	for g := range goroutines {
		all.Go(func() {
			for i := range calls {
				w.method(context.Background(), g+i)
			}
		})
	}
	all.Wait()
}
