package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/breakergen/breakergen/runtime"
)

// byKey has one circuit a number, at most max of them.
func byKey(max int) option {
	return func(s *setup) { s.spec.Key, s.spec.MaxKeys = strconv.Itoa, max }
}

func (w *wrapper) callKey(n int) error {
	_, err := w.method(context.Background(), n)
	return err
}

func TestCircuitsByKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 1}), byKey(0))
		if got := names(w.registry); len(got) != 0 {
			t.Errorf("there are %v before the first call", got)
		}
		w.callKey(8)
		w.will(fail)
		w.callKey(7)
		if want := []string{"Echo.Do[7]", "Echo.Do[8]"}; !slices.Equal(names(w.registry), want) {
			t.Errorf("got %v, want %v", names(w.registry), want)
		}
		var open *runtime.OpenError
		if err := w.callKey(7); !errors.As(err, &open) || open.Circuit != "Echo.Do[7]" {
			t.Errorf("got %v, want a rejection by Echo.Do[7]", err)
		}
		if err := w.callKey(8); err != nil {
			t.Errorf("another key's circuit: %v", err)
		}
		c, _ := w.registry.Circuit("Echo.Do[7]")
		if got := c.Snapshot().Total; got.Failures != 1 || got.Rejections != 1 {
			t.Errorf("counted %+v", got)
		}
	})
}

func TestLongestUnusedKeyGoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, runtime.Policy{}, byKey(3))
		for _, n := range []int{1, 2, 3, 1, 4, 5, 1} {
			w.callKey(n)
			time.Sleep(time.Second)
		}
		want := []string{"Echo.Do[1]", "Echo.Do[4]", "Echo.Do[5]"}
		if got := names(w.registry); !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		c, _ := w.registry.Circuit("Echo.Do[1]")
		if got := c.Snapshot().Total.Successes; got != 3 {
			t.Errorf("the circuit in use has %d calls, want 3", got)
		}
	})
	synctest.Test(t, func(t *testing.T) { // also where all were used at the same time
		w := wrap(t, runtime.Policy{}, byKey(2))
		for n := range 20 {
			w.callKey(n)
			if _, ok := w.registry.Circuit(fmt.Sprintf("Echo.Do[%d]", n)); !ok {
				t.Errorf("the newest one, %d, has gone", n)
			}
		}
	})
	t.Run("the default is 1000", func(t *testing.T) {
		w := wrap(t, runtime.Policy{}, byKey(0))
		for n := range 1010 {
			w.callKey(n)
		}
		if got := len(names(w.registry)); got != 1000 {
			t.Errorf("%d circuits, want 1000", got)
		}
	})
}

func TestSharedKeys(t *testing.T) {
	policy := breakerOnly(runtime.BreakerPolicy{Consecutive: 1})
	a := wrap(t, policy, sharing("api"), byKey(0))
	b := wrap(t, policy, in(a.registry), sharing("api"), byKey(0))
	a.will(fail)
	a.callKey(7)
	if err := b.callKey(7); !isOpen(err) {
		t.Errorf("got %v, want the other wrapper's open circuit", err)
	}
	if err := b.callKey(8); err != nil {
		t.Error(err)
	}
	for name, options := range map[string][]option{
		"another policy": {sharing("api"), byKey(0)},
		"no key":         {sharing("api")},
	} {
		if _, err := tryWrap(runtime.Policy{}, append(options, in(a.registry))...); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestRemoveKeys(t *testing.T) {
	policy := breakerOnly(runtime.BreakerPolicy{Consecutive: 1})
	w := wrap(t, policy, byKey(3))
	fails := func(n int) { w.will(fail); w.callKey(n) }
	fails(7)
	fails(8)

	w.registry.Remove("Echo.Do[7]")
	if want := []string{"Echo.Do[8]"}; !slices.Equal(names(w.registry), want) {
		t.Errorf("got %v, want %v", names(w.registry), want)
	}
	if err := w.callKey(7); err != nil {
		t.Errorf("a removed key is made anew by its next call, but: %v", err)
	}
	if want := []string{"Echo.Do[7]", "Echo.Do[8]"}; !slices.Equal(names(w.registry), want) {
		t.Errorf("got %v, want %v", names(w.registry), want)
	}

	// All of them: the wrapper keeps what it has, unseen by the registry.
	w.registry.Remove("Echo.Do")
	if got := names(w.registry); len(got) != 0 {
		t.Errorf("%v are left of what was removed", got)
	}
	if _, ok := w.registry.Circuit("Echo.Do[8]"); ok {
		t.Error("a key that was removed with all is still there")
	}
	fresh := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: 2}), in(w.registry), byKey(0))
	fresh.callKey(1)
	if err := w.callKey(8); !isOpen(err) {
		t.Errorf("the old wrapper got %v, want its old circuit's rejection", err)
	}
	for _, n := range []int{1, 2, 3, 4, 5} { // its own go, and not the new wrapper's
		w.callKey(n)
	}
	if want := []string{"Echo.Do[1]"}; !slices.Equal(names(w.registry), want) {
		t.Errorf("got %v, want %v", names(w.registry), want)
	}
	if err := w.registry.Apply("Echo.Do", policy); err != nil {
		t.Errorf("the new ones' policy: %v", err)
	}
}

// Keys come and go under concurrent callers.
func TestKeysUnderLoad(t *testing.T) {
	w := wrap(t, runtime.Policy{}, byKey(5))
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			for n := range 500 {
				if err := w.callKey((g + n) % 20); err != nil {
					t.Error(err)
				}
				switch n % 50 {
				case 1:
					w.registry.Remove(fmt.Sprintf("Echo.Do[%d]", n%20))
				case 2:
					w.registry.Apply("Echo.Do", runtime.Policy{Retry: runtime.RetryPolicy{Attempts: 2}})
				}
			}
		})
	}
	all.Wait()
	if got := len(names(w.registry)); got > 5 {
		t.Errorf("%d circuits, want at most 5", got)
	}
	for c := range w.registry.Circuits() {
		if got := c.Snapshot().Policy.Retry.Attempts; got != 2 {
			t.Errorf("%s has %d attempts, want 2", c.Name(), got)
		}
	}
}

// Names are UTF-8, and no two keys have one name.
func TestNamesOfCircuits(t *testing.T) {
	keys := []string{"\xff", `"\xff"`, `"`, "", "ключ", "]"}
	w := wrap(t, runtime.Policy{}, func(s *setup) {
		s.Name = "echo\xfe"
		s.spec.Key = func(n int) string { return keys[n] }
	})
	for n := range keys {
		w.callKey(n)
	}
	got := names(w.registry)
	slices.Sort(got)
	if len(slices.Compact(got)) != len(keys) {
		t.Errorf("%d keys have the names %q", len(keys), got)
	}
	for _, name := range got {
		if !utf8.ValidString(name) {
			t.Errorf("%q is not UTF-8", name)
		}
	}
	plain := wrap(t, runtime.Policy{}, func(s *setup) { s.spec.Circuit = "echo\xfe" })
	if _, ok := plain.registry.Circuit("echo\xfe"); !ok {
		t.Error("no circuit has the name that it was given")
	}
	apply := runtime.Policy{Retry: runtime.RetryPolicy{Attempts: 2}}
	if err := plain.registry.Apply("echo\xfe", apply); err != nil {
		t.Error(err)
	}
	if err := plain.registry.Restore("echo\xfe"); err != nil {
		t.Error(err)
	}
	plain.registry.Remove("echo\xfe")
	if got := names(plain.registry); len(got) != 0 {
		t.Errorf("%q are left", got)
	}
}
