package runtime_test

import (
	"cmp"
	"context"
	"errors"
	"iter"
	goruntime "runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/runtime"
)

type pager interface {
	List(ctx context.Context, n int) iter.Seq2[int, error]
}

// pages is a pager whose sequence has n pairs and ends with an error, if there is one.
type pages struct {
	begun int
	err   error
}

func (p *pages) List(_ context.Context, n int) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		p.begun++
		for i := range n {
			if !yield(i, nil) {
				return
			}
		}
		if p.err != nil {
			yield(0, p.err)
		}
	}
}

// wrapPager returns the method as generated code has it.
func wrapPager(t *testing.T, next, fallback pager, p runtime.Policy, options ...func(*runtime.Builder[pager])) (
	list func(context.Context, int) iter.Seq2[int, error], circuit *runtime.Circuit,
) {
	t.Helper()
	b := runtime.Builder[pager]{
		Constructor: "New", Interface: "Pager", Next: next, Fallback: fallback, Registry: runtime.NewRegistry(),
	}
	for _, option := range options {
		option(&b)
	}
	call := runtime.NewMethod(&b, runtime.Spec{
		Name: "List", Sequence: true, NotRepeated: "its pairs can't be taken back", Config: &p,
	}, func(next pager, ctx context.Context, n int) (struct{}, error) {
		return struct{}{}, runtime.Range(ctx, next.List(ctx, n))
	})(next)
	if err := b.Build(); err != nil {
		t.Fatal(err)
	}
	circuit, _ = b.Registry.Circuit("Pager.List")
	return func(ctx context.Context, n int) iter.Seq2[int, error] {
		return runtime.Sequence[int](ctx, func(ctx context.Context) error {
			_, err := call(ctx, n)
			return err
		})
	}, circuit
}

// ranged returns what a loop over a sequence is given.
func ranged(seq iter.Seq2[int, error]) (values []int, errs []error) {
	for value, err := range seq {
		if err != nil {
			errs = append(errs, err)
		} else {
			values = append(values, value)
		}
	}
	return values, errs
}

// TestSequenceIsCalledWhenItIsRanged: its pairs are the callee's, the last one's error is the
// call's, and an open circuit is one pair.
func TestSequenceIsCalledWhenItIsRanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &pages{}
		list, circuit := wrapPager(t, next, nil, runtime.Policy{})
		seq := list(background, 3)
		if next.begun != 0 || circuit.Snapshot().Total.Calls() != 0 {
			t.Error("it was called before it was ranged over")
		}
		for range 2 {
			if values, errs := ranged(seq); len(values) != 3 || values[2] != 2 || errs != nil {
				t.Errorf("got %v, %v", values, errs)
			}
		}
		next.err = errBoom
		for range 10 {
			if values, errs := ranged(seq); len(values) != 3 || len(errs) != 1 || errs[0] != errBoom {
				t.Errorf("got %v, %v", values, errs)
			}
		}
		if got := circuit.Snapshot().Total; got.Successes != 2 || got.Failures != 10 || next.begun != 12 {
			t.Errorf("counted %+v after %d", got, next.begun)
		}
		values, errs := ranged(seq)
		if values != nil || len(errs) != 1 || !errors.As(errs[0], new(*runtime.OpenError)) || next.begun != 12 {
			t.Errorf("an open circuit gives %v, %v", values, errs)
		}
	})
}

// TestSequenceLeftEarly: by break, or by a panic of the loop's body, which comes through.
func TestSequenceLeftEarly(t *testing.T) {
	list, circuit := wrapPager(t, &pages{err: errBoom}, &pages{}, runtime.Policy{})
	for range list(background, 3) {
		break
	}
	func() {
		defer func() {
			if got := recover(); got != "body" {
				t.Errorf("recovered %v", got)
			}
		}()
		for range list(background, 3) {
			panic("body")
		}
	}()
	if got := circuit.Snapshot().Total; got.Ignored != 2 || got.Failures != 0 || got.Fallbacks != 0 {
		t.Errorf("counted %+v", got)
	}
}

