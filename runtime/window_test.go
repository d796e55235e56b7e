package runtime_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

func TestTimeWindow(t *testing.T) {
	policy := breakerOnly(runtime.BreakerPolicy{MinCalls: 20, Consecutive: -1})
	for _, c := range []struct {
		name string
		idle time.Duration
		want runtime.State
	}{
		{"kept at once", 0, runtime.Open},
		{"kept over a gap", 8 * time.Second, runtime.Open},
		{"kept for nine tenths", 9*time.Second - 1, runtime.Open},
		{"gone when older than the window", 10 * time.Second, runtime.Closed},
		{"gone after a day", 24 * time.Hour, runtime.Closed},
	} {
		// The window's parts may begin at any time.
		for _, offset := range []time.Duration{0, 1, 500 * time.Millisecond, time.Second - 1} {
			bubble(t, c.name, func(t *testing.T) {
				w := wrap(t, policy)
				time.Sleep(time.Minute + offset)
				w.run(times(19, fail)...)
				time.Sleep(c.idle)
				w.run(fail)
				w.is(t, c.want)
			})
		}
	}
	bubble(t, "what is older goes bit by bit", func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{MinCalls: 1000, Consecutive: -1}))
		for range 100 { // one a second
			w.run(succeed)
			time.Sleep(time.Second)
		}
		if got := w.circuit.Snapshot().Window.Successes; got < 9 || got > 10 {
			t.Errorf("%d calls in a window of 10 s, want 9 or 10", got)
		}
	})
	bubble(t, "a success opens where older successes have gone", func(t *testing.T) {
		w := wrap(t, policy)
		w.run(times(30, succeed)...)
		time.Sleep(5 * time.Second)
		w.run(times(20, fail)...)
		w.is(t, runtime.Closed) // 20 of 50
		time.Sleep(4 * time.Second)
		w.run(succeed)
		w.is(t, runtime.Closed) // 20 of 51
		time.Sleep(time.Second)
		w.run(succeed)
		w.is(t, runtime.Open) // 20 of 22
	})
	bubble(t, "the default is 50% of 20 in 10 s", func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{}))
		for range 9 {
			w.run(fail, succeed)
		}
		w.run(fail)
		w.is(t, runtime.Closed) // 10 of 19
		w.run(succeed)
		w.is(t, runtime.Open)
		if span := w.circuit.Snapshot().WindowSpan; span != 10*time.Second {
			t.Errorf("the window spans %v, want 10s", span)
		}
	})
}

// How long the successes take, by which an impatient caller is told from a hanging
// dependency, is of those in the window too.
func TestMeanSuccessIsOfTheWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{Consecutive: -1}))
		w.run(after(time.Minute, succeed))
		time.Sleep(10 * time.Second)
		w.run(after(time.Second, succeed))
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		w.will(hang)
		w.do(ctx, 1)
		if got := w.circuit.Snapshot().Total; got.Timeouts != 1 || got.Ignored != 0 {
			t.Errorf("counted %+v, want a timeout", got)
		}
	})
}

func TestCountWindow(t *testing.T) {
	bubble(t, "the oldest goes, however old", func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{WindowCalls: 10, Consecutive: -1}))
		w.run(fail, fail, fail, fail)
		w.run(times(6, succeed)...)
		w.is(t, runtime.Closed) // 4 of 10
		time.Sleep(24 * time.Hour)
		w.run(succeed, succeed, succeed, succeed) // the failures are out
		w.run(fail, fail, fail, fail)
		w.is(t, runtime.Closed)
		time.Sleep(24 * time.Hour)
		w.run(fail)
		w.is(t, runtime.Open)
	})
	bubble(t, "what is ignored takes no place in it", func(t *testing.T) {
		policy := breakerOnly(runtime.BreakerPolicy{WindowCalls: 4, Consecutive: -1})
		policy.Classify = classify(errNeither, runtime.Ignored)
		w := wrap(t, policy)
		w.run(fail, succeed, succeed)
		w.run(times(100, failWith(errNeither))...)
		w.is(t, runtime.Closed)
		w.run(fail)
		w.is(t, runtime.Open)
	})
	for _, c := range []struct {
		window, min int
		want        int // so many failures open it
	}{
		{5, 0, 5}, {20, 0, 20}, {100, 0, 20}, {100, 30, 30}, {1, 0, 1}, {10, 4, 4},
	} {
		bubble(t, "MinCalls is 20, or the window's size where that is less", func(t *testing.T) {
			w := wrap(t, breakerOnly(runtime.BreakerPolicy{
				WindowCalls: c.window, MinCalls: c.min, Consecutive: -1,
			}))
			w.run(times(c.want-1, fail)...)
			w.is(t, runtime.Closed)
			w.run(fail)
			w.is(t, runtime.Open)
		})
	}
	bubble(t, "the snapshot shows it", func(t *testing.T) {
		w := wrap(t, breakerOnly(runtime.BreakerPolicy{
			WindowCalls: 4, FailureRate: 1, Consecutive: -1, Slow: time.Second, SlowRate: 1,
		}))
		w.run(fail, fail, succeed, after(time.Second, succeed), succeed)
		time.Sleep(time.Hour)
		got := w.circuit.Snapshot().Window
		if got.Failures != 1 || got.Successes != 3 || got.Slow != 1 {
			t.Errorf("got %+v, want 3 successes, 1 failure, 1 slow", got)
		}
	})
}

// The sums of a count window agree with its calls after any load.
func TestCountWindowUnderLoad(t *testing.T) {
	w := wrap(t, breakerOnly(runtime.BreakerPolicy{
		WindowCalls: 100, FailureRate: 1, Consecutive: -1,
	}))
	w.does(func(_ context.Context, n int) (int, error) {
		if n%3 == 0 {
			return 0, errBoom
		}
		return n, nil
	})
	flap(w, 16, 2000)
	got := w.circuit.Snapshot().Window
	if got.Successes+got.Failures != 100 {
		t.Errorf("the window holds %+v, want 100 calls", got)
	}
	w.does(nil)
	flap(w, 4, 25)
	if got := w.circuit.Snapshot().Window; got.Successes != 100 || got.Failures != 0 {
		t.Errorf("after 100 successes it holds %+v", got)
	}
}

// A window starts empty where the circuit closes, however it does.
func TestWindowIsEmptyAfterClosing(t *testing.T) {
	for name, policy := range map[string]runtime.BreakerPolicy{
		"time":  {MinCalls: 4, Consecutive: -1, Window: time.Hour},
		"count": {MinCalls: 4, Consecutive: -1, WindowCalls: 100},
	} {
		for how, closes := range map[string]func(w *wrapper){
			"probe":      func(w *wrapper) { time.Sleep(5 * time.Second); w.run(succeed) },
			"Reset":      func(w *wrapper) { w.circuit.Reset() },
			"ForceClose": func(w *wrapper) { w.circuit.ForceClose(); w.circuit.Reset() },
			"while closed": func(w *wrapper) {
				w.circuit.Reset()
				w.run(fail, fail, fail)
				w.circuit.Reset()
			},
		} {
			bubble(t, name+"/"+how, func(t *testing.T) {
				w := wrap(t, breakerOnly(policy))
				w.run(fail, fail, fail, fail)
				w.is(t, runtime.Open)
				closes(w)
				w.is(t, runtime.Closed)
				if got := w.circuit.Snapshot().Window; got != (runtime.Counts{}) {
					t.Errorf("the window holds %+v", got)
				}
				w.run(fail, fail, fail)
				w.is(t, runtime.Closed)
				w.run(fail)
				w.is(t, runtime.Open)
			})
		}
	}
}
