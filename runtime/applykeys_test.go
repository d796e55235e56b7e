package runtime_test

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

func TestApplyToKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 2}), byKey(0))
		w.callKey(7)
		consecutive := func(n int) runtime.Policy {
			return runtime.Policy{Breaker: runtime.BreakerPolicy{Consecutive: n}}
		}
		opensAfter := func(key, want int) {
			t.Helper()
			c, _ := w.registry.Circuit(fmt.Sprintf("Echo.Do[%d]", key))
			for n := 0; c == nil || c.State() == runtime.Closed; n++ {
				if n == want {
					t.Errorf("key %d is closed after %d failures", key, n)
					return
				}
				w.will(fail)
				w.callKey(key)
				c, _ = w.registry.Circuit(fmt.Sprintf("Echo.Do[%d]", key))
				if c.State() == runtime.Open && n+1 != want {
					t.Errorf("key %d is open after %d failures, want %d", key, n+1, want)
				}
			}
		}
		if err := w.registry.Apply("Echo.Do", consecutive(4)); err != nil {
			t.Fatal(err)
		}
		if err := w.registry.Apply("Echo.Do[7]", consecutive(3)); err != nil {
			t.Fatal(err)
		}
		opensAfter(7, 3)
		opensAfter(8, 4) // made after Apply
		w.registry.Apply("Echo.Do", consecutive(5))
		opensAfter(9, 5)
	})
}

// A circuit that is made while Apply works has what Apply sets.
func TestApplyWhileAKeyIsMade(t *testing.T) {
	var w *wrapper
	two := runtime.Policy{Retry: runtime.RetryPolicy{Attempts: 2}}
	applied := false
	engine := func(name string, _ runtime.BreakerPolicy) (runtime.Breaker, error) {
		if !applied {
			applied = true
			if err := w.registry.Apply("Echo.Do", two); err != nil {
				t.Error(err)
			}
		}
		return closedEngine{}, nil
	}
	w = wrap(t, runtime.Policy{}, byKey(0), func(s *setup) { s.Engine = engine })
	w.callKey(1)
	if c, _ := w.registry.Circuit("Echo.Do[1]"); c.Snapshot().Policy.Retry.Attempts != 2 {
		t.Errorf("it has %+v", c.Snapshot().Policy.Retry)
	}
}

// An Apply that one of the circuits can't take leaves all as they were.
func TestApplyToKeysIsWhole(t *testing.T) {
	w := wrap(t, runtime.Policy{}, byKey(0))
	for n := range 10 {
		w.callKey(n)
	}
	backoff := func(least, most time.Duration) runtime.Policy {
		return runtime.Policy{Retry: runtime.RetryPolicy{Backoff: least, MaxBackoff: most}}
	}
	if err := w.registry.Apply("Echo.Do[5]", backoff(time.Minute, time.Hour)); err != nil {
		t.Fatal(err)
	}
	wantError(t, w.registry.Apply("Echo.Do", backoff(0, 2*time.Second)), "Retry.Backoff")
	for c := range w.registry.Circuits() {
		want := time.Second // the default
		if c.Name() == "Echo.Do[5]" {
			want = time.Hour
		}
		if got := c.Snapshot().Policy.Retry.MaxBackoff; got != want {
			t.Errorf("%s has %v, want %v", c.Name(), got, want)
		}
	}
	w.registry.Apply("Echo.Do", backoff(time.Millisecond, 0)) // as if nothing had been
	if c, _ := w.registry.Circuit("Echo.Do[1]"); c.Snapshot().Policy.Retry.MaxBackoff != time.Second {
		t.Errorf("it has %v now", c.Snapshot().Policy.Retry)
	}
}

