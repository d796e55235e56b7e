package runtime_test

import (
	"context"
	"errors"
	"testing"

	"github.com/breakergen/breakergen/runtime"
)

func newEcho(tb testing.TB, p runtime.Policy, f step) func(context.Context, int) (int, error) {
	tb.Helper()
	b := runtime.Builder[echo]{
		Constructor: "NewEchoBreaker",
		Interface:   "Echo",
		Next:        f,
		Registry:    runtime.NewRegistry(),
	}
	m := runtime.NewMethod(&b, runtime.Spec{Name: "Do", Config: &p}, echo.Do)(b.Next)
	if err := b.Build(); err != nil {
		tb.Fatal(err)
	}
	return m
}

func pass(_ context.Context, n int) (int, error) { return n, nil }

func benchmarkCall(b *testing.B, p runtime.Policy) {
	m := newEcho(b, p, pass)
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m(ctx, 1); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBreakerRetry(b *testing.B) {
	benchmarkCall(b, runtime.Policy{Timeout: runtime.TimeoutPolicy{Off: true}})
}

func BenchmarkBreakerRetryTimeout(b *testing.B) { benchmarkCall(b, runtime.Policy{}) }

func BenchmarkOpen(b *testing.B) {
	m := newEcho(b, runtime.Policy{Breaker: runtime.BreakerPolicy{Consecutive: 1, OpenFor: 1 << 60}},
		func(context.Context, int) (int, error) { return 0, errors.New("down") })
	ctx := context.Background()
	m(ctx, 1)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m(ctx, 1); err == nil {
			b.Fatal("let through")
		}
	}
}

func BenchmarkParallel(b *testing.B) {
	m := newEcho(b, runtime.Policy{Timeout: runtime.TimeoutPolicy{Off: true}}, pass)
	ctx := context.Background()
	b.SetParallelism(38)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			m(ctx, 1)
		}
	})
}

func BenchmarkBreakerRetryTimeoutLivesOn(b *testing.B) {
	build := runtime.Builder[echo]{Interface: "Echo", Next: step(pass), Registry: runtime.NewRegistry()}
	m := runtime.NewMethod(&build, runtime.Spec{Name: "Do", LivesOn: true}, echo.Do)(build.Next)
	if err := build.Build(); err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m(ctx, 1); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFewCalls is of a window that never has enough calls to be judged by.
func BenchmarkFewCalls(b *testing.B) {
	benchmarkCall(b, runtime.Policy{
		Breaker: runtime.BreakerPolicy{MinCalls: 1 << 30},
		Timeout: runtime.TimeoutPolicy{Off: true},
	})
}

func BenchmarkParallelOpen(b *testing.B) {
	m := newEcho(b, runtime.Policy{Breaker: runtime.BreakerPolicy{Consecutive: 1, OpenFor: 1 << 60}},
		func(context.Context, int) (int, error) { return 0, errors.New("down") })
	ctx := context.Background()
	m(ctx, 1)
	b.SetParallelism(38)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			m(ctx, 1)
		}
	})
}
