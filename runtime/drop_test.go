package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
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
	b, inField, unexported := &stream{Reader: strings.NewReader("text")},
		&stream{Reader: strings.NewReader("text")}, &stream{Reader: strings.NewReader("")}
	body := &stream{Reader: strings.NewReader(strings.Repeat("x", 1<<20))}
	for _, nothing := range []any{nil, 7, "text", nilBody, nilResponse, []int(nil), error(nil), struct{}{}, &response{}} {
		if runtime.Drop(nothing) {
			t.Errorf("%T was closed", nothing)
		}
	}
	if !runtime.Drop(b, 7, &response{Body: inField, kept: unexported}, &http.Response{Body: body}) {
		t.Error("nothing was closed")
	}
	if !runtime.Drop(&stream{Reader: strings.NewReader("")}, 7) {
		t.Error("what isn't the last result isn't told of")
	}
	if b.closed.Load() != 1 || inField.closed.Load() != 1 || body.closed.Load() != 1 {
		t.Errorf("closed %d, %d and %d times", b.closed.Load(), inField.closed.Load(), body.closed.Load())
	}
	if got := body.read.Load(); got == 0 || got > 1<<15 || b.read.Load()+inField.read.Load() > 0 {
		t.Errorf("of a response's body %d bytes were read, and of others %d", got, b.read.Load()+inField.read.Load())
	}
	if unexported.closed.Load() != 0 {
		t.Error("an unexported field was closed")
	}
}

// dropping has results closed by a hook, which finds something to close or doesn't.
func dropping(closed *[]int, closes bool) option {
	return func(s *setup) {
		s.spec.Drop = func(n int) bool { *closed = append(*closed, n); return closes }
	}
}

// TestClosedResultsGoToNobody: another attempt was to replace them, and then couldn't be made. What
// had nothing to close goes to the caller, as the last attempt's results do.
func TestClosedResultsGoToNobody(t *testing.T) {
	for closes, want := range map[bool]int{true: 0, false: 7} {
		for _, links := range []option{func(*setup) {}, inner(onward)} {
			bothOrders(t, func(t *testing.T, order option) {
				b := body{err: errors.New("the body is gone")}
				var closed []int
				w := wrap(t, runtime.Policy{}, order, links, b.bodies, dropping(&closed, closes))
				w.does(func(context.Context, int) (int, error) { return 7, errBoom })
				n, err := w.method(background, 1)
				if n != want || !errors.Is(err, b.err) || !slices.Equal(closed, []int{7}) {
					t.Errorf("got %d and %v, closed %v", n, err, closed)
				}
			})
		}
	}
}

// TestLinkThatPanics takes the caller's results with it: they are closed. Arguments that were used are
// the callee's, and others discarded.
func TestLinkThatPanics(t *testing.T) {
	panics := func(context.Context, goresilience.Func, goresilience.Runner) error { panic("link") }
	callsAndPanics := func(ctx context.Context, f goresilience.Func, next goresilience.Runner) error {
		next.Run(ctx, f)
		panic("link")
	}
	for _, put := range []func(...goresilience.Middleware) option{outer, inner} {
		bothOrders(t, func(t *testing.T, order option) {
			var b body
			var closed []int
			before := wrap(t, once, order, put(link(panics)), b.bodies, dropping(&closed, true))
			if e := before.do(background, 1); e.panicked != "link" || closed != nil {
				t.Errorf("got %+v, closed %v", e, closed)
			}
			b.is(t, nil, []int{1})
			after := wrap(t, once, order, put(link(callsAndPanics)), b.bodies, dropping(&closed, true))
			after.does(b.use(giving(7)))
			if e := after.do(background, 2); e.panicked != "link" || !slices.Equal(closed, []int{7}) {
				t.Errorf("got %+v, closed %v", e, closed)
			}
			b.is(t, []int{2}, []int{1})
		})
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
	return buildOpener(t, next, p, func(b *runtime.Builder[opener]) { b.Fallback, b.Inner = fallback, inner })
}

func buildOpener(t *testing.T, next opener, p runtime.Policy, change func(*runtime.Builder[opener]),
) func(context.Context, int) (io.ReadCloser, error) {
	t.Helper()
	b := runtime.Builder[opener]{
		Constructor: "New", Interface: "Opener", Next: next, Registry: runtime.NewRegistry(),
	}
	change(&b)
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

// TestLateConnectionIsClosed: nothing is read from it, as nothing may ever come.
func TestLateConnectionIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		next := openFunc(func(context.Context, int) (io.ReadCloser, error) {
			time.Sleep(time.Minute)
			return ours, nil
		})
		m := buildOpener(t, next, detached(), func(*runtime.Builder[opener]) {})
		if _, err := m(background, 1); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		theirs.SetReadDeadline(time.Now().Add(time.Hour))
		if _, err := theirs.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("the other side gets %v", err)
		}
		theirs.Close()
	})
}

