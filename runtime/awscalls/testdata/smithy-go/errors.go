// Package smithy has errors like those of github.com/aws/smithy-go, which the SDK is built on.
package smithy

// SerializationError is of what can't be sent.
type SerializationError struct{ Err error }

func (e *SerializationError) Error() string { return "serialization failed" }
func (e *SerializationError) Unwrap() error { return e.Err }

// InvalidParamsError is of arguments that a service wouldn't take.
type InvalidParamsError struct{ Context string }

func (e InvalidParamsError) Error() string { return "1 validation error(s) found." }

// DeserializationError is of an answer that can't be read.
type DeserializationError struct{ Err error }

func (e *DeserializationError) Error() string { return "deserialization failed" }
func (e *DeserializationError) Unwrap() error { return e.Err }
