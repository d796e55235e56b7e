package runtime_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

//go:noinline
func deepDown(context.Context, int) (int, error) { panic(errBoom) }

// TestDetachedPanicSaysWhere has a detached call panic, before its caller has left and after:
// the log and the last failure say where that was.
func TestDetachedPanicSaysWhere(t *testing.T) {
	for name, s := range map[string]step{"in time": deepDown, "late": deaf(after(time.Minute, deepDown))} {
		bubble(t, name, func(t *testing.T) {
			w := wrap(t, detached())
			var out strings.Builder
			defer runtime.LogTo(w.registry, slog.New(slog.NewTextHandler(&out, nil)))()
			w.registry.SubscribeCalls(func(_ context.Context, e runtime.CallEvent) {
				if e.What == runtime.Panicked {
					panic("a listener's")
				}
			})
			w.does(s)
			e := w.do(background, 1)
			if in := name == "in time"; in && e.panicked != errBoom || !in && e.panicked != nil {
				t.Errorf("got %+v", e)
			}
			time.Sleep(time.Hour)
			synctest.Wait()
			var told *runtime.PanicError
			if err := w.circuit.Snapshot().LastError; !errors.As(err, &told) || !errors.Is(err, errBoom) ||
				told.Value != errBoom || !strings.Contains(string(told.Stack), "deepDown") {
				t.Errorf("the last failure is %v", err)
			}
			if log := out.String(); strings.Count(log, "level=ERROR ") != 1 || !strings.Contains(log, "deepDown") ||
				!strings.Contains(log, "circuit=Echo.Do") {
				t.Errorf("the log says %q", log)
			}
			w.counted(t, map[bool]runtime.Counts{true: {Failures: 1}, false: {Timeouts: 1}}[name == "in time"])
		})
	}
}

// TestDetachedPanicIsTheLastFailure for whoever has recovered from it, whether or not that has been told
// elsewhere by then.
func TestDetachedPanicIsTheLastFailure(t *testing.T) {
	policy := detached()
	policy.Breaker = never
	w := wrap(t, policy)
	w.does(deepDown)
	for range 100 {
		func() {
			defer func() {
				if got := recover(); got != errBoom {
					t.Fatalf("recovered %v", got)
				}
				if err := w.circuit.Snapshot().LastError; !isA[*runtime.PanicError](err) {
					t.Fatalf("the last failure is %v", err)
				}
			}()
			w.method(background, 1)
		}()
	}
}

// TestNilContext is taken for context.Background: the panic would be the runtime's.
func TestNilContext(t *testing.T) {
	for name, options := range map[string][]option{"plain": nil, "keyed": {byKey(0)}, "with a link": {outer(onward)}} {
		t.Run(name, func(t *testing.T) {
			w := wrap(t, runtime.Policy{}, options...)
			w.does(func(ctx context.Context, n int) (int, error) { return n, ctx.Err() })
			var none context.Context
			if n, err := w.method(none, 7); n != 7 || err != nil {
				t.Errorf("got %d and %v", n, err)
			}
			if w.circuit == nil {
				return
			}
			err := w.circuit.Runner().Run(none, func(ctx context.Context) error { return ctx.Err() })
			if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestCallEvent_String(t *testing.T) {
	for want, e := range map[string]runtime.CallEvent{
		"Echo.Do: attempt 2 after 50ms: boom": {Circuit: "Echo.Do", What: runtime.Retried, Attempt: 2, Wait: 50 * time.Millisecond, Err: errBoom},
		"Echo.Do: attempt 3 after 1s":         {Circuit: "Echo.Do", What: runtime.Retried, Attempt: 3, Wait: time.Second},
		"Echo.Do: rejected":                   {Circuit: "Echo.Do", What: runtime.Rejected},
		"Echo.Do: found full":                 {Circuit: "Echo.Do", What: runtime.FoundFull},
		"Echo.Do: from closed to open":        {Circuit: "Echo.Do", What: runtime.ChangedState, From: runtime.Closed, To: runtime.Open},
		"Echo.Do: panic in a detached call: boom": {
			Circuit: "Echo.Do", What: runtime.Panicked, Err: &runtime.PanicError{Circuit: "Echo.Do", Value: errBoom},
		},
	} {
		if got := e.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
