package runtime_test

import (
	"context"
	"errors"
	goruntime "runtime"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// step is what the dependency does with one call. It is an echo too.
type step func(ctx context.Context, n int) (int, error)

func (s step) Do(ctx context.Context, n int) (int, error) { return s(ctx, n) }

var errBoom = errors.New("boom")

func succeed(_ context.Context, n int) (int, error) { return n, nil }
func fail(context.Context, int) (int, error)        { return 0, errBoom }
func crash(context.Context, int) (int, error)       { panic("crash") }

// exit ends the caller's goroutine.
func exit(context.Context, int) (int, error) { goruntime.Goexit(); return 0, nil }

// hang returns its context's error once that has ended.
func hang(ctx context.Context, _ int) (int, error) { <-ctx.Done(); return 0, ctx.Err() }

func failWith(err error) step { return func(context.Context, int) (int, error) { return 0, err } }

// after does s once d has passed, whatever becomes of the context.
func after(d time.Duration, s step) step {
	return func(ctx context.Context, n int) (int, error) {
		time.Sleep(d)
		return s(ctx, n)
	}
}

// times repeats a step.
func times(n int, s step) []step {
	steps := make([]step, n)
	for i := range steps {
		steps[i] = s
	}
	return steps
}

// What classifications ignore, and take for an answer.
var errNeither, errAnswer = errors.New("neither"), errors.New("answer")

// classify judges one error, and fails all others.
func classify(special error, as runtime.Outcome) func(error) runtime.Outcome {
	return func(err error) runtime.Outcome {
		if errors.Is(err, special) {
			return as
		}
		return runtime.Failure
	}
}
