package runtime_test

import (
	"math/rand/v2"
	goruntime "runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// family returns the only family.
func (w *wrapper) family(t testing.TB) (family runtime.Family) {
	t.Helper()
	n := 0
	for family = range w.registry.Families() {
		n++
	}
	if n != 1 {
		t.Fatalf("there are %d families", n)
	}
	return family
}

// counted returns what the family has counted in all.
func counted(f runtime.Family) (calls, fallbacks, durations uint64) {
	add := func(total runtime.Counts, d runtime.FineDurations) {
		calls += total.Calls()
		fallbacks += total.Fallbacks
		durations += d.Success.Count() + d.Failure.Count()
	}
	add(f.GoneTotal, f.GoneDurations)
	for _, c := range f.Circuits {
		add(c.Snapshot().Total, c.FineDurations())
	}
	return calls, fallbacks, durations
}

func TestCountsOutliveTheirKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, runtime.Policy{}, byKey(100))
		made := time.Now()
		for round := range 20 {
			for key := range 1000 {
				w.callKey(key)
			}
			calls, _, durations := counted(w.family(t))
			if want := uint64(round+1) * 1000; calls != want || durations != want {
				t.Fatalf("%d calls and %d durations, want %d", calls, durations, want)
			}
		}
		f := w.family(t)
		if f.Name != "Echo.Do" || len(f.Circuits) != 100 || !f.Made.Equal(made) || f.Fallback {
			t.Errorf("%s, made %v, with a fallback %v, has %d circuits", f.Name, f.Made, f.Fallback, len(f.Circuits))
		}
		if !slices.IsSortedFunc(f.Circuits, func(a, b *runtime.Circuit) int {
			if a.Name() < b.Name() {
				return -1
			}
			return 1
		}) {
			t.Error("they aren't sorted")
		}
		name, key, ok := f.Circuits[0].Key()
		if name != "Echo.Do" || "Echo.Do["+key+"]" != f.Circuits[0].Name() || !ok {
			t.Errorf("Key of %s: %q, %q, %v", f.Circuits[0].Name(), name, key, ok)
		}
	})
}

func TestFamiliesEndWithTheLoop(t *testing.T) {
	a := wrap(t, runtime.Policy{}, byKey(0), named("a"))
	wrap(t, runtime.Policy{}, byKey(0), named("b"), in(a.registry))
	for f := range a.registry.Families() {
		if f.Name != "a.Do" {
			t.Errorf("the first one is %s", f.Name)
		}
		break
	}
}

func TestCircuitWithoutAKey(t *testing.T) {
	if name, key, ok := wrap(t, runtime.Policy{}).circuit.Key(); name != "" || key != "" || ok {
		t.Errorf("its key is %q, %q, %v", name, key, ok)
	}
}

// What is under way when its circuit is removed counts when it ends.
func TestCountsOutliveARemovedKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, runtime.Policy{}, byKey(2))
		w.callKey(1)
		call := w.startBlocked(t) // its key is 1
		w.registry.Remove("Echo.Do[1]")
		if calls, _, _ := counted(w.family(t)); calls != 1 {
			t.Errorf("%d calls, want 1", calls)
		}
		call.release()
		if calls, _, _ := counted(w.family(t)); calls != 2 {
			t.Errorf("%d calls, want 2", calls)
		}
		w.callKey(1)
		if calls, _, _ := counted(w.family(t)); calls != 3 {
			t.Errorf("%d calls, want 3", calls)
		}
	})
}

// A fallback answers when its circuit has let go of the call, and is counted there all the same.
func TestFallbacksOutliveTheirKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, retryOnly(runtime.RetryPolicy{Off: true}), byKey(1), fallsBack(after(time.Second, succeed)))
		w.does(fail)
		done := w.start(background, 1)
		synctest.Wait() // it is in the fallback
		w.callKey(2)
		w.callKey(3)
		<-done
		f := w.family(t)
		if calls, fallbacks, _ := counted(f); calls != 3 || fallbacks != 3 || !f.Fallback {
			t.Errorf("%d calls and %d fallbacks, want 3 and 3", calls, fallbacks)
		}
	})
}

func TestCountsNeverFall(t *testing.T) {
	w := wrap(t, retryOnly(runtime.RetryPolicy{Off: true}), byKey(3))
	const callers, each = 4, 2000
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			for range each {
				w.callKey(rand.N(20))
			}
		})
	}
	stop := again(1, func() { w.registry.Remove("Echo.Do[7]") })
	done := make(chan struct{})
	go func() { all.Wait(); close(done) }()
	for last, over := uint64(0), false; !over; {
		select {
		case <-done:
			over = true
		default:
		}
		calls, _, _ := counted(w.family(t))
		if calls < last {
			t.Errorf("%d calls after %d", calls, last)
		}
		last = calls
		goruntime.Gosched() // or on one CPU nobody else has a turn
	}
	stop()
	if calls, _, _ := counted(w.family(t)); calls != callers*each {
		t.Errorf("%d calls, want %d", calls, callers*each)
	}
}

func TestSnapshotSaysWhetherThereIsAFallback(t *testing.T) {
	for want, options := range map[bool][]option{false: nil, true: {fallsBack(succeed)}} {
		if got := wrap(t, runtime.Policy{}, options...).circuit.Snapshot().Fallback; got != want {
			t.Errorf("it says %v, want %v", got, want)
		}
		w := wrap(t, runtime.Policy{}, append(options, byKey(2))...)
		w.callKey(1)
		if got := w.key(t, 1).Snapshot().Fallback; got != want {
			t.Errorf("by key, it says %v, want %v", got, want)
		}
	}
}
