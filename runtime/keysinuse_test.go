package runtime_test

import (
	"context"
	"errors"
	"fmt"
	goruntime "runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/breakergen/breakergen/runtime"
)

// key returns the circuit of one key.
func (w *wrapper) key(t *testing.T, n int) *runtime.Circuit {
	t.Helper()
	c, ok := w.registry.Circuit(fmt.Sprintf("Echo.Do[%d]", n))
	if !ok {
		t.Fatalf("there is no circuit of key %d: there are %v", n, names(w.registry))
	}
	return c
}

// A circuit by key stays, however long it was unused, where more than its counts would go
// with it.
func TestKeysInUseStay(t *testing.T) {
	held := func(w *wrapper) {
		ctx, cancel := context.WithCancel(background)
		time.AfterFunc(time.Hour, cancel)
		w.will(hang)
		w.start(ctx, 1)
		synctest.Wait()
	}
	change := func(t *testing.T, w *wrapper, name string) {
		t.Helper()
		if err := w.registry.Apply(name, runtime.Policy{Retry: runtime.RetryPolicy{Attempts: 2}}); err != nil {
			t.Error(err)
		}
	}
	for name, c := range map[string]struct {
		use   func(t *testing.T, w *wrapper)
		stays bool
	}{
		"unused":        {func(*testing.T, *wrapper) {}, false},
		"forced open":   {func(t *testing.T, w *wrapper) { w.key(t, 1).ForceOpen() }, true},
		"forced closed": {func(t *testing.T, w *wrapper) { w.key(t, 1).ForceClose() }, true},
		"reset": {func(t *testing.T, w *wrapper) {
			w.key(t, 1).ForceOpen()
			w.key(t, 1).Reset()
		}, false},
		"changed": {func(t *testing.T, w *wrapper) { change(t, w, "Echo.Do[1]") }, true},
		"changed, and then with all": {func(t *testing.T, w *wrapper) {
			change(t, w, "Echo.Do[1]")
			change(t, w, "Echo.Do")
		}, true},
		"restored": {func(t *testing.T, w *wrapper) {
			change(t, w, "Echo.Do[1]")
			w.registry.Restore("Echo.Do[1]")
		}, false},
		"changed with all": {func(t *testing.T, w *wrapper) { change(t, w, "Echo.Do") }, false},
		"restored with all": {func(t *testing.T, w *wrapper) {
			change(t, w, "Echo.Do[1]")
			w.registry.Restore("Echo.Do")
		}, false},
		"not changed": {func(t *testing.T, w *wrapper) {
			if w.registry.Apply("Echo.Do[1]", runtime.Policy{Retry: runtime.RetryPolicy{Attempts: -1}}) == nil {
				t.Error("what is impossible was applied")
			}
		}, false},
		"open": {func(t *testing.T, w *wrapper) { w.will(fail); w.callKey(1) }, true},
		"half-open": {func(t *testing.T, w *wrapper) {
			w.will(fail)
			w.callKey(1)
			time.Sleep(5 * time.Second)
			w.will(failWith(errNeither))
			w.callKey(1)
			if got := w.key(t, 1).State(); got != runtime.HalfOpen {
				t.Errorf("it is %v", got)
			}
		}, true},
		"under way": {func(t *testing.T, w *wrapper) { held(w) }, true},
		"under way without a wrapper": {func(t *testing.T, w *wrapper) {
			go w.key(t, 1).Runner().Run(background, func(context.Context) error { time.Sleep(time.Hour); return nil })
			synctest.Wait()
		}, true},
		"left alone": {func(t *testing.T, w *wrapper) { // it has its place until it ends
			apply := runtime.Policy{
				Bulkhead: runtime.BulkheadPolicy{Limit: 1},
				Timeout:  runtime.TimeoutPolicy{Attempt: time.Second, Detach: true},
				Breaker:  runtime.BreakerPolicy{Consecutive: -1},
			}
			if err := w.registry.Apply("Echo.Do", apply); err != nil {
				t.Fatal(err)
			}
			w.will(after(time.Hour, succeed))
			w.callKey(1)
		}, true},
	} {
		bubble(t, name, func(t *testing.T) {
			policy := breakerOnly(runtime.BreakerPolicy{Consecutive: 1})
			policy.Classify = classify(errNeither, runtime.Ignored)
			w := wrap(t, policy, byKey(2))
			w.callKey(1)
			c.use(t, w)
			for key := 2; key <= 4; key++ {
				time.Sleep(time.Second)
				w.callKey(key)
			}
			want := []string{"Echo.Do[3]", "Echo.Do[4]"}
			if c.stays {
				want[0] = "Echo.Do[1]"
			}
			if got := names(w.registry); !slices.Equal(got, want) {
				t.Errorf("there are %v, want %v", got, want)
			}
			time.Sleep(2 * time.Hour)
		})
	}
}

