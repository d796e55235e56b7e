// Package otel shows circuits to OpenTelemetry: their metrics, and events on the spans
// of the calls that run through them.
//
// The metrics are read from the circuits at each collection; nothing runs in between.
// They are instruments of a MeterProvider, so that its Views and its readers' temporality hold:
//
//	unregister, err := otel.Register(nil, provider)
//
// Only histograms can't be observed so: they come from a producer, which a reader asks. They are
// cumulative, also to a reader that asks others for deltas, and Views don't reach them; NewProducer
// says what to do where these have to hold.
//
//	reader := sdkmetric.NewPeriodicReader(exporter, sdkmetric.WithProducer(otel.NewProducer(nil)))
//
// The span events are added by the calls themselves; one that passes at once has none:
//
//	stop := otel.AddSpanEvents(nil)
package otel