// TestSequenceLeftAtItsError: the usual loop returns the error that it is given, and that is the call's.
func TestSequenceLeftAtItsError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &pages{err: errBoom}
		list, circuit := wrapPager(t, next, &pages{}, runtime.Policy{})
		load := func() (n int, err error) {
			for _, err := range list(background, 3) {
				if err != nil {
					return n, err
				}
				n++
			}
			return n, nil
		}
		for range 10 {
			if n, err := load(); n != 3 || err != errBoom {
				t.Errorf("got %d, %v", n, err)
			}
		}
		s := circuit.Snapshot()
		if s.Total.Failures != 10 || s.Total.Fallbacks != 0 || s.LastError != errBoom || s.State != runtime.Open {
			t.Errorf("%s after %+v, %v", s.State, s.Total, s.LastError)
		}
		next.err = nil
		time.Sleep(5 * time.Second)
		if n, err := load(); n != 3 || err != nil || circuit.State() != runtime.Closed {
			t.Errorf("the probe: %d, %v, and the circuit is %s", n, err, circuit.State())
		}
	})
}

// TestSequenceWhoseLoopPanics: the callee sees what it would see without a wrapper, as one that rolls back
// does.
func TestSequenceWhoseLoopPanics(t *testing.T) {
	var saw any
	list, circuit := wrapPager(t, pagerFunc(func(context.Context, int) iter.Seq2[int, error] {
		return func(yield func(int, error) bool) {
			defer func() {
				saw = recover()
				panic(saw)
			}()
			yield(1, nil)
			t.Error("it goes on")
		}
	}), &pages{}, runtime.Policy{})
	func() {
		defer func() {
			if got := recover(); got != "body" || saw != "body" {
				t.Errorf("recovered %v, and the callee saw %v", got, saw)
			}
		}()
		for range list(background, 3) {
			panic("body")
		}
	}()
	if got := circuit.Snapshot().Total; got != (runtime.Counts{Ignored: 1}) {
		t.Errorf("counted %+v", got)
	}
}

// TestSequenceThatPanics: one of the callee's own is its failure, before, between and after its pairs, and
// where nobody loops.
func TestSequenceThatPanics(t *testing.T) {
	for name, body := range map[string]func(yield func(int, error) bool){
		"before":  func(func(int, error) bool) {},
		"between": func(yield func(int, error) bool) { yield(1, nil) },
		"after":   func(yield func(int, error) bool) { yield(2, nil) }, // which the loop has left
	} {
		list, circuit := wrapPager(t, pagerFunc(func(context.Context, int) iter.Seq2[int, error] {
			return func(yield func(int, error) bool) {
				body(yield)
				panic("callee")
			}
		}), nil, runtime.Policy{})
		func() {
			defer func() {
				if got := recover(); got != "callee" {
					t.Errorf("%s: recovered %v", name, got)
				}
			}()
			for n := range list(background, 3) {
				if n == 2 {
					break
				}
			}
		}()
		if got := circuit.Snapshot().Total; got != (runtime.Counts{Failures: 1}) {
			t.Errorf("%s: counted %+v", name, got)
		}
	}
	w := wrap(t, runtime.Policy{}, func(s *setup) { s.spec.Sequence = true })
	w.does(crash)
	if e := w.do(background, 1); e.panicked != "crash" || w.total() != (runtime.Counts{Failures: 1}) {
		t.Errorf("got %+v, counted %+v", e, w.total())
	}
}

// TestSequenceHasItsLoopsTime: a slow loop is no timeout, unless one is asked for; then it
// isn't detached from its loop.
func TestSequenceHasItsLoopsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		list, circuit := wrapPager(t, &pages{}, nil, runtime.Policy{
			Timeout: runtime.TimeoutPolicy{Attempt: time.Second, Detach: true},
		})
		n := 0
		for range list(background, 3) {
			time.Sleep(time.Second)
			n++
		}
		if got := circuit.Snapshot().Total; n != 3 || got.Timeouts != 1 {
			t.Errorf("%d pairs, counted %+v", n, got)
		}
	})
}

