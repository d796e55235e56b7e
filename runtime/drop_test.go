package runtime_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/runtime"
)

// stream is a result that has to be closed.
type stream struct {
	io.Reader
	bad    bool
	read   atomic.Int64
	closed atomic.Int64
}

func (b *stream) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	b.read.Add(int64(n))
	return n, err
}

func (b *stream) Close() error { b.closed.Add(1); return nil }

// response holds one, as net/http's does.
type response struct {
	Status int
	Body   io.ReadCloser
	kept   io.ReadCloser
}

func TestDrop(t *testing.T) {
	var nilBody *stream
	var nilResponse *response
	b, inField, unexported := &stream{Reader: strings.NewReader(strings.Repeat("x", 1<<20))},
		&stream{Reader: strings.NewReader("short")}, &stream{Reader: strings.NewReader("")}
	for _, nothing := range []any{nil, 7, "text", nilBody, nilResponse, []int(nil), error(nil), struct{}{}, &response{}} {
		if runtime.Drop(nothing) {
			t.Errorf("%T was closed", nothing)
		}
	}
	if !runtime.Drop(b, 7, &response{Body: inField, kept: unexported}) {
		t.Error("nothing was closed")
	}
	if b.closed.Load() != 1 || inField.closed.Load() != 1 {
		t.Errorf("closed %d and %d times", b.closed.Load(), inField.closed.Load())
	}
	if got := b.read.Load(); got == 0 || got > 1<<15 {
		t.Errorf("%d bytes were read", got)
	}
	if unexported.closed.Load() != 0 {
		t.Error("an unexported field was closed")
	}
}

type opener interface {
	Open(ctx context.Context, n int) (io.ReadCloser, error)
}

// openings is an opener that keeps what it has opened.
type openings struct {
	mu     sync.Mutex // guards opened
	opened []*stream
	late   time.Duration
	good   int // the first opening that is good, from 1; 0: none
}

func (o *openings) Open(context.Context, int) (io.ReadCloser, error) {
	b := &stream{Reader: strings.NewReader("text")}
	o.mu.Lock()
	o.opened = append(o.opened, b)
	b.bad = o.good == 0 || len(o.opened) < o.good
	o.mu.Unlock()
	time.Sleep(o.late)
	return b, nil
}

func (o *openings) closed() (n int64) {
	for _, b := range o.opened {
		n += b.closed.Load()
	}
	return n
}

func judgeBody(r io.ReadCloser, err error) runtime.Outcome {
	if err != nil || r.(*stream).bad {
		return runtime.Failure
	}
	return runtime.Success
}

func wrapOpener(t *testing.T, next, fallback opener, p runtime.Policy, inner ...goresilience.Middleware,
) func(context.Context, int) (io.ReadCloser, error) {
	t.Helper()
	b := runtime.Builder[opener]{
		Constructor: "New", Interface: "Opener", Next: next, Fallback: fallback,
		Registry: runtime.NewRegistry(), Inner: inner,
	}
	m := runtime.NewMethod(&b, runtime.Spec{
		Name: "Open", Directive: &p, LivesOn: true,
		Hooks: runtime.Hooks[int, io.ReadCloser]{ClassifyResult: judgeBody},
	}, opener.Open)(next)
	if err := b.Build(); err != nil {
		t.Fatal(err)
	}
	return m
}

// TestReplacedResultsAreClosed: whatever replaces results, each that was opened is closed
// once, but for the one that the caller gets.
func TestReplacedResultsAreClosed(t *testing.T) {
	for name, links := range map[string][]goresilience.Middleware{"alone": nil, "with a link of the user's": {onward}} {
		bubble(t, name+", another attempt", func(t *testing.T) {
			o := &openings{good: 3}
			got, err := wrapOpener(t, o, nil, runtime.Policy{}, links...)(background, 1)
			if err != nil || len(o.opened) != 3 || got != io.ReadCloser(o.opened[2]) {
				t.Fatalf("got %v, %v of %d", got, err, len(o.opened))
			}
			if o.closed() != 2 || o.opened[2].closed.Load() != 0 {
				t.Errorf("closed %d of 3", o.closed())
			}
		})
		bubble(t, name+", the last attempt", func(t *testing.T) {
			o := &openings{}
			got, _ := wrapOpener(t, o, nil, runtime.Policy{}, links...)(background, 1)
			if len(o.opened) != 3 || got != io.ReadCloser(o.opened[2]) || o.closed() != 2 || o.opened[2].closed.Load() != 0 {
				t.Errorf("of %d opened %d are closed", len(o.opened), o.closed())
			}
		})
		bubble(t, name+", the fallback", func(t *testing.T) {
			o, instead := &openings{}, &openings{good: 1}
			got, err := wrapOpener(t, o, instead, runtime.Policy{}, links...)(background, 1)
			if err != nil || got != io.ReadCloser(instead.opened[0]) {
				t.Fatalf("got %v, %v", got, err)
			}
			if o.closed() != 3 || instead.closed() != 0 {
				t.Errorf("of %d opened %d are closed", len(o.opened), o.closed())
			}
		})
	}
}

// TestLateResultsAreClosed: what a detached call returns when its caller has gone.
func TestLateResultsAreClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &openings{good: 1, late: time.Minute}
		m := wrapOpener(t, o, nil, runtime.Policy{
			Retry:   runtime.RetryPolicy{Off: true},
			Timeout: runtime.TimeoutPolicy{Attempt: time.Second, Detach: true},
		})
		if _, err := m(background, 1); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if o.closed() != 1 {
			t.Errorf("closed %d times", o.closed())
		}
	})
}

// TestUnchosenResultsAreClosed: a link of the user's that makes the call twice, one of
// which returns when the other one's results have gone to the caller.
func TestUnchosenResultsAreClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &openings{good: 1, late: time.Second}
		hedge := link(func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
			go func() {
				time.Sleep(time.Millisecond)
				next.Run(ctx, f)
			}()
			return next.Run(ctx, f)
		})
		twice := link(func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
			next.Run(ctx, f)
			return next.Run(ctx, f)
		})
		m := wrapOpener(t, o, nil, runtime.Policy{Timeout: runtime.TimeoutPolicy{Off: true}}, hedge, twice)
		got, err := m(background, 1)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if len(o.opened) != 4 || o.closed() != 3 || got.(*stream).closed.Load() != 0 {
			t.Errorf("of %d opened %d are closed", len(o.opened), o.closed())
		}
	})
}