// Where all are in use there are more than max, for as long as it takes.
func TestMoreKeysThanMax(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, runtime.Policy{Timeout: runtime.TimeoutPolicy{Off: true}}, byKey(2))
		goOn := make(chan struct{})
		w.does(func(_ context.Context, n int) (int, error) { <-goOn; return n, nil })
		var ends []<-chan end
		for n := range 5 {
			ends = append(ends, w.start(background, n))
			synctest.Wait()
			time.Sleep(time.Second)
		}
		if got := len(names(w.registry)); got != 5 {
			t.Errorf("%d circuits, all in use, want 5", got)
		}
		close(goOn)
		for _, done := range ends {
			<-done
		}
		w.callKey(7)
		if want := []string{"Echo.Do[4]", "Echo.Do[7]"}; !slices.Equal(names(w.registry), want) {
			t.Errorf("then there are %v, want %v", names(w.registry), want)
		}
	})
}

// Where all are open, those go that nobody has come back to, once they have been left alone for twice their
// open time; but none that is forced, half-open or in use.
func TestAbandonedKeysGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		policy := breakerOnly(runtime.BreakerPolicy{Consecutive: 1, OpenFor: time.Minute})
		w := wrap(t, policy, byKey(2))
		opens := func(keys ...int) {
			for _, n := range keys {
				w.will(fail)
				w.callKey(n)
			}
		}
		are := func(want ...string) {
			t.Helper()
			for i, key := range want {
				want[i] = "Echo.Do[" + key + "]"
			}
			if got := names(w.registry); !slices.Equal(got, want) {
				t.Errorf("there are %v, want %v", got, want)
			}
		}
		opens(10, 11, 12, 13, 14)
		w.key(t, 10).ForceOpen()
		time.Sleep(time.Minute)
		w.will(failWith(context.Canceled)) // the dependency's own
		w.callKey(11)                      // opens again
		gate := make(chan struct{})
		w.will(until(gate, succeed))
		probe := w.start(background, 12) // stays half-open
		synctest.Wait()
		time.Sleep(time.Minute - 1)
		w.callKey(15)
		are("10", "11", "12", "13", "14", "15")
		time.Sleep(time.Nanosecond)
		w.callKey(16)
		are("10", "11", "12", "16")
		time.Sleep(time.Hour)
		w.callKey(17)
		are("10", "12", "17")
		close(gate)
		<-probe
		w.callKey(18)
		are("10", "18")
	})
}

// An open circuit that has a call under way from before isn't abandoned.
func TestKeysThatHaveACallAreNotAbandoned(t *testing.T) {
	for name, begin := range map[string]func(w *wrapper, c *runtime.Circuit, s step){
		"through its wrapper": func(w *wrapper, _ *runtime.Circuit, s step) {
			w.will(s)
			w.start(background, 1)
		},
		"without a wrapper": func(_ *wrapper, c *runtime.Circuit, s step) {
			go c.Runner().Run(background, func(ctx context.Context) error { _, err := s(ctx, 1); return err })
		},
	} {
		bubble(t, name, func(t *testing.T) {
			w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 1, OpenFor: time.Minute}), byKey(1))
			w.callKey(1)
			gate := make(chan struct{})
			begin(w, w.key(t, 1), until(gate, succeed))
			synctest.Wait()
			w.will(fail)
			w.callKey(1)
			time.Sleep(time.Hour)
			w.callKey(2)
			w.key(t, 1)
			close(gate)
			synctest.Wait()
			w.callKey(3)
			if want := []string{"Echo.Do[3]"}; !slices.Equal(names(w.registry), want) {
				t.Errorf("once it has ended there are %v", names(w.registry))
			}
		})
	}
}

