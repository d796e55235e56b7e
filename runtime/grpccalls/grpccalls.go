// Package grpccalls says what the errors of gRPC calls mean. Generated wrappers use it
// where a method takes grpc.CallOptions, or is of one of Google's clients, whose errors
// carry gRPC's statuses; by hand it serves as [breaker.Policy].Classify ([Judge]) and
// [breaker.RetryPolicy].On ([Retry]).
//
// A server that answers NotFound works: which codes blame the caller is said at
// https://grpc.io/docs/guides/status-codes/. Only Unavailable is safe to repeat as it is,
// and ResourceExhausted where the server says when.
package grpccalls

import (
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	breaker "github.com/breakergen/breakergen/runtime"
)

// Protocol is what generated wrappers use.
var Protocol = &breaker.Protocol{
	Name: "grpc", Judge: Judge, Retry: Retry, RetryAfter: RetryAfter, Refuse: Refuse,
}

// Judge says who is at fault for an error: the codes that blame the caller, and
// Unimplemented and Aborted, are answers; Canceled is ignored; all else, and an error that
// is no status, is a failure.
func Judge(err error) breaker.Outcome {
	switch status.Code(err) {
	case codes.OK, codes.InvalidArgument, codes.NotFound, codes.AlreadyExists,
		codes.PermissionDenied, codes.Unauthenticated, codes.FailedPrecondition,
		codes.OutOfRange, codes.Unimplemented, codes.Aborted:
		return breaker.Success
	case codes.Canceled:
		return breaker.Ignored
	default:
		return breaker.Failure
	}
}

// Retry says which failures are worth another attempt: Unavailable, and ResourceExhausted
// with a RetryInfo.
func Retry(err error) bool {
	switch status.Code(err) {
	case codes.Unavailable:
		return true
	case codes.ResourceExhausted:
		_, ok := RetryAfter(err)
		return ok
	default:
		return false
	}
}

// RetryAfter returns the delay of the RetryInfo in an error's details; false where there
// is none.
func RetryAfter(err error) (wait time.Duration, ok bool) {
	for _, detail := range status.Convert(err).Details() {
		if info, ok := detail.(*errdetails.RetryInfo); ok {
			return max(0, info.GetRetryDelay().AsDuration()), true
		}
	}
	return 0, false
}