// TestSequenceFallsBack where no pair was given: those that were can't be taken back.
func TestSequenceFallsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &pages{err: errBoom}
		list, circuit := wrapPager(t, next, &pages{}, runtime.Policy{})
		if values, errs := ranged(list(background, 3)); len(values) != 3 || len(errs) != 1 {
			t.Errorf("got %v, %v", values, errs)
		}
		circuit.ForceOpen()
		if values, errs := ranged(list(background, 3)); len(values) != 3 || errs != nil {
			t.Errorf("an open circuit with a fallback gives %v, %v", values, errs)
		}
		if got := circuit.Snapshot().Total; got.Fallbacks != 1 {
			t.Errorf("counted %+v", got)
		}
	})
}

// TestSequenceDoesNotFallBack after pairs were given, whatever fails then.
func TestSequenceDoesNotFallBack(t *testing.T) {
	fails := func(next goresilience.Runner) goresilience.Runner {
		return goresilience.RunnerFunc(func(ctx context.Context, f goresilience.Func) error {
			return cmp.Or(next.Run(ctx, f), errBoom)
		})
	}
	list, circuit := wrapPager(t, &pages{}, &pages{}, runtime.Policy{}, func(b *runtime.Builder[pager]) {
		b.Inner = []goresilience.Middleware{fails}
	})
	if values, errs := ranged(list(background, 3)); len(values) != 3 || len(errs) != 1 || errs[0] != errBoom {
		t.Errorf("got %v, %v", values, errs)
	}
	if got := circuit.Snapshot().Total; got.Failures != 1 || got.Fallbacks != 0 || got.FallbackFailures != 0 {
		t.Errorf("counted %+v", got)
	}
}

// What a link makes of the last error is the call's, and the loop has had it already.
func TestSequenceWhoseLinkHidesTheError(t *testing.T) {
	hides := link(func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
		next.Run(ctx, f)
		return nil
	})
	list, circuit := wrapPager(t, &pages{err: errBoom}, nil, runtime.Policy{}, func(b *runtime.Builder[pager]) {
		b.Inner = []goresilience.Middleware{hides}
	})
	if values, errs := ranged(list(background, 3)); len(values) != 3 || len(errs) != 1 || errs[0] != errBoom {
		t.Errorf("got %v, %v", values, errs)
	}
	if got := circuit.Snapshot().Total; got.Successes != 1 {
		t.Errorf("counted %+v", got)
	}
}

// A call made within a sequence falls back as ever: what the loop was given isn't its own.
func TestFallbackWithinASequence(t *testing.T) {
	w := wrap(t, retryOnly(runtime.RetryPolicy{Off: true}), fallsBack(giving(7)))
	w.does(fail)
	list, _ := wrapPager(t, pagerFunc(func(ctx context.Context, _ int) iter.Seq2[int, error] {
		return func(yield func(int, error) bool) {
			for yield(w.method(ctx, 1)) {
			}
		}
	}), nil, runtime.Policy{})
	n := 0
	for value, err := range list(background, 3) {
		if value != 7 || err != nil {
			t.Errorf("got %d, %v", value, err)
		}
		if n++; n == 2 {
			break
		}
	}
}

// What a link of the user's makes of the end is told after the pairs, unless it is the last one's
// error; and a link that loses the context has lost the loop.
func TestSequenceThroughLinks(t *testing.T) {
	through := func(l goresilience.Middleware, err error) (values []int, errs []error) {
		b := runtime.Builder[pager]{
			Constructor: "New", Interface: "Pager", Registry: runtime.NewRegistry(),
			Next: &pages{err: err}, Inner: []goresilience.Middleware{l},
		}
		call := runtime.NewMethod(&b, runtime.Spec{Name: "List", Sequence: true, NotRepeated: "its pairs"},
			func(next pager, ctx context.Context, n int) (struct{}, error) {
				if want := "acme"; ctx.Value(tenant{}) != want && err != nil {
					t.Errorf("the callee sees %v, want what the caller gave", ctx.Value(tenant{}))
				}
				return struct{}{}, runtime.Range(ctx, next.List(ctx, n))
			})(b.Next)
		if err := b.Build(); err != nil {
			t.Fatal(err)
		}
		ctx := context.WithValue(background, tenant{}, "acme")
		return ranged(runtime.Sequence[int](ctx, func(ctx context.Context) error {
			_, err := call(ctx, 3)
			return err
		}))
	}
	says := func(said error) goresilience.Middleware {
		return link(func(context.Context, goresilience.Func, goresilience.Runner) error { return said })
	}
	runs := func(said error) goresilience.Middleware {
		return link(func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
			next.Run(ctx, f)
			return said
		})
	}
	for name, c := range map[string]struct {
		link   goresilience.Middleware
		err    error // of the sequence
		values int
		errs   []error
	}{
		"nothing":          {onward, errBoom, 3, []error{errBoom}},
		"another error":    {runs(errBusy), errBoom, 3, []error{errBoom, errBusy}},
		"an error of none": {runs(errBusy), nil, 3, []error{errBusy}},
		"instead":          {says(errBusy), errBoom, 0, []error{errBusy}},
	} {
		values, errs := through(c.link, c.err)
		if len(values) != c.values || !slices.Equal(errs, c.errs) {
			t.Errorf("%s: got %v, %v", name, values, errs)
		}
	}
	if values, errs := through(forgetful, nil); values != nil || len(errs) != 1 ||
		!strings.Contains(errs[0].Error(), "replaced the context of a sequence") {
		t.Errorf("got %v, %v", values, errs)
	}
}

