// Package grpc puts the client of a gRPC service behind circuits: the standard health
// service's, as it comes from its generated package.
package grpc

import (
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	breaker "github.com/breakergen/breakergen/runtime"
)

//go:generate go tool breakergen -iface=google.golang.org/grpc/health/grpc_health_v1.HealthClient

// policy suits a client that is called often: a few failures open the circuit, and a
// probe goes out every second.
func policy() breaker.Policy {
	return breaker.Policy{
		Breaker:  breaker.BreakerPolicy{Consecutive: 3, OpenFor: time.Second},
		Classify: classify,
	}
}

// classify judges gRPC's status codes: what the server answered is a success, whatever
// the answer; what says that it can't answer is a failure.
func classify(err error) breaker.Outcome {
	switch status.Code(err) {
	case codes.Canceled:
		return breaker.Ignored
	case codes.Unavailable, codes.DeadlineExceeded, codes.ResourceExhausted, codes.Internal,
		codes.Unknown, codes.DataLoss, codes.Aborted:
		return breaker.Failure
	default:
		return breaker.Success
	}
}
