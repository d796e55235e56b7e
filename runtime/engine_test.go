package runtime_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	goerrors "github.com/slok/goresilience/errors"

	"github.com/breakergen/breakergen/runtime"
)

func TestEngineDecides(t *testing.T) {
	w, e := withEngine(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 1}))
	events := record(w.registry)
	w.run(times(50, fail)...)
	w.is(t, runtime.Closed) // the built-in breaker would be open
	if w.calls() != 50 || len(*events) != 0 {
		t.Errorf("%d calls and events %v, want 50 and none", w.calls(), changes(*events))
	}
	e.turn(runtime.Open)
	w.is(t, runtime.Open)
	var open *runtime.OpenError
	err := w.call()
	if !errors.As(err, &open) || !errors.Is(err, goerrors.ErrCircuitOpen) ||
		!errors.Is(err, errEngine) {
		t.Errorf("got %v, want an OpenError that unwraps to the engine's", err)
	}
	total := w.circuit.Snapshot().Total
	if total.Failures != 50 || total.Rejections != 1 || total.Calls() != 51 {
		t.Errorf("counted %+v", total)
	}
}

// Wrappers that share a circuit share its breaker: no other is made.
func TestEngineOfASharedCircuit(t *testing.T) {
	w, e := withEngine(t, runtime.Policy{})
	engine := func(s *setup) { s.Engine = e.engine }
	again := wrap(t, runtime.Policy{}, in(w.registry), engine)
	if e.made != 1 {
		t.Errorf("%d breakers were made", e.made)
	}
	e.turn(runtime.Open)
	if err := again.call(); !errors.Is(err, errEngine) || again.calls() != 0 {
		t.Errorf("got %v after %d calls", err, again.calls())
	}
	keyed := wrap(t, runtime.Policy{}, byKey(0))
	if _, err := tryWrap(runtime.Policy{}, in(keyed.registry), engine); err == nil || e.made != 1 {
		t.Errorf("got %v, and %d breakers were made for one that has keys elsewhere", err, e.made)
	}
}

func TestEngineSeesOutcomes(t *testing.T) {
	policy := breakerOnly(runtime.BreakerPolicy{})
	policy.Classify = func(err error) runtime.Outcome {
		switch {
		case errors.Is(err, errNeither):
			return runtime.Ignored
		case errors.Is(err, errBoom):
			return runtime.Failure
		default:
			return runtime.Success
		}
	}
	w, e := withEngine(t, policy)
	var ignored []bool
	e.around = func(ctx context.Context, run func(context.Context) error) error {
		before := runtime.IsIgnored(ctx)
		err := run(ctx)
		ignored = append(ignored, before, runtime.IsIgnored(ctx))
		return err
	}
	for _, err := range []error{nil, errBoom, errNeither, errAnswer} {
		w.will(failWith(err))
		if got := w.call(); got != err {
			t.Errorf("the caller got %v, want %v", got, err)
		}
	}
	if want := []error{nil, errBoom, nil, nil}; !slices.Equal(e.saw, want) {
		t.Errorf("the engine saw %v, want %v", e.saw, want)
	}
	if want := []bool{false, false, false, false, false, true, false, false}; !slices.Equal(ignored, want) {
		t.Errorf("before and after each it is told that it's ignored: %v, want %v", ignored, want)
	}
	if runtime.IsIgnored(background) {
		t.Error("of another context nothing is known")
	}
	if got := w.circuit.Snapshot().Total; got.Successes != 2 || got.Failures != 1 || got.Ignored != 1 {
		t.Errorf("counted %+v", got)
	}
}

// A caller who had less time than the dependency takes is ignored, and so the engine isn't
// told of a failure either.
func TestEngineSeesNoImpatience(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w, e := withEngine(t, breakerOnly(runtime.BreakerPolicy{}), order)
		var ignored []bool
		e.around = func(ctx context.Context, run func(context.Context) error) error {
			err := run(ctx)
			ignored = append(ignored, runtime.IsIgnored(ctx))
			return err
		}
		w.run(after(time.Second, succeed))
		w.does(hang)
		for _, patience := range []time.Duration{time.Millisecond, time.Minute} {
			ctx, cancel := context.WithTimeout(background, patience)
			w.do(ctx, 1)
			cancel()
		}
		if want := []error{nil, nil, context.DeadlineExceeded}; !slices.Equal(e.saw, want) {
			t.Errorf("the engine saw %v, want %v", e.saw, want)
		}
		if want := []bool{false, true, false}; !slices.Equal(ignored, want) {
			t.Errorf("it is told of each whether it is ignored: %v, want %v", ignored, want)
		}
		if got := w.total(); got.Ignored != 1 || got.Timeouts != 1 {
			t.Errorf("counted %+v", got)
		}
	})
}