// A loop of the caller's is never detached, and without a context nothing can end it: so it
// has no timeout, whoever asks for one.
func TestSequenceWithoutContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, noContext := range []bool{false, true} {
			w := wrap(t, timeoutOnly(runtime.TimeoutPolicy{Attempt: time.Second, Detach: true}), func(s *setup) {
				s.spec.Sequence, s.spec.NoContext = true, noContext
			})
			w.does(after(time.Minute, func(ctx context.Context, n int) (int, error) { return n, ctx.Err() }))
			var err error
			if took := elapsed(func() { err = w.call() }); took != time.Minute {
				t.Errorf("it was left alone after %v", took)
			}
			if noContext && err != nil || !noContext && err == nil {
				t.Errorf("without a context %v: got %v", noContext, err)
			}
		}
	})
}

// TestSequenceEndsWithWhatCannotBeCompared, once.
func TestSequenceEndsWithWhatCannotBeCompared(t *testing.T) {
	list, _ := wrapPager(t, &pages{err: lumpy{[]int{1}}}, nil, runtime.Policy{})
	if values, errs := ranged(list(background, 2)); len(values) != 2 || len(errs) != 1 {
		t.Errorf("got %v, %v", values, errs)
	}
}

// TestSequenceHasOneLoop: a link may range again where nothing was given, but not two at once.
func TestSequenceHasOneLoop(t *testing.T) {
	var tried atomic.Int64
	slow := pagerFunc(func(ctx context.Context, n int) iter.Seq2[int, error] {
		return func(yield func(int, error) bool) {
			(&pages{}).List(ctx, n)(func(v int, err error) bool {
				time.Sleep(time.Second)
				tried.Add(1)
				return yield(v, err)
			})
		}
	})
	var second error
	twice := link(func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
		first := make(chan error)
		go func() { first <- next.Run(ctx, f) }()
		time.Sleep(1500 * time.Millisecond)
		second = next.Run(ctx, f)
		return <-first
	})
	first := link(func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
		ends := make(chan error, 2)
		go func() { ends <- next.Run(ctx, f) }()
		time.Sleep(1500 * time.Millisecond)
		go func() { ends <- next.Run(ctx, f) }()
		return <-ends
	})
	crashes := link(func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
		go next.Run(ctx, f)
		time.Sleep(1500 * time.Millisecond)
		panic(errBoom)
	})
	again := link(func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
		next.Run(ctx, f)
		return next.Run(ctx, f)
	})
	for name, put := range map[string]func(goresilience.Middleware) func(*runtime.Builder[pager]){
		"outer": func(l goresilience.Middleware) func(*runtime.Builder[pager]) {
			return func(b *runtime.Builder[pager]) { b.Outer = []goresilience.Middleware{l} }
		},
		"inner": func(l goresilience.Middleware) func(*runtime.Builder[pager]) {
			return func(b *runtime.Builder[pager]) { b.Inner = []goresilience.Middleware{l} }
		},
	} {
		bubble(t, name, func(t *testing.T) {
			list, _ := wrapPager(t, slow, nil, runtime.Policy{}, put(twice))
			values, errs := ranged(list(background, 3))
			if !slices.Equal(values, []int{0, 1, 2}) || errs != nil || second == nil || !strings.Contains(second.Error(), "one pair after the other") {
				t.Errorf("got %v, %v, and the second way %v", values, errs, second)
			}
			tried.Store(0)
			list, _ = wrapPager(t, slow, nil, runtime.Policy{}, put(first))
			values, errs = ranged(list(background, 3))
			if !slices.Equal(values, []int{0}) || len(errs) != 1 || !strings.Contains(errs[0].Error(), "one pair after the other") {
				t.Errorf("got %v, %v", values, errs)
			}
			isOver := func(n int64) { // what goes on gives nothing to a loop that is over, and is told
				t.Helper()
				time.Sleep(time.Minute)
				if got := tried.Swap(0); got != n {
					t.Errorf("%d pairs were made, want %d", got, n)
				}
			}
			isOver(2)
			list, _ = wrapPager(t, slow, nil, runtime.Policy{}, put(crashes))
			func() {
				defer func() {
					if got := recover(); got != errBoom {
						t.Errorf("recovered %v", got)
					}
				}()
				for n := range list(background, 3) {
					if n > 0 {
						t.Error("the loop goes on")
					}
				}
			}()
			isOver(2)
			some := &pages{err: errBoom}
			list, _ = wrapPager(t, some, nil, runtime.Policy{}, put(again))
			if values, errs = ranged(list(background, 3)); len(values) != 3 || len(errs) != 1 || errs[0] != errBoom || some.begun != 1 {
				t.Errorf("got %v, %v, ranged over %d times", values, errs, some.begun)
			}
			none := &pages{}
			list, _ = wrapPager(t, none, nil, runtime.Policy{}, put(again))
			if values, errs = ranged(list(background, 0)); values != nil || errs != nil || none.begun != 2 {
				t.Errorf("got %v, %v, ranged over %d times", values, errs, none.begun)
			}
		})
	}
}

