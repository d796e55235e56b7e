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
//	circuit.retry         an attempt after the first, with circuit.call.attempt, circuit.retry.wait
//	                      in seconds, and the error.type of the attempt before
//	circuit.rejected      a call that was not made, with circuit.call.outcome: rejected or full
//	circuit.timeout       a call that counts as a timeout, with error.type
//	circuit.ignored       a call that counts as neither success nor failure, with error.type
//	circuit.fallback      an answer of the fallback, with circuit.fallback.outcome; where it failed
//	                      too with error.type
//	circuit.state_change  a change of the circuit's state, with circuit.state
//	circuit.panicked      a panic in a detached call, with error.type
//
// Each has circuit.name. A span with one of them has as its own attributes, which are what
// backends search, circuit.name and the last circuit.call.attempt, circuit.call.outcome and
// circuit.fallback.outcome that its events tell of.
func AddSpanEvents(r *runtime.Registry) (stop func()) {
	if r == nil {
		r = runtime.Default
	}
	return r.SubscribeCalls(func(ctx context.Context, e runtime.CallEvent) {
		if span := trace.SpanFromContext(ctx); span.IsRecording() {
			addEvent(span, &e)
		}
	})
}

// addEvent adds one event. What it says of the call is the span's, too.
func addEvent(span trace.Span, e *runtime.CallEvent) {
	name, ofCall, more := describe(e)
	ofCall = append(ofCall, circuitName.String(e.Circuit))
	span.SetAttributes(ofCall...)
	span.AddEvent(name, trace.WithAttributes(append(ofCall, more...)...))
}

func describe(e *runtime.CallEvent) (name string, ofCall, more []attribute.KeyValue) {
	if e.Err != nil {
		more = append(more, errorType(e.Err))
	}
	switch e.What {
	case runtime.Retried:
		more = append(more, retryWait.Float64(e.Wait.Seconds()))
		return "circuit.retry", of(callAttempt.Int(e.Attempt)), more
	case runtime.Rejected:
		return "circuit.rejected", of(callOutcome.String("rejected")), more
	case runtime.FoundFull:
		return "circuit.rejected", of(callOutcome.String("full")), more
	case runtime.TimedOut:
		return "circuit.timeout", of(callOutcome.String("timeout")), more
	case runtime.WasIgnored:
		return "circuit.ignored", of(callOutcome.String("ignored")), more
	case runtime.FellBack:
		if e.Err != nil {
			return "circuit.fallback", of(answerOutcome.String("failure")), more
		}
		return "circuit.fallback", of(answerOutcome.String("success")), more
	case runtime.ChangedState:
		return "circuit.state_change", nil, append(more, circuitState.String(e.To.String()))
	default:
		return "circuit." + e.What.String(), nil, more
	}
}

func of(attributes ...attribute.KeyValue) []attribute.KeyValue { return attributes }