// What is applied to all holds for those that are there, too, over what they have of their own.
func TestApplyReachesTheKeysThatAreThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, runtime.Policy{}, byKey(0))
		w.callKey(1)
		w.callKey(2)
		apply := func(circuit string, p runtime.Policy) {
			t.Helper()
			if err := w.registry.Apply(circuit, p); err != nil {
				t.Fatal(err)
			}
		}
		attempts := func(n int) runtime.Policy {
			return runtime.Policy{Retry: runtime.RetryPolicy{Attempts: n}}
		}
		have := func(key, attempts int, timeout time.Duration) {
			t.Helper()
			c, _ := w.registry.Circuit(fmt.Sprintf("Echo.Do[%d]", key))
			p := c.Snapshot().Policy
			if p.Retry.Attempts != attempts || p.Timeout.Attempt != timeout {
				t.Errorf("key %d has %d attempts of %v, want %d of %v",
					key, p.Retry.Attempts, p.Timeout.Attempt, attempts, timeout)
			}
		}
		apply("Echo.Do", attempts(5))
		have(1, 5, time.Second)
		have(2, 5, time.Second)
		apply("Echo.Do[2]", attempts(7))
		apply("Echo.Do", runtime.Policy{Timeout: runtime.TimeoutPolicy{Attempt: time.Minute}})
		have(1, 5, time.Minute)
		have(2, 7, time.Minute)
		apply("Echo.Do", attempts(1)) // the newest counts
		have(1, 1, time.Minute)
		have(2, 1, time.Minute)

		apply("Echo.Do", runtime.Policy{Bulkhead: runtime.BulkheadPolicy{Limit: 1}})
		held := w.startBlocked(t) // of key 1
		if err := w.callKey(1); !isA[*runtime.FullError](err) {
			t.Errorf("got %v, with its one place taken", err)
		}
		if err := w.callKey(2); err != nil {
			t.Errorf("another key's place: %v", err)
		}
		held.release()

		if err := w.registry.Restore("Echo.Do"); err != nil {
			t.Fatal(err)
		}
		w.callKey(3) // what comes later has nothing of it either
		for key := 1; key <= 3; key++ {
			have(key, 3, time.Second)
		}
	})
}

// What is applied to all keys is said of each: it turns on what the directives turn off, also of
// those that have something of their own, and of those to come, whoever binds them again.
func TestApplyToKeysTurnsOn(t *testing.T) {
	off := runtime.Policy{Retry: runtime.RetryPolicy{Off: true}}
	w := wrap(t, off, byKey(0))
	w.callKey(1)
	w.callKey(2)
	minute := runtime.Policy{Timeout: runtime.TimeoutPolicy{Attempt: time.Minute}}
	two := runtime.Policy{Retry: runtime.RetryPolicy{Attempts: 2}}
	if err := errors.Join(w.registry.Apply("Echo.Do[2]", minute), w.registry.Apply("Echo.Do", two)); err != nil {
		t.Fatal(err)
	}
	w.callKey(3)
	wrap(t, off, byKey(0), in(w.registry)).callKey(4)
	for key := 1; key <= 4; key++ {
		if got := w.key(t, key).Snapshot().Policy.Retry; got.Off || got.Attempts != 2 {
			t.Errorf("key %d has %+v", key, got)
		}
	}
}

// What none of the keys to come could take is refused, though there is none yet.
func TestApplyToKeysRefuses(t *testing.T) {
	w := wrap(t, runtime.Policy{Retry: runtime.RetryPolicy{Backoff: time.Second}}, byKey(0))
	less := runtime.Policy{Retry: runtime.RetryPolicy{MaxBackoff: time.Millisecond}}
	wantError(t, w.registry.Apply("Echo.Do", less), "Policy.Retry.Backoff", "1s")
	w.callKey(1)
	if got := w.key(t, 1).Snapshot().Policy.Retry.MaxBackoff; got != time.Second {
		t.Errorf("it was applied all the same: %v", got)
	}
}

// TestRestoreOfOneKey takes back what was said of that key, and not what was said of all.
func TestRestoreOfOneKey(t *testing.T) {
	w := wrap(t, runtime.Policy{}, byKey(0))
	w.callKey(1)
	w.callKey(2)
	attempts := func(name string, n int) {
		t.Helper()
		if err := w.registry.Apply(name, runtime.Policy{Retry: runtime.RetryPolicy{Attempts: n}}); err != nil {
			t.Fatal(err)
		}
	}
	restore := func(name string) {
		t.Helper()
		if err := w.registry.Restore(name); err != nil {
			t.Fatal(err)
		}
	}
	have := func(when string, want int, keys ...int) {
		t.Helper()
		for _, key := range keys {
			if got := w.key(t, key).Snapshot().Policy.Retry.Attempts; got != want {
				t.Errorf("%s, key %d has %d attempts, want %d", when, key, got, want)
			}
		}
	}
	attempts("Echo.Do", 5)
	attempts("Echo.Do[1]", 7)
	restore("Echo.Do[1]")
	have("restored", 5, 1, 2)
	attempts("Echo.Do", 6)
	have("with another policy of all", 6, 1, 2)
	attempts("Echo.Do[1]", 7)
	w.registry.Remove("Echo.Do[1]")
	w.callKey(1)
	have("made anew", 6, 1, 2)
	attempts("Echo.Do[1]", 7)
	restore("Echo.Do")
	have("with all restored", 3, 1, 2)
}
