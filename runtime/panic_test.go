package runtime_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// explode is the frame that a reader looks for.
func explode(context.Context, int) (int, error) { panic(errBoom) }

// In the caller's recover the stack still shows where the panic began.
func TestPanicKeepsItsStack(t *testing.T) {
	for _, shape := range shapes {
		timeout := shape.policy.Timeout
		if timeout.Detach && !timeout.Off {
			continue
		}
		bubble(t, shape.name, func(t *testing.T) {
			w := wrap(t, shape.policy, shape.options...)
			var ctx context.Context
			w.does(keepContext(&ctx, explode))
			defer func() {
				if !timeout.Off && ctx.Err() == nil {
					t.Error("the context outlives the call")
				}
			}()
			defer func() {
				value, stack := recover(), string(debug.Stack())
				if value != errBoom || !strings.Contains(stack, "runtime_test.explode") {
					t.Errorf("recovered %v, and the stack is\n%s", value, stack)
				}
			}()
			w.call()
		})
	}
}

func TestPanicOfADetachedCall(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, detached(), order)
		var ctx context.Context
		w.does(keepContext(&ctx, explode))
		if e := w.do(background, 1); e.panicked != errBoom || ctx.Err() == nil {
			t.Errorf("before the deadline: %+v, the context says %v", e, ctx.Err())
		}
		w.does(deaf(explode))
		if e := w.do(background, 1); !isA[*runtime.TimeoutError](e.err) {
			t.Errorf("at the deadline: %+v", e)
		}
		time.Sleep(time.Hour) // the panic comes: the process lives on
		w.does(deaf(exit))
		if e := w.do(background, 1); !isA[*runtime.TimeoutError](e.err) {
			t.Errorf("at the deadline: %+v", e)
		}
		time.Sleep(time.Hour)
		if got := w.total(); got.Failures != 1 || got.Timeouts != 2 || got.Calls() != 3 {
			t.Errorf("counted %+v", got)
		}
	})
}

// A call that ends its goroutine has failed, but with no error.
func TestGoexitOfADetachedCall(t *testing.T) {
	bothOrders(t, func(t *testing.T, order option) {
		w := wrap(t, detached(), order)
		w.run(fail, exit)
		if s := w.circuit.Snapshot(); s.Total.Failures != 2 || s.LastError != nil {
			t.Errorf("%d failures, the last one %v", s.Total.Failures, s.LastError)
		}
	})
}

// A panic that nobody recovers prints its own stack, although a detached call's is
// another goroutine's. Only a process that dies of it can show that.
func TestPanicThatEndsTheProcessPrintsItsStack(t *testing.T) {
	if how := os.Getenv("BREAKERGEN_TEST_CRASH"); how != "" {
		policy := runtime.Policy{Timeout: runtime.TimeoutPolicy{Detach: how == "detached"}}
		w := wrap(t, policy)
		w.does(explode)
		go w.call()
		select {}
	}
	for _, how := range []string{"detached", "cooperative"} {
		run := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		run.Env = append(os.Environ(), "BREAKERGEN_TEST_CRASH="+how)
		output, err := run.CombinedOutput()
		if exit := new(exec.ExitError); !errors.As(err, &exit) || exit.ExitCode() != 2 {
			t.Fatalf("%s: %v\n%s", how, err, output)
		}
		for _, want := range []string{"panic: ", "boom", "runtime_test.explode", "panic_test.go"} {
			if !strings.Contains(string(output), want) {
				t.Errorf("%s: the output has no %q:\n%s", how, want, output)
			}
		}
	}
}

// Whatever ends a call, and wherever in the chain, the circuit goes on working.
func TestPanicAndExitGiveEverythingBack(t *testing.T) {
	for name, s := range map[string]step{"panic": explode, "exit": exit} {
		t.Run(name, func(t *testing.T) {
			bothOrders(t, func(t *testing.T, order option) {
				for _, detach := range []bool{false, true} {
					w := wrap(t, runtime.Policy{
						Breaker:  runtime.BreakerPolicy{Consecutive: 2},
						Timeout:  runtime.TimeoutPolicy{Detach: detach, Total: time.Minute},
						Bulkhead: runtime.BulkheadPolicy{Limit: 1},
					}, order)
					w.will(s, s)
					w.do(background, 1)
					w.do(background, 1)
					w.is(t, runtime.Open)
					if w.calls() != 2 {
						t.Errorf("%d calls: neither is retried", w.calls())
					}
					time.Sleep(5 * time.Second)
					w.will(s)
					w.do(background, 1) // a probe
					w.is(t, runtime.Open)
					time.Sleep(5 * time.Second)
					if err := w.call(); err != nil {
						t.Errorf("got %v", err)
					}
					w.is(t, runtime.Closed)
					if n := w.circuit.Snapshot().InFlight; n != 0 {
						t.Errorf("%d in flight", n)
					}
				}
			})
		})
	}
}

// A panic in the second attempt, or in what the user gave, comes back as well.
func TestPanicInTheMiddle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wrap(t, runtime.Policy{})
		w.will(fail, explode)
		if e := w.do(background, 1); e.panicked != errBoom || w.calls() != 2 {
			t.Errorf("got %+v after %d calls", e, w.calls())
		}
		w = wrap(t, runtime.Policy{
			Classify: func(error) runtime.Outcome { panic(errBoom) },
			Bulkhead: runtime.BulkheadPolicy{Limit: 1},
		})
		w.does(fail)
		for range 2 {
			if e := w.do(background, 1); e.panicked != errBoom {
				t.Errorf("got %+v", e)
			}
		}
		if got := w.total(); got.Failures != 2 || got.Calls() != 2 {
			t.Errorf("counted %+v", got)
		}
	})
}