// exitingPages is a pager that ends its goroutine instead of giving anything.
type exitingPages struct{}

func (exitingPages) List(context.Context, int) iter.Seq2[int, error] {
	return func(func(int, error) bool) { goruntime.Goexit() }
}

// TestSequenceLeftByGoexit of the loop's body, as by t.FailNow: that is the caller's leaving, for all
// sequences around. A callee's own is its failure, and so is that of a call that it makes as it is left.
func TestSequenceLeftByGoexit(t *testing.T) {
	inGoroutine := func(f func()) {
		var done sync.WaitGroup
		done.Go(f)
		done.Wait()
	}
	w := wrap(t, runtime.Policy{})
	w.does(exit)
	innermost, inner := wrapPager(t, pagerFunc(func(ctx context.Context, n int) iter.Seq2[int, error] {
		return func(yield func(int, error) bool) {
			defer w.do(ctx, n)
			(&pages{}).List(ctx, n)(yield)
		}
	}), nil, runtime.Policy{})
	around, outer := wrapPager(t, pagerFunc(func(ctx context.Context, n int) iter.Seq2[int, error] {
		return func(yield func(int, error) bool) {
			for v, err := range innermost(ctx, n) {
				if !yield(v, err) {
					return
				}
			}
		}
	}), nil, runtime.Policy{})
	inGoroutine(func() {
		for range around(background, 3) {
			goruntime.Goexit()
		}
	})
	exiting, callee := wrapPager(t, exitingPages{}, nil, runtime.Policy{})
	inGoroutine(func() {
		for range exiting(background, 3) {
			t.Error("it gives a pair")
		}
	})
	for name, c := range map[string]struct {
		circuit *runtime.Circuit
		want    runtime.Counts
	}{
		"outer": {outer, runtime.Counts{Ignored: 1}}, "inner": {inner, runtime.Counts{Ignored: 1}},
		"callee": {callee, runtime.Counts{Failures: 1}}, "call": {w.circuit, runtime.Counts{Failures: 1}},
	} {
		if got := c.circuit.Snapshot().Total; got != c.want {
			t.Errorf("%s counted %+v, want %+v", name, got, c.want)
		}
	}
}

type pagerFunc func(context.Context, int) iter.Seq2[int, error]

func (f pagerFunc) List(ctx context.Context, n int) iter.Seq2[int, error] { return f(ctx, n) }
