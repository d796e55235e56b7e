package main

import (
	"context"
	"math/rand/v2"
	"time"
)

// request is one caller's call, whatever attempts it takes. All that is random about it
// comes from its number.
type request struct {
	id       uint64
	attempts int // made so far
}

type requestKey struct{}

// within returns a context that carries the request.
func (r *request) within(ctx context.Context) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

func requestFrom(ctx context.Context) *request { return ctx.Value(requestKey{}).(*request) }

func (r *request) random(what uint64) *rand.Rand {
	return rand.New(rand.NewPCG(r.id, uint64(r.attempts)<<8|what))
}

// draw returns how long a server takes: most less than the mean, some several times as long.
func (r *request) draw(mean time.Duration) time.Duration {
	return time.Duration(r.random(1).ExpFloat64() * float64(mean))
}

// wait draws the wait before the next attempt as the runtime does by default: from none to
// 50ms after the first one, then to twice as much, up to 1s.
func (r *request) wait() time.Duration {
	bound := min(50*time.Millisecond<<max(0, r.attempts-1), time.Second)
	return time.Duration(r.random(2).Int64N(int64(bound)))
}

// failure is an error that asks for the wait before the next attempt. The runtime's own draws
// can't be seeded: its range is set to nothing, and each failure brings its draw along.
func (r *request) failure(err error) error { return &failure{err, r.wait()} }

type failure struct {
	error
	wait time.Duration
}

func (f *failure) Unwrap() error             { return f.error }
func (f *failure) RetryAfter() time.Duration { return f.wait }
