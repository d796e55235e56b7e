package otel

import (
	"errors"
	"fmt"

	"go.opentelemetry.io/otel/attribute"

	"github.com/breakergen/breakergen/runtime"
)

// scope names the source of the metrics.
const scope = "github.com/breakergen/breakergen/runtime/otel"

// The attributes, named by OpenTelemetry's naming guidelines:
// https://opentelemetry.io/docs/specs/semconv/general/naming/
var (
	circuitName    = attribute.Key("circuit.name")
	circuitState   = attribute.Key("circuit.state")
	callOutcome    = attribute.Key("circuit.call.outcome")
	callAttempt    = attribute.Key("circuit.call.attempt")
	retryWait      = attribute.Key("circuit.retry.wait") // seconds
	answerOutcome  = attribute.Key("circuit.fallback.outcome")
	errorAttribute = attribute.Key("error.type")
)

// errorType returns the attribute error.type of the semantic conventions: the type of an error,
// of which there are few; of a timeout "timeout". An error that only joins or wraps others has
// the type of the first of them.
// https://opentelemetry.io/docs/specs/semconv/attributes-registry/error/
func errorType(err error) attribute.KeyValue {
	var timeout *runtime.TimeoutError
	if errors.As(err, &timeout) {
		return errorAttribute.String("timeout")
	}
	for {
		name := fmt.Sprintf("%T", err)
		switch of := err.(type) {
		case interface{ Unwrap() []error }:
			if all := of.Unwrap(); len(all) > 0 && (name == "*errors.joinError" || name == "*fmt.wrapErrors") {
				err = all[0]
				continue
			}
		case interface{ Unwrap() error }:
			if inner := of.Unwrap(); inner != nil && name == "*fmt.wrapError" {
				err = inner
				continue
			}
		}
		return errorAttribute.String(name)
	}
}
