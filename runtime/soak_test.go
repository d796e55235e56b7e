package runtime_test

import (
	"context"
	"errors"
	"math/rand/v2"
	goruntime "runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// Each of very many calls from 64 goroutines, with all outcomes mixed, is in exactly
// one counter, and the right one; nothing is left behind.
func TestSoak(t *testing.T) {
	calls := 200_000
	if *long {
		calls = 10_000_000
	}
	for name, options := range map[string][]option{
		"breaker first": nil, "retry first": {retryFirst},
	} {
		bubble(t, name, func(t *testing.T) {
			s := newSoak(t, options...)
			s.run(calls / 10) // so that all pools are filled
			synctest.Wait()
			heap, goroutines := measureHeap(), bubbled()
			s.run(calls - calls/10)
			synctest.Wait()
			if grown := measureHeap() - heap; grown > 1<<20 {
				t.Errorf("the heap has grown by %d kB", grown>>10)
			}
			if now := bubbled(); now != goroutines {
				t.Errorf("%d goroutines, before %d", now, goroutines)
			}
			s.check(t, calls)
		})
	}
}

// measureHeap returns how much is in use.
func measureHeap() int64 {
	for range 3 { // pools are emptied in steps
		goruntime.GC()
	}
	var stats goruntime.MemStats
	goruntime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

// soak makes calls, and counts how they come back.
type soak struct {
	w        *wrapper
	attempts bool // the circuit counts attempts, and not calls
	mu       sync.Mutex
	got      runtime.Counts // guarded by mu
}

func newSoak(t *testing.T, options ...option) *soak {
	w := wrap(t, runtime.Policy{
		Breaker:  runtime.BreakerPolicy{Consecutive: 6, OpenFor: time.Millisecond, Probes: 3},
		Retry:    runtime.RetryPolicy{Attempts: 2, Backoff: time.Millisecond},
		Timeout:  runtime.TimeoutPolicy{Attempt: 20 * time.Millisecond},
		Bulkhead: runtime.BulkheadPolicy{Limit: 24},
		Classify: classify(errNeither, runtime.Ignored),
	}, options...)
	w.does(func(ctx context.Context, n int) (int, error) {
		switch {
		case n < 600:
			return n, nil
		case n < 880:
			return 0, errBoom
		case n < 920:
			return 0, errNeither
		case n < 940:
			return hang(ctx, n)
		case n < 970:
			time.Sleep(time.Millisecond)
			return n, nil
		case n < 980:
			ctx.Value(cancelKey{}).(context.CancelFunc)()
			return 0, ctx.Err()
		case n < 999:
			panic("crash")
		default:
			return exit(ctx, n)
		}
	})
	return &soak{w: w, attempts: len(options) > 0}
}

type cancelKey struct{}

func (s *soak) run(calls int) {
	const goroutines = 64
	var all sync.WaitGroup
	for g := range goroutines {
		all.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(g)))
			var got runtime.Counts
			mine := calls / goroutines
			if g < calls%goroutines {
				mine++
			}
			for range mine {
				count(&got, s.call(random.IntN(1000)))
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			s.got = sum(s.got, got)
		})
	}
	all.Wait()
}

func (s *soak) call(n int) (e end) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ctx = context.WithValue(ctx, cancelKey{}, cancel)
	if n == 999 {
		return s.w.do(ctx, n)
	}
	defer func() { e.panicked = recover() }()
	e.n, e.err = s.w.method(ctx, n)
	if isOpen(e.err) || errors.As(e.err, new(*runtime.FullError)) {
		time.Sleep(5 * time.Millisecond)
	}
	return e
}

// count adds a call by how it came back.
func count(counts *runtime.Counts, e end) {
	switch {
	case e.panicked != nil || e.exited:
		counts.Failures++
	case e.err == nil:
		counts.Successes++
	case isOpen(e.err):
		counts.Rejections++
	case errors.As(e.err, new(*runtime.FullError)) && !errors.Is(e.err, errBoom) &&
		!errors.As(e.err, new(*runtime.TimeoutError)): // else the attempt before counts
		counts.Full++
	case errors.As(e.err, new(*runtime.TimeoutError)):
		counts.Timeouts++
	case errors.Is(e.err, errNeither), errors.Is(e.err, context.Canceled):
		counts.Ignored++
	default:
		counts.Failures++
	}
}

func sum(a, b runtime.Counts) runtime.Counts {
	a.Successes += b.Successes
	a.Failures += b.Failures
	a.Timeouts += b.Timeouts
	a.Ignored += b.Ignored
	a.Rejections += b.Rejections
	a.Full += b.Full
	return a
}

func (s *soak) check(t *testing.T, calls int) {
	t.Helper()
	snapshot := s.w.circuit.Snapshot()
	checkDurations(t, snapshot)
	if snapshot.InFlight != 0 {
		t.Errorf("%d calls in flight", snapshot.InFlight)
	}
	counted := sum(runtime.Counts{}, snapshot.Total)
	want := uint64(calls)
	if s.attempts {
		want += snapshot.Total.Retries
	} else if counted != s.got {
		t.Errorf("counted\n%+v, and come back have\n%+v", counted, s.got)
	}
	if counted.Calls() != want || s.got.Calls() != uint64(calls) {
		t.Errorf("%d calls counted, %d come back; %d made, %d attempts",
			counted.Calls(), s.got.Calls(), calls, want)
	}
	for name, n := range map[string]uint64{
		"success": s.got.Successes, "failure": s.got.Failures, "timeout": s.got.Timeouts,
		"ignored": s.got.Ignored, "rejection": s.got.Rejections, "full": s.got.Full,
		"retry": snapshot.Total.Retries, "opening": snapshot.Total.Opened,
	} {
		if n == 0 {
			t.Errorf("there was no %s at all", name)
		}
	}
	made := counted.Successes + counted.Failures + counted.Timeouts + counted.Ignored
	if s.attempts && uint64(s.w.calls()) != made {
		t.Errorf("%d attempts were made, %d counted", s.w.calls(), made)
	}
	t.Logf("%+v", snapshot.Total)
}