// TestRetryWaitsForNoSilence: a response that is replaced, and whose body doesn't come, keeps the call
// from its next attempt for a moment only.
func TestRetryWaitsForNoSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var bodies []io.Closer
		b := runtime.Builder[any]{Constructor: "New", Interface: "Client", Next: "next", Registry: runtime.NewRegistry()}
		do := runtime.NewMethod(&b, runtime.Spec{
			Name: "Do", LivesOn: true,
			Config: &runtime.Policy{Retry: runtime.RetryPolicy{Backoff: time.Nanosecond, MaxBackoff: time.Nanosecond}},
			Hooks: runtime.Hooks[int, *http.Response]{
				ClassifyResult: func(*http.Response, error) runtime.Outcome { return runtime.Failure },
			},
		}, func(any, context.Context, int) (*http.Response, error) {
			here, there := net.Pipe()
			bodies = append(bodies, here, there)
			return &http.Response{Body: here}, nil
		})("next")
		if err := b.Build(); err != nil {
			t.Fatal(err)
		}
		took := elapsed(func() { do(background, 1) })
		if len(bodies) != 6 || took > 200*time.Millisecond {
			t.Errorf("it took %v for %d attempts", took, len(bodies)/2)
		}
		for _, b := range bodies {
			b.Close()
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

// TestHedgedResultsAreTheirOwn: of two ways of one call through the chain, side by side, each closes
// what itself replaces, and not what the other one is to return.
func TestHedgedResultsAreTheirOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		good := &stream{Reader: strings.NewReader("text")}
		bad := &stream{Reader: strings.NewReader("text"), bad: true}
		var made atomic.Int64
		next := openFunc(func(ctx context.Context, n int) (io.ReadCloser, error) {
			switch made.Add(1) {
			case 1: // the first way's, which makes another attempt later
				time.Sleep(2 * time.Second)
				return bad, nil
			case 2:
				return good, nil
			default:
				return nil, errBoom
			}
		})
		policy := runtime.Policy{Retry: runtime.RetryPolicy{Attempts: 2}, Timeout: runtime.TimeoutPolicy{Attempt: time.Minute}}
		m := buildOpener(t, next, policy, func(b *runtime.Builder[opener]) { b.Outer = []goresilience.Middleware{hedged} })
		got, err := m(background, 1)
		if got != io.ReadCloser(good) || err != nil || made.Load() != 3 || good.closed.Load() != 0 || bad.closed.Load() != 1 {
			t.Errorf("got %v and %v of %d calls, closed %d and %d times",
				got, err, made.Load(), good.closed.Load(), bad.closed.Load())
		}
	})
}

type openFunc func(context.Context, int) (io.ReadCloser, error)

func (f openFunc) Open(ctx context.Context, n int) (io.ReadCloser, error) { return f(ctx, n) }

// TestReplacedResultsAreClosedBefore another attempt is made, whoever decides what goes through: it
// may use their connection.
func TestReplacedResultsAreClosedBefore(t *testing.T) {
	for name, change := range map[string]func(*runtime.Builder[opener]){
		"alone":       func(*runtime.Builder[opener]) {},
		"with a link": func(b *runtime.Builder[opener]) { b.Inner = []goresilience.Middleware{onward} },
		"with an engine": func(b *runtime.Builder[opener]) {
			b.Engine = (&fakeEngine{around: func(ctx context.Context, run func(context.Context) error) error {
				return run(ctx)
			}}).engine
		},
	} {
		for _, order := range []runtime.Order{runtime.BreakerFirst, runtime.RetryFirst} {
			bubble(t, name, func(t *testing.T) {
				var opened []*stream
				next := openFunc(func(context.Context, int) (io.ReadCloser, error) {
					for _, b := range opened {
						if b.closed.Load() != 1 {
							t.Errorf("order %v: closed %d times", order, b.closed.Load())
						}
					}
					opened = append(opened, &stream{Reader: strings.NewReader("text"), bad: true})
					return opened[len(opened)-1], nil
				})
				m := buildOpener(t, next, runtime.Policy{}, func(b *runtime.Builder[opener]) {
					b.Order = order
					change(b)
				})
				if _, err := m(background, 1); err != nil || len(opened) != 3 {
					t.Errorf("order %v: %v of %d", order, err, len(opened))
				}
			})
		}
	}
}

// TestResultsOfABackoffThatEnds: where the caller's end comes in the backoff, that is what he gets, and
// not the results that were judged a failure. Those of an error go with it.
func TestResultsOfABackoffThatEnds(t *testing.T) {
	for name, links := range map[string]option{"alone": inner(), "with a link of the user's": inner(onward)} {
		for _, c := range []struct {
			err     error
			n       int
			dropped int64
		}{{nil, 0, 1}, {errBoom, 1, 0}} {
			t.Run(fmt.Sprintf("%s/%v", name, c.err), func(t *testing.T) {
				bothOrders(t, func(t *testing.T, order option) {
					var dropped atomic.Int64
					w := wrap(t, runtime.Policy{}, order, links, livesOn, judgedWithResult(badResults), func(s *setup) {
						s.spec.RetryAfter = func(int, error) (time.Duration, bool) { return time.Second, true }
						s.spec.Drop = func(int) bool { dropped.Add(1); return true }
					})
					w.does(func(context.Context, int) (int, error) { return 1, c.err })
					ctx, cancel := callersEnd[context.Canceled](time.Millisecond)
					defer cancel()
					e := w.do(ctx, 1)
					if !errors.Is(e.err, context.Canceled) || c.err != nil && !errors.Is(e.err, c.err) || w.calls() != 1 {
						t.Errorf("got %v of %d calls", e.err, w.calls())
					}
					if e.n != c.n || dropped.Load() != c.dropped {
						t.Errorf("got %d, and %d results were dropped", e.n, dropped.Load())
					}
				})
			})
		}
	}
}
