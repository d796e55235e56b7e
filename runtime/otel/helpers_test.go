package otel_test

import (
	"context"
	"errors"
	"testing"

	"github.com/breakergen/breakergen/runtime"
)

type calls interface {
	Do(context.Context, error) error
}

type echo struct{}

// Do returns what it is given; for errHang when its context ends.
func (echo) Do(ctx context.Context, err error) error {
	if err == errHang {
		<-ctx.Done()
		return ctx.Err()
	}
	return err
}

var errHang, errBoom = errors.New("hang"), errors.New("boom")

// standIn answers everything with err.
type standIn struct{ err error }

func (s standIn) Do(context.Context, error) error { return s.err }

func newMethod(
	t *testing.T, r *runtime.Registry, p runtime.Policy, fallback calls,
) func(context.Context, error) (struct{}, error) {
	t.Helper()
	b := runtime.Builder[calls]{
		Constructor: "NewUsersBreaker",
		Interface:   "Users",
		Next:        echo{},
		Fallback:    fallback,
		Registry:    r,
	}
	m := runtime.NewMethod(&b, runtime.Spec{Name: "Do", Config: &p},
		func(c calls, ctx context.Context, err error) (struct{}, error) {
			return struct{}{}, c.Do(ctx, err)
		})(b.Next)
	if err := b.Build(); err != nil {
		t.Fatal(err)
	}
	return m
}
