package otel

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/breakergen/breakergen/runtime"
)

// AddSpanEvents has the calls of r's circuits, until stop is called, add events to the
// spans of their callers, where these are recorded; a nil r is runtime.Default:
//
//	circuit.retry         an attempt after the first, with circuit.attempt
//	circuit.rejected      a call that was not made, with circuit.call.outcome
//	circuit.state_change  a change of the circuit's state, with circuit.state
func AddSpanEvents(r *runtime.Registry) (stop func()) {
	if r == nil {
		r = runtime.Default
	}
	return r.SubscribeCalls(func(ctx context.Context, e runtime.CallEvent) {
		if span := trace.SpanFromContext(ctx); span.IsRecording() {
			name, with := spanEvent(e)
			span.AddEvent(name, trace.WithAttributes(circuitName.String(e.Circuit), with))
		}
	})
}

func spanEvent(e runtime.CallEvent) (name string, with attribute.KeyValue) {
	switch e.What {
	case runtime.Retried:
		return "circuit.retry", attribute.Int("circuit.attempt", e.Attempt)
	case runtime.Rejected:
		return "circuit.rejected", callOutcome.String("rejected")
	case runtime.FoundFull:
		return "circuit.rejected", callOutcome.String("full")
	default:
		return "circuit.state_change", circuitState.String(e.To.String())
	}
}
