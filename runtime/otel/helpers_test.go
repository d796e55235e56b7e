package otel_test

import (
	"context"
	"errors"
	"testing"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/internal/testcircuit"
)

var errHang, errBoom = errors.New("hang"), errors.New("boom")

// standIn is a fallback that answers everything with err.
func standIn(err error) testcircuit.Do { return func(context.Context) error { return err } }

// newMethod makes the circuit Users.Do. A call returns what it is given; for errHang when its
// context ends.
func newMethod(
	t *testing.T, r *runtime.Registry, p runtime.Policy, fallback testcircuit.Do,
) func(context.Context, error) error {
	t.Helper()
	m := testcircuit.Spec{Registry: r, Circuit: "Users.Do", Policy: p, Fallback: fallback}.New(t)
	return func(ctx context.Context, err error) error {
		return m(ctx, func(ctx context.Context) error {
			if err == errHang {
				<-ctx.Done()
				return ctx.Err()
			}
			return err
		})
	}
}
