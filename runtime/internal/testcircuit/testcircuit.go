// Package testcircuit makes circuits for the tests of what reads or sets them. Only tests
// import it.
package testcircuit

import (
	"context"
	"testing"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// Spec says how a method is wrapped; what it does, each call says.
type Spec struct {
	Registry *runtime.Registry
	Circuit  string         // its name
	Policy   runtime.Policy // its directive's
	Engine   runtime.Engine
	Fallback Do   // nil: none
	Keyed    bool // by the keys of WithKey
	MaxKeys  int
}

// Do is what a call does behind the circuit.
type Do func(context.Context) error

// Method makes calls.
type Method func(context.Context, Do) error

// New wraps a method.
func (s Spec) New(tb testing.TB) Method {
	tb.Helper()
	m, err := s.Try()
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

// Try is New outside of the test's goroutine.
func (s Spec) Try() (Method, error) {
	type next func(context.Context, Do) error
	type args struct {
		key string
		do  Do
	}
	b := runtime.Builder[next]{Constructor: "New", Registry: s.Registry, Engine: s.Engine}
	b.Next = func(ctx context.Context, do Do) error { return do(ctx) }
	if s.Fallback != nil {
		b.Fallback = func(ctx context.Context, _ Do) error { return s.Fallback(ctx) }
	}
	spec := runtime.Spec{Name: "Do", Circuit: s.Circuit, Directive: &s.Policy, MaxKeys: s.MaxKeys}
	if s.Keyed {
		spec.Hooks = runtime.Hooks[args, struct{}]{Key: func(a args) string { return a.key }}
	}
	m := runtime.NewMethod(&b, spec, func(n next, ctx context.Context, a args) (struct{}, error) {
		return struct{}{}, n(ctx, a.do)
	})(b.Next)
	return func(ctx context.Context, do Do) error {
		key, _ := ctx.Value(keyOf{}).(string)
		_, err := m(ctx, args{key, do})
		return err
	}, b.Build()
}

// Take makes a call that takes so long, whatever its context says, and returns err.
func (m Method) Take(d time.Duration, err error) error {
	return m(context.Background(), func(context.Context) error {
		time.Sleep(d)
		return err
	})
}

type keyOf struct{}

// WithKey returns a context whose calls have that key.
func WithKey(key string) context.Context {
	return context.WithValue(context.Background(), keyOf{}, key)
}
