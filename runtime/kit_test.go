package runtime_test

import (
	"bytes"
	"context"
	"reflect"
	goruntime "runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/breakergen/breakergen/runtime"
)

// echo is the interface that the tests wrap.
type echo interface {
	Do(ctx context.Context, n int) (int, error)
}

// dependency does what it is told, and counts its calls.
type dependency struct {
	mu     sync.Mutex
	made   int
	script []step // what the next calls do, one each
	always step   // what all others do; nil succeeds
}

func (d *dependency) Do(ctx context.Context, n int) (int, error) { return d.next()(ctx, n) }

func (d *dependency) next() step {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.made++
	if len(d.script) > 0 {
		next := d.script[0]
		d.script = d.script[1:]
		return next
	}
	if d.always != nil {
		return d.always
	}
	return succeed
}

// will says what the next calls do, one each.
func (d *dependency) will(steps ...step) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.script = append(d.script, steps...)
}

// does says what all other calls do.
func (d *dependency) does(s step) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.always = s
}

// calls returns how many calls have reached the dependency.
func (d *dependency) calls() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.made
}

// setup is how a wrapper is made. Its options change it.
type setup struct {
	runtime.Builder[echo]
	spec spec
	do   func(echo, context.Context, int) (int, error)
}

// spec is a method's description, with hooks that the runtime is told of if there are any.
type spec struct {
	runtime.Spec
	runtime.Hooks[int, int]
}

// method makes calls.
type method func(context.Context, int) (int, error)

// Call makes one.
func (m method) Call(ctx context.Context, n int) (int, error) { return m(ctx, n) }

type option func(*setup)

func retryFirst(s *setup) { s.Order = runtime.RetryFirst }

func in(r *runtime.Registry) option { return func(s *setup) { s.Registry = r } }

// wrapper is one method behind its chain, in a registry of its own unless an option
// says otherwise.
type wrapper struct {
	*dependency
	method   method
	registry *runtime.Registry
	circuit  *runtime.Circuit // nil for a circuit by key
}

// wrap makes a wrapper around a dependency that succeeds until it is told otherwise.
// Its circuit is Echo.Do.
func wrap(t testing.TB, p runtime.Policy, options ...option) *wrapper {
	t.Helper()
	w, err := tryWrap(p, options...)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func tryWrap(p runtime.Policy, options ...option) (*wrapper, error) {
	w := &wrapper{dependency: &dependency{}}
	s := &setup{
		Builder: runtime.Builder[echo]{
			Constructor: "NewEchoBreaker",
			Interface:   "Echo",
			Next:        w.dependency,
			Registry:    runtime.NewRegistry(),
		},
		spec: spec{Spec: runtime.Spec{Name: "Do", Directive: &runtime.Policy{}, Config: &p}},
		do:   echo.Do,
	}
	for _, option := range options {
		option(s)
	}
	if !reflect.ValueOf(s.spec.Hooks).IsZero() {
		s.spec.Spec.Hooks = s.spec.Hooks
	}
	w.method = runtime.NewMethod(&s.Builder, s.spec.Spec, s.do)(s.Next)
	if err := s.Build(); err != nil {
		return nil, err
	}
	w.registry = s.Registry
	name := "Echo.Do"
	if s.Name != "" {
		name = s.Name + ".Do"
	}
	if s.spec.Circuit != "" {
		name = s.spec.Circuit
	}
	w.circuit, _ = w.registry.Circuit(name)
	return w, nil
}

// breakerOnly is a policy of one link.
func breakerOnly(b runtime.BreakerPolicy) runtime.Policy {
	return runtime.Policy{
		Breaker: b,
		Retry:   runtime.RetryPolicy{Off: true},
		Timeout: runtime.TimeoutPolicy{Off: true},
	}
}

// end is how a call came back to its caller.
type end struct {
	n        int
	err      error
	panicked any
	exited   bool // by runtime.Goexit
}

// start makes a call in a goroutine of its own.
func (w *wrapper) start(ctx context.Context, n int) <-chan end {
	done := make(chan end, 1)
	go func() {
		e := end{exited: true}
		defer func() {
			if e.panicked = recover(); e.panicked != nil {
				e.exited = false
			}
			done <- e
		}()
		e.n, e.err = w.method(ctx, n)
		e.exited = false
	}()
	return done
}

// do makes a call and waits for it, however it ends.
func (w *wrapper) do(ctx context.Context, n int) end { return <-w.start(ctx, n) }

// call makes one call.
func (w *wrapper) call() error {
	_, err := w.method(context.Background(), 1)
	return err
}

// run makes one call for each step.
func (w *wrapper) run(steps ...step) {
	for _, s := range steps {
		w.will(s)
		w.do(context.Background(), 1)
	}
}

// again has so many goroutines call f again and again, until stop, which waits for them.
func again(goroutines int, f func()) (stop func()) {
	var all sync.WaitGroup
	var over atomic.Bool
	for range goroutines {
		all.Go(func() {
			for !over.Load() {
				f()
				goruntime.Gosched() // or on one CPU nobody else has a turn
			}
		})
	}
	return func() {
		over.Store(true)
		all.Wait()
	}
}

// is fails the test where the circuit has another state.
func (w *wrapper) is(t testing.TB, want runtime.State) {
	t.Helper()
	if got := w.circuit.State(); got != want {
		t.Fatalf("the circuit is %v, want %v", got, want)
	}
}

// bubble runs f with a clock of its own, as a subtest.
func bubble(t *testing.T, name string, f func(t *testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) { synctest.Test(t, f) })
}

// bubbled returns how many goroutines there are in bubbles. In the process there are others, which come and
// go: the collector's clean-ups.
func bubbled() int {
	stacks := make([]byte, 1<<20)
	return bytes.Count(stacks[:goruntime.Stack(stacks, true)], []byte(", synctest bubble "))
}

// blocked is a call that waits within the dependency.
type blocked struct {
	gate chan error
	done <-chan end
}

// startBlocked makes a call that reaches the dependency and stays there. It is for
// bubbles.
func (w *wrapper) startBlocked(t testing.TB) *blocked {
	t.Helper()
	b := &blocked{gate: make(chan error)}
	made := w.calls()
	w.will(func(_ context.Context, n int) (int, error) { return n, <-b.gate })
	b.done = w.start(context.Background(), 1)
	synctest.Wait()
	if w.calls() != made+1 {
		t.Fatalf("the call has not reached the dependency")
	}
	return b
}

// end has the call return err, and waits for it.
func (b *blocked) end(err error) end {
	b.gate <- err
	return <-b.done
}

// release has the call succeed.
func (b *blocked) release() end { return b.end(nil) }
