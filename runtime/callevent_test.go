package runtime_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

type callerKey struct{}

// TestCallEvents follows one method from its first failure to its recovery, with what
// each call is told of, by the context that it came with.
func TestCallEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down := true
		r := runtime.NewRegistry()
		b := runtime.Builder[echo]{
			Interface: "Echo",
			Registry:  r,
			Next: step(func(_ context.Context, n int) (int, error) {
				if down {
					return 0, errors.New("down")
				}
				return n, nil
			}),
		}
		m := runtime.NewMethod(&b, runtime.Spec{
			Name:   "Do",
			Config: &runtime.Policy{Breaker: runtime.BreakerPolicy{Consecutive: 1}, Retry: runtime.RetryPolicy{Attempts: 2}},
		}, echo.Do)(b.Next)
		if err := b.Build(); err != nil {
			t.Fatal(err)
		}
		var told []runtime.CallEvent
		cancel := r.SubscribeCalls(func(ctx context.Context, e runtime.CallEvent) {
			if ctx.Value(callerKey{}) != "caller" {
				t.Errorf("%+v is told with another context", e)
			}
			told = append(told, e)
		})
		ctx := context.WithValue(context.Background(), callerKey{}, "caller")
		expect := func(want ...runtime.CallEvent) {
			t.Helper()
			told = nil
			m(ctx, 1)
			for i := range want {
				want[i].Circuit = "Echo.Do"
			}
			for i := range told {
				if told[i].What == runtime.Retried && (told[i].Wait < 0 || told[i].Wait > 50*time.Millisecond) {
					t.Errorf("it waited %v", told[i].Wait)
				}
				if told[i].What == runtime.Retried && (told[i].Err == nil || told[i].Err.Error() != "down") {
					t.Errorf("the attempt before said %v", told[i].Err)
				}
				told[i].Wait, told[i].Err = 0, nil // the one is drawn, the other made anew
			}
			if !slices.Equal(told, want) {
				t.Errorf("told of %+v, want %+v", told, want)
			}
		}
		change := func(from, to runtime.State) runtime.CallEvent {
			return runtime.CallEvent{What: runtime.ChangedState, From: from, To: to}
		}

		expect(runtime.CallEvent{What: runtime.Retried, Attempt: 2}, change(runtime.Closed, runtime.Open))
		expect(runtime.CallEvent{What: runtime.Rejected})
		time.Sleep(5 * time.Second)
		expect(change(runtime.Open, runtime.HalfOpen), change(runtime.HalfOpen, runtime.Open))
		time.Sleep(5 * time.Second)
		down = false
		expect(change(runtime.Open, runtime.HalfOpen), change(runtime.HalfOpen, runtime.Closed))
		expect()
		cancel()
		down = true
		expect()
	})
}

func TestCallEventOfAFullBulkhead(t *testing.T) {
	r := runtime.NewRegistry()
	b := runtime.Builder[echo]{Interface: "Echo", Registry: r}
	var m func(context.Context, int) (int, error)
	b.Next = step(func(ctx context.Context, n int) (int, error) {
		if n == 1 {
			m(context.Background(), 2) // while this call holds the only place
		}
		return n, nil
	})
	m = runtime.NewMethod(&b, runtime.Spec{
		Name:   "Do",
		Config: &runtime.Policy{Bulkhead: runtime.BulkheadPolicy{Limit: 1}},
	}, echo.Do)(b.Next)
	if err := b.Build(); err != nil {
		t.Fatal(err)
	}
	var told []runtime.CallEvent
	r.SubscribeCalls(func(_ context.Context, e runtime.CallEvent) { told = append(told, e) })
	m(context.Background(), 1)
	if want := []runtime.CallEvent{{Circuit: "Echo.Do", What: runtime.FoundFull}}; !slices.Equal(told, want) {
		t.Errorf("told of %+v, want %+v", told, want)
	}
}

// Who comes by and finds a call overdue makes the change, and is told of it.
func TestCallEventOfAnOverdueCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, runtime.Policy{
			Breaker: runtime.BreakerPolicy{Consecutive: 1}, Retry: runtime.RetryPolicy{Off: true},
		})
		gate := make(chan struct{})
		w.does(until(gate, succeed))
		late := w.start(background, 1)
		time.Sleep(time.Minute)
		var told []runtime.CallEventKind
		w.registry.SubscribeCalls(func(ctx context.Context, e runtime.CallEvent) {
			if ctx.Value(callerKey{}) == "second" {
				told = append(told, e.What)
			}
		})
		_, err := w.method(context.WithValue(background, callerKey{}, "second"), 2)
		if want := []runtime.CallEventKind{runtime.ChangedState, runtime.Rejected}; !isOpen(err) || !slices.Equal(told, want) {
			t.Errorf("got %v, and was told of %v", err, told)
		}
		close(gate)
		<-late
	})
}

// A change is told once, by the call that made it.
func TestCallEventsOfOneChange(t *testing.T) {
	w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 4, MinCalls: 1000}))
	w.does(fail)
	var told atomic.Uint64
	w.registry.SubscribeCalls(func(_ context.Context, e runtime.CallEvent) {
		if e.What == runtime.ChangedState {
			told.Add(1)
		}
	})
	for range 1000 {
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() { w.call(); w.call() })
		}
		all.Wait()
		w.circuit.Reset()
	}
	if got := w.total().Opened; got != told.Load() {
		t.Errorf("opened %d times, and told %d times", got, told.Load())
	}
}

// What a call's result doesn't show, or shows a caller further up only.
func TestCallEventsOfEndings(t *testing.T) {
	for name, c := range map[string]struct {
		does step
		to   step // the fallback
		want []runtime.CallEventKind
		err  error // the last event's
	}{
		"a success":         {succeed, nil, nil, nil},
		"a failure":         {fail, nil, nil, nil},
		"a timeout":         {hang, nil, []runtime.CallEventKind{runtime.TimedOut}, late},
		"ignored":           {failWith(errNeither), nil, []runtime.CallEventKind{runtime.WasIgnored}, errNeither},
		"a fallback":        {fail, succeed, []runtime.CallEventKind{runtime.FellBack}, nil},
		"its failure":       {fail, failWith(errNeither), []runtime.CallEventKind{runtime.FellBack}, errNeither},
		"both, in order":    {hang, succeed, []runtime.CallEventKind{runtime.TimedOut, runtime.FellBack}, nil},
		"no fallback asked": {succeed, fail, nil, nil},
	} {
		bubble(t, name, func(t *testing.T) {
			policy := runtime.Policy{Retry: runtime.RetryPolicy{Off: true}, Classify: classify(errNeither, runtime.Ignored)}
			var options []option
			if c.to != nil {
				options = append(options, fallsBack(c.to))
			}
			w := wrap(t, policy, options...)
			var told []runtime.CallEventKind
			var last error
			w.registry.SubscribeCalls(func(_ context.Context, e runtime.CallEvent) {
				told, last = append(told, e.What), e.Err
			})
			w.does(c.does)
			w.call()
			if !slices.Equal(told, c.want) || !errors.Is(last, c.err) {
				t.Errorf("told of %v, at last with %v; want %v, %v", told, last, c.want, c.err)
			}
		})
	}
}