// What the engine's breaker does is announced with the next call.
func TestEngineStateIsAnnounced(t *testing.T) {
	w, e := withEngine(t, breakerOnly(runtime.BreakerPolicy{}))
	events := record(w.registry)
	for _, state := range []runtime.State{
		runtime.Open, runtime.Open, runtime.HalfOpen, runtime.Open, runtime.HalfOpen, runtime.Closed,
		runtime.HalfOpen, runtime.Closed, // an opening that no call has seen
	} {
		e.turn(state)
		w.call()
		w.is(t, state)
	}
	want := []string{
		"closed>open", "open>half-open", "half-open>open", "open>half-open", "half-open>closed",
		"closed>half-open", "half-open>closed",
	}
	if got := changes(*events); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := w.circuit.Snapshot().Total; got.Opened != 2 || got.Closed != 2 {
		t.Errorf("opened %d, closed %d; want 2 of each", got.Opened, got.Closed)
	}
	w.will(func(context.Context, int) (int, error) { e.turn(runtime.Open); panic("crash") })
	w.do(context.Background(), 1)
	if got := changes(*events); len(got) != 8 || got[7] != "closed>open" {
		t.Errorf("a panic that opens it isn't announced: %v", got)
	}
}

// A probe's half-open state is announced before the probe is made, and a state that a
// slow caller has read is not announced after a newer one.
func TestEngineStateIsAnnouncedInOrder(t *testing.T) {
	w, e := withEngine(t, breakerOnly(runtime.BreakerPolicy{}))
	events := record(w.registry)
	e.turn(runtime.Open)
	w.call()
	e.turn(runtime.HalfOpen)
	w.will(func(context.Context, int) (int, error) {
		if got := changes(*events); !slices.Equal(got, []string{"closed>open", "open>half-open"}) {
			t.Errorf("the probe is made after %v", got)
		}
		e.turn(runtime.Closed)
		return 0, nil
	})
	w.call()

	e.turn(runtime.Open)
	e.asked = func() {
		e.asked = func() { // the breaker has rejected this call, which now sees what comes of it
			e.turn(runtime.HalfOpen)
			w.call()
		}
	}
	w.call()
	want := []string{"closed>open", "open>half-open", "half-open>closed", "closed>half-open"}
	if got := changes(*events); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestEngineIsForced(t *testing.T) {
	w, e := withEngine(t, breakerOnly(runtime.BreakerPolicy{}))
	events := record(w.registry)
	w.circuit.ForceOpen()
	if err := w.call(); !isOpen(err) || errors.Is(err, errEngine) || w.calls() != 0 {
		t.Errorf("forced open: %v", err)
	}
	w.circuit.ForceClose()
	e.turn(runtime.Open)
	if err := w.call(); err != nil {
		t.Errorf("forced closed: %v", err)
	}
	w.is(t, runtime.Closed)
	w.circuit.Reset()
	if err := w.call(); err != nil || e.made != 2 {
		t.Errorf("after Reset: %v, %d breakers made; want a second", err, e.made)
	}
	e.turn(runtime.Open)
	e.err = errBoom
	w.circuit.Reset() // no other is to be had: the old one stays
	if err := w.call(); !errors.Is(err, errEngine) {
		t.Errorf("after a Reset that failed: %v", err)
	}
	want := []string{"closed>open", "open>closed", "closed>open"}
	if got := changes(*events); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// An engine may run the call in another goroutine, and leave it alone.
func TestEngineGivesUp(t *testing.T) {
	for _, early := range []bool{false, true} { // before the call has begun, or after
		bubble(t, map[bool]string{false: "after", true: "before"}[early], func(t *testing.T) {
			w, e := withEngine(t, breakerOnly(runtime.BreakerPolicy{}))
			e.around = func(ctx context.Context, run func(context.Context) error) error {
				done := make(chan error, 1)
				go func() {
					if early {
						time.Sleep(2 * time.Second)
					}
					done <- run(ctx)
				}()
				select {
				case err := <-done:
					return err
				case <-time.After(time.Second):
					return errEngine
				}
			}
			w.does(after(time.Minute, succeed))
			err := w.call()
			if !errors.Is(err, errEngine) || isOpen(err) != early {
				t.Errorf("got %v", err)
			}
			time.Sleep(time.Hour)
			got := w.circuit.Snapshot()
			if got.Total.Calls() != 1 || got.InFlight != 0 {
				t.Errorf("counted %+v, %d in flight; want one call", got.Total, got.InFlight)
			}
			if made := map[bool]int{false: 1, true: 0}[early]; w.calls() != made {
				t.Errorf("%d calls were made, want %d", w.calls(), made)
			}
		})
	}
}

// What an engine has left alone returns to nobody: not to a later call either.
func TestEngineLeavesACallAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, e := withEngine(t, breakerOnly(runtime.BreakerPolicy{}))
		gate := make(chan struct{})
		w.does(until(gate, giving(99)))
		e.around = func(ctx context.Context, run func(context.Context) error) error {
			go run(ctx)
			synctest.Wait()
			return errEngine
		}
		if n, err := w.method(background, 1); n != 0 || !errors.Is(err, errEngine) {
			t.Errorf("got %d and %v", n, err)
		}
		e.around = func(context.Context, func(context.Context) error) error {
			close(gate)
			synctest.Wait()
			return errEngine
		}
		if n, err := w.method(background, 1); n != 0 || !errors.Is(err, errEngine) {
			t.Errorf("the next call got %d and %v", n, err)
		}
	})
}

