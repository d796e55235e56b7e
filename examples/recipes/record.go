package recipes

import (
	"context"
	"time"

	"github.com/slok/goresilience"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	breaker "github.com/breakergen/breakergen/runtime"
)

// Record has a histogram of OpenTelemetry's hold how many seconds calls took.
func Record(took metric.Float64Histogram) goresilience.Middleware {
	return func(next goresilience.Runner) goresilience.Runner {
		return goresilience.RunnerFunc(func(ctx context.Context, f goresilience.Func) error {
			info, _ := breaker.CallInfoFrom(ctx)
			begun := time.Now()
			err := next.Run(ctx, f)
			took.Record(ctx, time.Since(begun).Seconds(), metric.WithAttributes(
				attribute.String("circuit.name", info.Circuit.Name()), attribute.Bool("failed", err != nil)))
			return err
		})
	}
}
