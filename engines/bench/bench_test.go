package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/cep21/circuit/v4/metrics/rolling"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/breakergen/breakergen/engines/internal/all"
	"github.com/breakergen/breakergen/engines/internal/echo"
	breaker "github.com/breakergen/breakergen/runtime"
)

// BenchmarkCircuits is in the form of cep21/circuit's benchmarks: the library, how it is
// used, what becomes of the calls, and the number of goroutines.
func BenchmarkCircuits(b *testing.B) {
	for how, contenders := range map[string][]contender{
		"wrapped": wrapped(), "bare": bare(), "chain": chains(),
	} {
		for _, c := range contenders {
			for _, kind := range kinds {
				b.Run(c.name+"/"+how+"/"+kind.name, func(b *testing.B) {
					f := kind.of(c)
					b.ReportAllocs()
					b.ResetTimer()
					spread(f, kind.goroutines, max(1, b.N/kind.goroutines))
				})
			}
		}
	}
}

// untimed has a breaker and a retry, but no timeout.
var untimed = breaker.Policy{Timeout: breaker.TimeoutPolicy{Off: true}}

func ours(p breaker.Policy) call { return through(answering{}, nil, p) }

func BenchmarkBreakerRetry(b *testing.B) {
	for name, peer := range map[string]call{
		"goresilience":                  stock(answering{}, stockBreaker(0), stockRetry()),
		"sony/gobreaker":                sony(answering{}, 0, 3),
		"sony/gobreaker with histogram": observed(sony(answering{}, 0, 3)),
		"cep21/circuit":                 cep21(answering{}, 0, noTimeout, 3),
		"cep21/circuit with statistics": cep21(answering{}, 0, noTimeout, 3, (&rolling.StatFactory{}).CreateConfig),
		"failsafe-go":                   failsafeChain(answering{}, time.Minute, false),
	} {
		b.Run(name, func(b *testing.B) { compare(b, ours(untimed), peer) })
	}
}

func BenchmarkBreakerRetryTimeout(b *testing.B) {
	for name, peer := range map[string]call{
		"goresilience":                  stock(answering{}, stockBreaker(0), stockRetry(), stockTimeout()),
		"cep21/circuit":                 cep21(answering{}, 0, time.Second, 3),
		"cep21/circuit with statistics": cep21(answering{}, 0, time.Second, 3, (&rolling.StatFactory{}).CreateConfig),
		"failsafe-go":                   failsafeChain(answering{}, time.Minute, true),
		"a hand-written call":           func(ctx context.Context) error { _, err := answering{}.Do(ctx, 1); return err },
	} {
		b.Run(name, func(b *testing.B) { compare(b, ours(breaker.Policy{}), peer) })
	}
}

func BenchmarkOpen(b *testing.B) {
	peer := contender{"sony/gobreaker", func(next echo.Echo, openFor time.Duration) call {
		return sony(next, openFor, 3)
	}}
	b.Run(peer.name, func(b *testing.B) { compare(b, chains()[0].rejecting(), peer.rejecting()) })
}

func BenchmarkCallers75(b *testing.B) {
	for name, peer := range map[string]call{
		"goresilience":   stock(answering{}, stockBreaker(0), stockRetry()),
		"sony/gobreaker": sony(answering{}, 0, 3),
		"cep21/circuit":  cep21(answering{}, 0, noTimeout, 3),
		"failsafe-go":    failsafeChain(answering{}, time.Minute, false),
	} {
		b.Run(name, func(b *testing.B) { compareParallel(b, ours(untimed), peer) })
	}
}

// BenchmarkScaling has 75 goroutines beside one.
func BenchmarkScaling(b *testing.B) {
	one := ours(untimed)
	var serial, parallel time.Duration
	for b.Loop() {
		serial += perCall(one, 1, 75*batchSize)
		parallel += perCall(one, 75, batchSize)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(parallel)/float64(serial), "ratio")
}

// observed times each call for a Prometheus histogram, as users do with libraries that
// keep no latencies: ours does, in all that is measured here.
func observed(f call) call {
	histogram := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "echo_duration_seconds"})
	return func(ctx context.Context) error {
		begun := time.Now()
		err := f(ctx)
		histogram.Observe(time.Since(begun).Seconds())
		return err
	}
}

// Each contender does what it is measured for: it gets through, or is turned away.
func TestContenders(t *testing.T) {
	for how, contenders := range map[string][]contender{
		"wrapped": wrapped(), "bare": bare(), "chain": chains(),
	} {
		for _, c := range contenders {
			t.Run(how+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				if err := c.passing()(t.Context()); err != nil {
					t.Errorf("passing: %v", err)
				}
				if err := c.rejecting()(t.Context()); err == nil || err == errDown {
					t.Errorf("rejecting: %v", err)
				}
			})
		}
	}
}

// A report has every row.
func TestReport(t *testing.T) {
	got := report(1)
	for _, engine := range all.Engines() {
		for _, how := range []string{"wrapped", "bare"} {
			if row := "| " + engine.Name + " | " + how + " |"; !strings.Contains(got, row) {
				t.Errorf("there is no %s", row)
			}
		}
	}
}
