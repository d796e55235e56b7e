// Package grpc puts the client of a gRPC service behind circuits: the standard health
// service's, as it comes from its generated package. What its errors mean the wrapper knows:
// a server that answers NotFound works, and only Unavailable is called again.
package grpc

import (
	"time"

	breaker "github.com/breakergen/breakergen/runtime"
)

//go:generate go tool breakergen -iface=google.golang.org/grpc/health/grpc_health_v1.HealthClient

// policy suits a client that is called often: a few failures open the circuit, and a
// probe goes out every second.
func policy() breaker.Policy {
	return breaker.Policy{Breaker: breaker.BreakerPolicy{Consecutive: 3, OpenFor: time.Second}}
}
