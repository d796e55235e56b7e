// Package otel shows circuits to OpenTelemetry: their metrics, and events on the spans
// of the calls that run through them.
//
// The metrics are read from the circuits at each collection; nothing runs in between:
//
//	reader := sdkmetric.NewPeriodicReader(exporter, sdkmetric.WithProducer(otel.NewProducer(nil)))
//
// The span events are added by the calls themselves; one that passes at once has none:
//
//	stop := otel.AddSpanEvents(nil)
package otel
