package conformance

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/engines/internal/echo"
	"github.com/breakergen/breakergen/runtime"
)

// What the dependency may return.
var (
	errDown    = errors.New("down")       // a failure
	errAnswer  = errors.New("no such id") // an answer, which counts as a success
	errNeither = errors.New("moving")     // ignored
)

// openFor is a little more than the time that an open circuit rejects, where an engine
// takes our default.
const openFor = 5*time.Second + 10*time.Millisecond

// subject is one breaker behind a generated wrapper, in a bubble, and what it did wrong.
type subject struct {
	order    runtime.Order
	engine   runtime.Engine
	registry *runtime.Registry
	circuit  *runtime.Circuit
	wrapper  echo.Echo

	mu       sync.Mutex // guards all below
	script   map[int]step
	made     int
	next     int
	problems []string
}

// step is what the dependency does with a call.
type step func(ctx context.Context) error

func succeed(context.Context) error { return nil }
func fail(context.Context) error    { return errDown }
func answer(context.Context) error  { return errAnswer }
func neither(context.Context) error { return errNeither }
func crash(context.Context) error   { panic(errDown) }

// hang listens to its context.
func hang(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

// policy has a breaker of which nothing is asked, and nothing else.
var policy = runtime.Policy{
	Retry:   runtime.RetryPolicy{Off: true},
	Timeout: runtime.TimeoutPolicy{Off: true},
	Classify: func(err error) runtime.Outcome {
		switch {
		case errors.Is(err, errAnswer):
			return runtime.Success
		case errors.Is(err, errNeither):
			return runtime.Ignored
		default:
			return runtime.Failure
		}
	},
}

func newSubject(engine runtime.Engine, order runtime.Order) *subject {
	s := &subject{engine: engine, order: order, script: map[int]step{}}
	s.wrap(policy)
	return s
}

// wrap makes the wrapper anew, in a registry of its own.
func (s *subject) wrap(p runtime.Policy) {
	s.registry = runtime.NewRegistry()
	wrapper, err := echo.Wrap(s.order, s, s.registry, s.engine, p)
	if err != nil {
		panic(err)
	}
	s.wrapper = wrapper
	s.circuit, _ = s.registry.Circuit("Echo.Do")
}

// Do is the dependency: n says which call this is.
func (s *subject) Do(ctx context.Context, n int) (int, error) {
	s.mu.Lock()
	does := s.script[n]
	s.made++
	s.mu.Unlock()
	return n, does(ctx)
}

// calls returns how many calls have reached the dependency.
func (s *subject) calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.made
}

// wrong notes what the breaker did wrong.
func (s *subject) wrong(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.problems = append(s.problems, fmt.Sprintf(format, args...))
}

// end is how a call came back to its caller.
type end struct {
	n        int // less the number of the call: 0
	err      error
	panicked any
	stack    string
	exited   bool
}

func (e end) open() bool {
	var open *runtime.OpenError
	return errors.As(e.err, &open)
}

// start makes a call in a goroutine of its own.
func (s *subject) start(ctx context.Context, does step) <-chan end {
	s.mu.Lock()
	s.next++
	n := s.next
	s.script[n] = does
	s.mu.Unlock()
	done := make(chan end, 1)
	go func() {
		e := end{exited: true}
		defer func() {
			if e.panicked = recover(); e.panicked != nil {
				e.exited, e.stack = false, string(debug.Stack())
			}
			done <- e
		}()
		e.n, e.err = s.wrapper.Do(ctx, n)
		e.n -= n
		e.exited = false
	}()
	return done
}

// wait returns how a call ended. A bubble whose library has a ticker never stands still, so
// that a call which never ends needs a limit.
func (s *subject) wait(done <-chan end) end {
	synctest.Wait() // some libraries count in another goroutine
	select {
	case e := <-done:
		synctest.Wait()
		return e
	case <-time.After(time.Hour):
		s.wrong("a call never returns")
		return end{}
	}
}

// call makes one call after the other, and returns how the last one ended.
func (s *subject) call(steps ...step) (last end) {
	for _, does := range steps {
		last = s.wait(s.start(context.Background(), does))
	}
	return last
}

// leave makes calls whose callers leave.
func (s *subject) leave(calls int) {
	for range calls {
		ctx, cancel := context.WithCancel(context.Background())
		done := s.start(ctx, hang)
		synctest.Wait()
		cancel()
		s.wait(done)
	}
}

// blocked is a call that waits within the dependency.
type blocked struct {
	end  chan error
	done <-chan end
}

// block makes a call that stays in the dependency, and reports whether it got there.
func (s *subject) block() (*blocked, bool) {
	b := &blocked{end: make(chan error, 1)}
	before := s.calls()
	b.done = s.start(context.Background(), func(context.Context) error { return <-b.end })
	synctest.Wait()
	return b, s.calls() > before
}

// release has a blocked call return.
func (s *subject) release(b *blocked, err error) {
	b.end <- err
	s.wait(b.done)
}

// is says what is wrong where the circuit is in another state.
func (s *subject) is(want runtime.State, when string) bool {
	got := s.circuit.State()
	if got != want {
		s.wrong("%s it is %v, not %v", when, got, want)
	}
	return got == want
}

// trip opens the circuit by half of twenty calls, never ten in a row.
func (s *subject) trip() { s.tripBy(fail) }

// tripBy does so with failures of a kind.
func (s *subject) tripBy(does step) {
	s.call(times(10, succeed, does)...)
	s.is(runtime.Open, "after ten failures of twenty calls")
}

// recover lets the open time pass and has a probe succeed.
func (s *subject) recover() {
	time.Sleep(openFor)
	s.call(succeed)
	s.is(runtime.Closed, "after a probe that succeeded")
}

func times(n int, steps ...step) []step { return slices.Repeat(steps, n) }
