package otel_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

type calls interface {
	Do(context.Context, error) error
}

type echo struct{}

// Do returns what it is given; for errHang when its context ends, and errPanic
// never: it panics after a minute.
func (echo) Do(ctx context.Context, err error) error {
	switch err {
	case errHang:
		<-ctx.Done()
		return ctx.Err()
	case errPanic:
		time.Sleep(time.Minute)
		panic(err)
	}
	return err
}

var errHang, errBoom, errPanic = errors.New("hang"), errors.New("boom"), errors.New("panic")

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
