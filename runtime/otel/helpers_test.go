package otel_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/internal/testcircuit"
)

var errHang, errBoom, errPanic = errors.New("hang"), errors.New("boom"), errors.New("panic")

// standIn is a fallback that answers everything with err.
func standIn(err error) testcircuit.Do { return func(context.Context) error { return err } }

// newMethod makes the circuit Users.Do. A call returns what it is given; for errHang when its
// context ends, and errPanic never: it panics after a minute.
func newMethod(
	t *testing.T, r *runtime.Registry, p runtime.Policy, fallback testcircuit.Do,
) func(context.Context, error) error {
	t.Helper()
	m := testcircuit.Spec{Registry: r, Circuit: "Users.Do", Policy: p, Fallback: fallback}.New(t)
	return func(ctx context.Context, err error) error {
		return m(ctx, func(ctx context.Context) error {
			switch err {
			case errHang:
				<-ctx.Done()
				return ctx.Err()
			case errPanic:
				time.Sleep(time.Minute)
				panic(err)
			}
			return err
		})
	}
}
