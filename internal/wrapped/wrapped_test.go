package wrapped

import (
	"context"
	"errors"
	"io"
	"math"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	breaker "github.com/breakergen/breakergen/runtime"
)

func newStore(t *testing.T, next Store) *StoreBreaker {
	t.Helper()
	b, err := NewStoreBreaker(next, StoreBreakerConfig{Registry: breaker.NewRegistry()})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestLivesOn uses what calls return, and what they have begun with their arguments, at once
// and long after their timeout; it ends with the caller's context.
func TestLivesOn(t *testing.T) {
	uses := map[string]func(context.Context, *StoreBreaker) (use func() error, err error){
		"io.ReadCloser": func(ctx context.Context, b *StoreBreaker) (func() error, error) {
			body, err := b.Open(ctx, "a")
			return func() error { _, err := body.Read(nil); return err }, err
		},
		"Recv": func(ctx context.Context, b *StoreBreaker) (func() error, error) {
			stream, err := b.Watch(ctx, "a")
			return func() error { _, err := stream.Recv(); return err }, err
		},
		"channel": func(ctx context.Context, b *StoreBreaker) (func() error, error) {
			events, err := b.Events(ctx)
			return func() error {
				synctest.Wait() // for the sender to see the end of its context
				if _, ok := <-events; !ok {
					return context.Canceled
				}
				return nil
			}, err
		},
		"iter.Seq": func(ctx context.Context, b *StoreBreaker) (func() error, error) {
			names, err := b.Names(ctx)
			return func() error {
				for range names {
					return nil
				}
				return context.Canceled
			}, err
		},
		"func argument": func(ctx context.Context, b *StoreBreaker) (func() error, error) {
			var handled int
			err := b.Subscribe(ctx, func(string) { handled++ })
			return func() error {
				before := handled
				if err := b.next.(*store).publish(); err != nil || handled > before {
					return err
				}
				return errors.New("nothing was handled")
			}, err
		},
	}
	for name, start := range uses {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				use, err := start(ctx, newStore(t, &store{}))
				if err != nil {
					t.Fatal(err)
				}
				if err := use(); err != nil {
					t.Errorf("at once: %v", err)
				}
				time.Sleep(time.Hour) // far over the timeout of 100ms
				if err := use(); err != nil {
					t.Errorf("after the timeout's length: %v", err)
				}
				cancel()
				for range 2 { // An event may have been on its way.
					err = use()
				}
				if !errors.Is(err, context.Canceled) {
					t.Errorf("after the caller's cancel: %v", err)
				}
			})
		})
	}
}

// TestLivesOn_Ends says that the context of a call whose results don't live on is over
// when the call returns, and that of one that returns a context isn't.
func TestLivesOn_Ends(t *testing.T) {
	next := &store{}
	b := newStore(t, next)
	if _, err := b.Stat(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if next.seen.Err() == nil {
		t.Error("the attempt's context is not over")
	}
	ctx, err := b.Authenticate(t.Context())
	if err != nil || ctx.Err() != nil {
		t.Errorf("a context that was returned says %v, %v", ctx.Err(), err)
	}
}

// TestStreams_NoLeak makes streaming calls under one long-lived parent and drops their
// results: neither memory nor goroutines are left, though the callee waits for the
// context as a transport does.
func TestStreams_NoLeak(t *testing.T) {
	const calls = 100_000
	parent, cancel := context.WithCancel(t.Context())
	defer cancel()
	b := newStore(t, &store{})
	watch := func() {
		for range calls {
			if _, err := b.Watch(parent, "a"); err != nil {
				t.Fatal(err)
			}
		}
	}
	watch()
	heap, goroutines := inUse(0)
	heapAfter, goroutinesAfter := heap, goroutines
	// The parent's map of children keeps the size of its largest moment, and each round may
	// have a larger one: what leaks grows in every round, so that no two ever agree.
	for range 8 {
		watch()
		before := heapAfter
		heapAfter, goroutinesAfter = inUse(before + 16*calls)
		if heap = before; heapAfter-heap <= 16*calls {
			break
		}
	}
	if grown := heapAfter - heap; grown > 16*calls {
		t.Errorf("the heap has grown by %d bytes in the last round too, %d a call", grown, grown/calls)
	}
	if goroutinesAfter > goroutines {
		t.Errorf("%d goroutines, %d before", goroutinesAfter, goroutines)
	}
	runtime.KeepAlive(b)
}

// inUse returns the bytes and the goroutines that are in use once collections free
// no more, or no more than enough bytes are.
func inUse(enough int) (heap, goroutines int) {
	for heap = math.MaxInt; ; {
		runtime.GC()
		time.Sleep(10 * time.Millisecond) // for cleanups, which make more garbage
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		now := int(m.HeapAlloc)
		if now <= enough || now >= heap-1<<16 {
			return now, runtime.NumGoroutine()
		}
		heap = now
	}
}

// TestUpload_OnceOnly says that a call whose argument is used up isn't repeated, and
// that others are.
func TestUpload_OnceOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{fail: errors.New("lost")}
		b := newStore(t, s)
		if err := b.Upload(t.Context(), "a", strings.NewReader("content")); err != s.fail {
			t.Errorf("Upload: %v", err)
		}
		if s.calls != 1 {
			t.Errorf("Upload was called %d times", s.calls)
		}
		s.calls = 0
		if _, err := b.Stat(t.Context(), "a"); err != s.fail || s.calls != 3 {
			t.Errorf("Stat: %v after %d calls, want 3", err, s.calls)
		}
	})
	config := StoreBreakerConfig{Registry: breaker.NewRegistry()}
	config.Policies.Upload.Retry.Attempts = 2
	_, err := NewStoreBreaker(&store{}, config)
	if err == nil || !strings.Contains(err.Error(), "content io.Reader") {
		t.Errorf("a configuration that repeats Upload: %v", err)
	}
}

var _ io.ReadCloser = use{}
