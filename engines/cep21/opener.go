package cep21

import (
	"context"
	"time"

	"github.com/cep21/circuit/v4"
	"github.com/cep21/circuit/v4/closers/hystrix"
	"github.com/cep21/circuit/v4/closers/simplelogic"

	"github.com/breakergen/breakergen/runtime"
)

func closer(p *runtime.BreakerPolicy) func() circuit.OpenToClosed {
	return hystrix.CloserFactory(hystrix.ConfigureCloser{
		SleepWindow:                  p.OpenFor,
		HalfOpenAttempts:             int64(p.Probes),
		RequiredConcurrentSuccessful: int64(p.Probes),
	})
}

// openers opens by rate, and by errors in a row where that isn't never.
func openers(p *runtime.BreakerPolicy, percent int) func() circuit.ClosedToOpen {
	byRate := hystrix.OpenerFactory(hystrix.ConfigureOpener{
		ErrorThresholdPercentage: int64(percent),
		RequestVolumeThreshold:   int64(p.MinCalls),
		RollingDuration:          p.Window,
		NumBuckets:               10,
	})
	if p.Consecutive < 0 {
		return byRate
	}
	inARow := simplelogic.ConsecutiveErrOpenerFactory(simplelogic.ConfigConsecutiveErrOpener{
		ErrorThreshold: int64(p.Consecutive),
	})
	return func() circuit.ClosedToOpen { return &either{byRate(), inARow()} }
}

// either opens where one of two openers does. What only one of them needs to hear goes to
// that one.
type either struct {
	circuit.ClosedToOpen // by rate
	inARow               circuit.ClosedToOpen
}

func (e *either) ShouldOpen(ctx context.Context, now time.Time) bool {
	return e.ClosedToOpen.ShouldOpen(ctx, now) || e.inARow.ShouldOpen(ctx, now)
}

func (e *either) Success(ctx context.Context, now time.Time, took time.Duration) {
	e.ClosedToOpen.Success(ctx, now, took)
	e.inARow.Success(ctx, now, took)
}

func (e *either) ErrFailure(ctx context.Context, now time.Time, took time.Duration) {
	e.ClosedToOpen.ErrFailure(ctx, now, took)
	e.inARow.ErrFailure(ctx, now, took)
}

func (e *either) ErrTimeout(ctx context.Context, now time.Time, took time.Duration) {
	e.ClosedToOpen.ErrTimeout(ctx, now, took)
	e.inARow.ErrTimeout(ctx, now, took)
}

func (e *either) Opened(ctx context.Context, now time.Time) {
	e.ClosedToOpen.Opened(ctx, now)
	e.inARow.Opened(ctx, now)
}

func (e *either) Closed(ctx context.Context, now time.Time) {
	e.ClosedToOpen.Closed(ctx, now)
	e.inARow.Closed(ctx, now)
}
