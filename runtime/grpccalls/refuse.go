package grpccalls

import (
	"context"
	"errors"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	breaker "github.com/breakergen/breakergen/runtime"
)

// Refuse returns what a chain itself ended as an error that also has a status: Unavailable
// for an open circuit, with the time until the next probe as RetryInfo; ResourceExhausted
// for a full bulkhead; DeadlineExceeded for a timeout; and for the end of the caller's context, what a
// call says that is made with it: Canceled or DeadlineExceeded. Other errors it returns as they are.
func Refuse(err error) error {
	if code(err) == codes.OK {
		return err
	}
	return &refusal{err}
}

// refusal is a chain's error that speaks gRPC. It is err in all else.
type refusal struct{ err error }

func (r *refusal) Error() string { return r.err.Error() }

// Unwrap returns the chain's own error.
func (r *refusal) Unwrap() error { return r.err }

// GRPCStatus is what status.FromError and status.Code ask for.
func (r *refusal) GRPCStatus() *status.Status {
	s := status.New(code(r.err), r.err.Error())
	var open *breaker.OpenError
	if !errors.As(r.err, &open) || open.Until.IsZero() {
		return s
	}
	info := &errdetails.RetryInfo{RetryDelay: durationpb.New(open.RetryAfter())}
	if detailed, err := s.WithDetails(info); err == nil {
		return detailed
	}
	return s
}

// code returns the code of what the chain ended, and OK for all else.
func code(err error) codes.Code {
	switch err.(type) {
	case *breaker.OpenError:
		return codes.Unavailable
	case *breaker.FullError:
		return codes.ResourceExhausted
	case *breaker.TimeoutError:
		return codes.DeadlineExceeded
	}
	switch {
	case errors.Is(err, context.Canceled):
		return codes.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return codes.DeadlineExceeded
	default:
		return codes.OK
	}
}
