package recipes

import (
	"context"
	"errors"

	"github.com/slok/goresilience"
	"golang.org/x/time/rate"
)

// ErrTooFast says that a call came faster than its limit allows: it wasn't made.
var ErrTooFast = errors.New("too many calls")

// Refuse turns away what comes faster than the limit.
func Refuse(limit *rate.Limiter) goresilience.Middleware {
	return func(next goresilience.Runner) goresilience.Runner {
		return goresilience.RunnerFunc(func(ctx context.Context, f goresilience.Func) error {
			if !limit.Allow() {
				return ErrTooFast
			}
			return next.Run(ctx, f)
		})
	}
}

// Wait has what comes faster than the limit wait for its turn, as long as its caller does.
func Wait(limit *rate.Limiter) goresilience.Middleware {
	return func(next goresilience.Runner) goresilience.Runner {
		return goresilience.RunnerFunc(func(ctx context.Context, f goresilience.Func) error {
			if err := limit.Wait(ctx); err != nil {
				return err
			}
			return next.Run(ctx, f)
		})
	}
}
