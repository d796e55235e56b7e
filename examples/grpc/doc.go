// Package grpc puts gRPC behind circuits: the client of the standard health service, as it
// comes from its generated package, one with streams of all kinds, and a server. What its
// errors mean the wrapper knows: a server that answers NotFound works, and only Unavailable
// is called again. Streams live on after the call that opened them.
package grpc

import (
	"time"

	"google.golang.org/grpc/interop/grpc_testing"

	breaker "github.com/breakergen/breakergen/runtime"
)

//go:generate go tool breakergen -iface=google.golang.org/grpc/health/grpc_health_v1.HealthClient
//go:generate go tool breakergen -iface=google.golang.org/grpc/health/grpc_health_v1.HealthServer
//go:generate go tool breakergen -iface=google.golang.org/grpc/interop/grpc_testing.TestServiceClient
//go:generate go tool breakergen -iface=Service

// Service is a server to be wrapped, so that it fails fast while what it depends on is
// down. No method of a server takes a grpc.CallOption, so what its errors mean is said
// here. What a stream was sent can't be taken back: those methods aren't repeated.
//
//breakergen:protocol grpc
//breakergen:breaker consecutive=3
type Service interface {
	grpc_testing.TestServiceServer
}

// policy suits a client that is called often: a few failures open the circuit, and a
// probe goes out every second.
func policy() breaker.Policy {
	return breaker.Policy{Breaker: breaker.BreakerPolicy{Consecutive: 3, OpenFor: time.Second}}
}