// The order in which they go is that of their last uses, and nothing else's.
func TestKeysGoInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, runtime.Policy{}, byKey(30))
		for n := range 60 {
			w.callKey(100 + n)
			time.Sleep(time.Second)
		}
		for n := range 30 {
			w.key(t, 130+n)
		}
	})
}

// A key whose breaker can't be made fails its calls alone.
func TestEngineOfAKeyThatFails(t *testing.T) {
	engine := func(name string, _ runtime.BreakerPolicy) (runtime.Breaker, error) {
		if strings.HasSuffix(name, "[2]") {
			return nil, errBoom
		}
		return closedEngine{}, nil
	}
	w := wrap(t, runtime.Policy{}, byKey(0), func(s *setup) { s.Engine = engine })
	if err := w.callKey(1); err != nil {
		t.Error(err)
	}
	err := w.callKey(2)
	if !errors.Is(err, errBoom) || !strings.Contains(err.Error(), "Echo.Do[2]") || w.calls() != 1 {
		t.Errorf("got %v after %d calls", err, w.calls())
	}
	if want := []string{"Echo.Do[1]"}; !slices.Equal(names(w.registry), want) {
		t.Errorf("there are %v", names(w.registry))
	}
	wantError(t, w.registry.Apply("Echo.Do", runtime.Policy{Breaker: runtime.BreakerPolicy{Consecutive: 3}}),
		"Policy.Breaker", "engine")
}

// A link outside that loses the context loses the key: it hears of the breaker that there is for
// none.
func TestEngineOfALostKeyThatFails(t *testing.T) {
	engine := func(name string, _ runtime.BreakerPolicy) (runtime.Breaker, error) {
		if strings.HasSuffix(name, "[]") {
			return nil, errBoom
		}
		return closedEngine{}, nil
	}
	w := wrap(t, runtime.Policy{}, byKey(0), outer(forgetful), func(s *setup) { s.Engine = engine })
	if e := w.do(background, 1); !errors.Is(e.err, errBoom) || w.calls() != 0 {
		t.Errorf("got %+v after %d calls", e, w.calls())
	}
}

// What has gone is kept for its last call alone.
func TestKeysThatWentAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, runtime.Policy{}, byKey(0))
		gate := make(chan struct{})
		w.will(until(gate, succeed))
		call := w.start(background, 1)
		synctest.Wait()
		gone := weak.Make(w.key(t, 1))
		w.registry.Remove("Echo.Do[1]")
		close(gate)
		<-call
		for deadline := time.Now().Add(time.Minute); gone.Value() != nil; time.Sleep(time.Second) {
			if goruntime.GC(); time.Now().After(deadline) {
				t.Fatal("its family keeps it")
			}
		}
		goruntime.KeepAlive(w)
	})
}

// A key has one circuit, whoever comes first: the breaker of one who was late is dropped.
func TestKeyThatTwoMakeAtOnce(t *testing.T) {
	var w *wrapper
	var made []*fakeEngine
	make := each(&made)
	engine := func(name string, asked runtime.BreakerPolicy) (runtime.Breaker, error) {
		b, err := make(name, asked)
		if len(made) == 1 {
			w.callKey(7) // another caller, who is faster
		}
		return b, err
	}
	w = wrap(t, runtime.Policy{}, byKey(2), func(s *setup) { s.Engine = engine })
	w.callKey(7)
	w.callKey(7)
	if got := w.key(t, 7).Snapshot().Total.Successes; got != 3 || len(made) != 2 || len(made[1].saw) != 3 {
		t.Errorf("%d calls in the circuit, %d breakers made", got, len(made))
	}
	w.callKey(8)
	if len(made) != 3 {
		t.Errorf("%d breakers were made, want one for the next key", len(made))
	}
	w.callKey(9)
	if got := len(names(w.registry)); got != 2 {
		t.Errorf("%d circuits, want 2", got)
	}
}
