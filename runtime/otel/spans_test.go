package otel_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/internal/testcircuit"
	"github.com/breakergen/breakergen/runtime/otel"
)

func attributes(of []attribute.KeyValue) map[string]string {
	all := map[string]string{}
	for _, kv := range of {
		all[string(kv.Key)] = kv.Value.Emit()
		if wait := kv.Value.AsFloat64(); kv.Key == "circuit.retry.wait" && wait > 0 && wait <= 0.1 {
			all[string(kv.Key)] = "drawn"
		}
	}
	return all
}

type says = map[string]string

// TestSpans has each call say on its caller's span what its result doesn't: in events, and
// in the attributes that a backend searches.
func TestSpans(t *testing.T) {
	ignored := errors.New("ignored")
	for name, c := range map[string]struct {
		fallback testcircuit.Do
		calls    []error // the last one's span is looked at
		events   []says
		span     says
	}{
		"passes": {calls: []error{nil}, span: says{}},
		"is made again, and opens": {
			calls: []error{errBoom},
			events: []says{
				{"": "circuit.retry", "circuit.call.attempt": "2", "circuit.retry.wait": "drawn", "error.type": "*errors.errorString"},
				{"": "circuit.state_change", "circuit.state": "open"},
			},
			span: says{"circuit.call.attempt": "2"},
		},
		"is rejected": {
			calls:  []error{errBoom, nil},
			events: []says{{"": "circuit.rejected", "circuit.call.outcome": "rejected"}},
			span:   says{"circuit.call.outcome": "rejected"},
		},
		"is rejected, and falls back": {
			fallback: standIn(nil),
			calls:    []error{errBoom, nil},
			events: []says{
				{"": "circuit.rejected", "circuit.call.outcome": "rejected"},
				{"": "circuit.fallback", "circuit.fallback.outcome": "success"},
			},
			span: says{"circuit.call.outcome": "rejected", "circuit.fallback.outcome": "success"},
		},
		"falls back in vain": {
			fallback: standIn(fmt.Errorf("no answer: %w", &fs.PathError{Err: errBoom})),
			calls:    []error{errBoom, nil},
			events: []says{
				{"": "circuit.rejected", "circuit.call.outcome": "rejected"},
				{"": "circuit.fallback", "circuit.fallback.outcome": "failure", "error.type": "*fs.PathError"},
			},
			span: says{"circuit.call.outcome": "rejected", "circuit.fallback.outcome": "failure"},
		},
		"times out": {
			calls: []error{errHang},
			events: []says{
				{"": "circuit.retry", "circuit.call.attempt": "2", "circuit.retry.wait": "drawn", "error.type": "timeout"},
				{"": "circuit.timeout", "circuit.call.outcome": "timeout", "error.type": "timeout"},
				{"": "circuit.state_change", "circuit.state": "open"},
			},
			span: says{"circuit.call.attempt": "2", "circuit.call.outcome": "timeout"},
		},
		"is ignored": {
			calls:  []error{errors.Join(ignored, errBoom)},
			events: []says{{"": "circuit.ignored", "circuit.call.outcome": "ignored", "error.type": "*errors.errorString"}},
			span:   says{"circuit.call.outcome": "ignored"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				recorder := tracetest.NewSpanRecorder()
				tracer := trace.NewTracerProvider(trace.WithSpanProcessor(recorder)).Tracer("test")
				r := runtime.NewRegistry()
				defer otel.AddSpanEvents(r)()
				m := newMethod(t, r, runtime.Policy{
					Breaker: runtime.BreakerPolicy{Consecutive: 1},
					Retry:   runtime.RetryPolicy{Attempts: 2, Backoff: 100 * time.Millisecond},
					Classify: func(err error) runtime.Outcome {
						if errors.Is(err, ignored) {
							return runtime.Ignored
						}
						return runtime.Failure
					},
				}, c.fallback)
				for _, err := range c.calls {
					ctx, span := tracer.Start(context.Background(), "call")
					m(ctx, err)
					span.End()
				}
				span := recorder.Ended()[len(c.calls)-1]
				var events []says
				for _, event := range span.Events() {
					says := attributes(event.Attributes)
					says[""] = event.Name
					events = append(events, says)
				}
				for _, want := range append(c.events, c.span) {
					if len(want) > 0 {
						want["circuit.name"] = "Users.Do"
					}
				}
				if !reflect.DeepEqual(events, c.events) {
					t.Errorf("the events are\n%v, want\n%v", events, c.events)
				}
				if got := attributes(span.Attributes()); !reflect.DeepEqual(got, c.span) {
					t.Errorf("the span says %v, want %v", got, c.span)
				}
			})
		})
	}
}

// TestSpansOfAPanic: one in a call that is left alone is told as that, and changes no state.
func TestSpansOfAPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		recorder := tracetest.NewSpanRecorder()
		tracer := trace.NewTracerProvider(trace.WithSpanProcessor(recorder)).Tracer("test")
		r := runtime.NewRegistry()
		defer otel.AddSpanEvents(r)()
		m := newMethod(t, r, runtime.Policy{
			Retry:   runtime.RetryPolicy{Off: true},
			Timeout: runtime.TimeoutPolicy{Attempt: time.Second, Detach: true},
		}, nil)
		ctx, span := tracer.Start(context.Background(), "call")
		m(ctx, errPanic)
		time.Sleep(time.Hour)
		span.End()
		told := false
		for _, event := range recorder.Ended()[0].Events() {
			switch says := attributes(event.Attributes); event.Name {
			case "circuit.panicked":
				told = says["circuit.name"] == "Users.Do" && says["error.type"] == "*runtime.PanicError"
			case "circuit.state_change":
				t.Errorf("it says that the circuit is %s", says["circuit.state"])
			}
		}
		if !told {
			t.Errorf("it has the events %v", recorder.Ended()[0].Events())
		}
	})
}

func TestSpansAfterStop(t *testing.T) {
	recorder := tracetest.NewSpanRecorder()
	tracer := trace.NewTracerProvider(trace.WithSpanProcessor(recorder)).Tracer("test")
	r := runtime.NewRegistry()
	otel.AddSpanEvents(r)()
	m := newMethod(t, r, runtime.Policy{Breaker: runtime.BreakerPolicy{Consecutive: 1}}, nil)
	ctx, span := tracer.Start(context.Background(), "call")
	m(ctx, errBoom)
	span.End()
	if got := recorder.Ended()[0].Events(); len(got) != 0 {
		t.Errorf("it has the events %v", got)
	}
}