// Calls that an engine runs elsewhere are accounted for, and give results of their own.
func TestEngineUnderLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, e := withEngine(t, breakerOnly(runtime.BreakerPolicy{}))
		e.around = func(ctx context.Context, run func(context.Context) error) error {
			done := make(chan error, 1)
			go func() { done <- run(ctx) }()
			select {
			case err := <-done:
				return err
			case <-time.After(5 * time.Millisecond):
				return errEngine
			}
		}
		w.does(func(_ context.Context, n int) (int, error) {
			time.Sleep(time.Duration(n%9) * time.Millisecond)
			return n, nil
		})
		var all sync.WaitGroup
		for g := range 16 {
			all.Go(func() {
				for i := range 50 {
					n, err := w.method(context.Background(), g*50+i)
					if err == nil && n != g*50+i || err != nil && !errors.Is(err, errEngine) {
						t.Errorf("call %d got %d, %v", g*50+i, n, err)
					}
				}
			})
		}
		all.Wait()
		time.Sleep(time.Second)
		if got := w.circuit.Snapshot(); got.Total.Calls() != 16*50 || got.InFlight != 0 {
			t.Errorf("counted %+v, %d in flight", got.Total, got.InFlight)
		}
	})
}

func TestEngineRefusals(t *testing.T) {
	w, _ := withEngine(t, runtime.Policy{})
	_, err := tryWrap(runtime.Policy{}, in(w.registry))
	wantError(t, err, "Echo.Do", "engine")
	err = w.registry.Apply("Echo.Do", runtime.Policy{Breaker: runtime.BreakerPolicy{Consecutive: 3}})
	wantError(t, err, "Policy.Breaker", "engine")
	retry := runtime.Policy{Retry: runtime.RetryPolicy{Attempts: 2}}
	if err := w.registry.Apply("Echo.Do", retry); err != nil {
		t.Errorf("what isn't the breaker's: %v", err)
	}
}

// An engine's breaker that is turned off isn't asked, and what it says isn't shown.
func TestStateOfAnEngineThatIsOff(t *testing.T) {
	w, e := withEngine(t, runtime.Policy{Breaker: runtime.BreakerPolicy{Off: true}})
	e.turn(runtime.Open)
	if err := w.call(); err != nil {
		t.Errorf("got %v", err)
	}
	w.is(t, runtime.Closed)
	if got := w.circuit.Snapshot().State; got != runtime.Closed {
		t.Errorf("the snapshot says %v", got)
	}
}
