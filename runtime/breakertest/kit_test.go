package breakertest

import (
	"context"
	"errors"
	"fmt"
	goruntime "runtime"
	"strings"
	"sync"
	"testing"

	"github.com/breakergen/breakergen/runtime"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	errBoom   = errors.New("boom")
	errAnswer = errors.New("no such user")
)

// recorder is a test that is watched: what it says is kept.
type recorder struct {
	testing.TB
	mu       sync.Mutex
	said     []string
	failed   bool
	skipped  bool
	cleanups []func()
}

func (r *recorder) Helper()          {}
func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Failed() bool     { return r.failed }
func (r *recorder) Skipped() bool    { return r.skipped }

func (r *recorder) Error(args ...any) { r.fail(fmt.Sprint(args...)) }

func (r *recorder) Fatalf(format string, args ...any) {
	r.fail(fmt.Sprintf(format, args...))
	goruntime.Goexit()
}

func (r *recorder) fail(said string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed, r.said = true, append(r.said, said)
}

// record runs a test to its end, and returns what it has said.
func record(test func(t *recorder, circuits *Registry)) string {
	r := &recorder{}
	inOrder(func() { test(r, New(r)) })
	for i := len(r.cleanups) - 1; i >= 0; i-- {
		inOrder(r.cleanups[i])
	}
	return strings.Join(r.said, "\n")
}

// inOrder runs f in a goroutine that it may end.
func inOrder(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	<-done
}

// holds fails the test where a text lacks one of some parts, or where there are none, isn't empty.
func holds(t *testing.T, said string, parts ...string) {
	t.Helper()
	if len(parts) == 0 && said != "" {
		t.Errorf("the test failed: %s", said)
	}
	for _, part := range parts {
		if !strings.Contains(said, part) {
			t.Errorf("no %q in %q", part, said)
		}
	}
}

// client is what is wrapped.
type client func(ctx context.Context, id string) (int, error)

// wrapped is one method behind its chain.
type wrapped func(ctx context.Context, id string) (int, error)

func (w wrapped) call() error {
	_, err := w(context.Background(), "acme")
	return err
}

// wrap has the circuit Users.Get, unless an option says otherwise.
func wrap(t testing.TB, circuits *Registry, next client, p runtime.Policy, options ...func(*runtime.Builder[client], *runtime.Spec)) wrapped {
	t.Helper()
	b := runtime.Builder[client]{Constructor: "NewUsersBreaker", Interface: "Users", Next: next, Registry: circuits.Runtime()}
	spec := runtime.Spec{Name: "Get", Config: &p}
	for _, option := range options {
		option(&b, &spec)
	}
	method := runtime.NewMethod(&b, spec, func(next client, ctx context.Context, id string) (int, error) { return next(ctx, id) })(next)
	if err := b.Build(); err != nil {
		t.Errorf("wrap: %v", err)
	}
	return method
}

func keyed(_ *runtime.Builder[client], s *runtime.Spec) {
	s.Hooks = runtime.Hooks[string, int]{Key: func(id string) string { return id }}
}

func fail(context.Context, string) (int, error)    { return 0, errBoom }
func succeed(context.Context, string) (int, error) { return 1, nil }
