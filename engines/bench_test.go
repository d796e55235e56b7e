package engines

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/sony/gobreaker/v2"

	breaker "github.com/breakergen/breakergen/runtime"
)

func BenchmarkBreakerRetry(b *testing.B) {
	for name, peer := range map[string]call{
		"goresilience":                  stock(stockBreaker(), stockRetry()),
		"sony/gobreaker":                sony(echo{}, gobreakerSettings),
		"sony/gobreaker with histogram": observed(sony(echo{}, gobreakerSettings)),
		"cep21/circuit":                 cep21(b, noTimeout),
		"cep21/circuit with statistics": cep21(b, noTimeout, cep21Stats()),
		"failsafe-go":                   failsafeChain(false),
	} {
		b.Run(name, func(b *testing.B) { compare(b, ours(b, echo{}, untimed), peer) })
	}
}

func BenchmarkBreakerRetryTimeout(b *testing.B) {
	for name, peer := range map[string]call{
		"goresilience":                  stock(stockBreaker(), stockRetry(), stockTimeout()),
		"cep21/circuit":                 cep21(b, time.Second),
		"cep21/circuit with statistics": cep21(b, time.Second, cep21Stats()),
		"failsafe-go":                   failsafeChain(true),
		"a hand-written call":           func(ctx context.Context) error { _, err := echo{}.Do(ctx, 1); return err },
	} {
		b.Run(name, func(b *testing.B) { compare(b, ours(b, echo{}, breaker.Policy{}), peer) })
	}
}

func BenchmarkOpen(b *testing.B) {
	settings := gobreakerSettings
	settings.Timeout = time.Hour
	settings.ReadyToTrip = func(gobreaker.Counts) bool { return true }
	peer := sony(echo{errors.New("down")}, settings)
	peer(context.Background())
	b.Run("sony/gobreaker", func(b *testing.B) { compare(b, oursOpen(b), peer) })
}

func BenchmarkCallers75(b *testing.B) {
	for name, peer := range map[string]call{
		"goresilience":   stock(stockBreaker(), stockRetry()),
		"sony/gobreaker": sony(echo{}, gobreakerSettings),
		"cep21/circuit":  cep21(b, noTimeout),
		"failsafe-go":    failsafeChain(false),
	} {
		b.Run(name, func(b *testing.B) { compareParallel(b, ours(b, echo{}, untimed), peer) })
	}
}

// BenchmarkScaling has 75 goroutines beside one.
func BenchmarkScaling(b *testing.B) {
	one := ours(b, echo{}, untimed)
	var serial, parallel time.Duration
	ctx := context.Background()
	for b.Loop() {
		serial += timed(func() { repeat(ctx, one, 75*batch) })
		parallel += timed(func() {
			done := make(chan struct{})
			for range 75 {
				go func() { repeat(ctx, one, batch); done <- struct{}{} }()
			}
			for range 75 {
				<-done
			}
		})
	}
	report(b, parallel, serial, 75*batch)
}

// BenchmarkCall is ours alone, for its allocations.
func BenchmarkCall(b *testing.B) {
	for name, f := range map[string]call{
		"breaker and retry":           ours(b, echo{}, untimed),
		"breaker, retry and timeout":  ours(b, echo{}, breaker.Policy{}),
		"rejected by an open circuit": oursOpen(b),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f(context.Background())
			}
		})
	}
}
