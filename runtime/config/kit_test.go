package config_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/config"
	"github.com/breakergen/breakergen/runtime/internal/testcircuit"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type spec = testcircuit.Spec

// newCircuit makes a circuit, or one for each key, and returns what makes a call with a key.
func newCircuit(t testing.TB, r *runtime.Registry, name string, s spec) (call func(key string) error) {
	t.Helper()
	call, err := tryCircuit(r, name, s)
	if err != nil {
		t.Fatal(err)
	}
	return call
}

func tryCircuit(r *runtime.Registry, name string, s spec) (call func(key string) error, err error) {
	s.Registry, s.Circuit = r, name
	m, err := s.Try()
	return func(key string) error { return m(testcircuit.WithKey(key), succeed) }, err
}

func succeed(context.Context) error { return nil }

func load(t testing.TB, r *runtime.Registry, settings string) {
	t.Helper()
	if err := config.Load(r, strings.NewReader(settings)); err != nil {
		t.Fatal(err)
	}
}

// inForce returns a circuit's policy.
func inForce(t testing.TB, r *runtime.Registry, name string) runtime.Policy {
	t.Helper()
	c, ok := r.Circuit(name)
	if !ok {
		t.Fatalf("there is no circuit %s", name)
	}
	return c.Snapshot().Policy
}

// attempts fails the test where a circuit has another number of attempts.
func attempts(t testing.TB, r *runtime.Registry, name string, want int) {
	t.Helper()
	if got := inForce(t, r, name).Retry.Attempts; got != want {
		t.Errorf("%s has %d attempts, want %d", name, got, want)
	}
}

// lines is a log without times.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(text)
}

func (l *lines) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
}

// are fails the test where there are other lines since the last time.
func (l *lines) are(t testing.TB, want ...string) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	got := strings.TrimSuffix(l.text.String(), "\n")
	if want := strings.Join(want, "\n"); got != want {
		t.Errorf("the log has\n%s\nwant\n%s", got, want)
	}
	l.text.Reset()
}

// logged has slog.Default write to the lines that it returns, in this test.
func logged(t testing.TB) *lines {
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	l := &lines{}
	slog.SetDefault(l.logger())
	return l
}
