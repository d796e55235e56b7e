// Package echo is what all libraries wrap: an interface, and its generated wrappers in both
// orders of the chain.
package echo

import (
	"context"

	"github.com/breakergen/breakergen/runtime"
)

//go:generate go tool breakergen -q -iface=Echo
//go:generate go tool breakergen -q -iface=Echo -name=EchoRetryFirst -chain=retry,breaker,timeout -out=echo_retry_first.go

// Echo gives back what it is given.
type Echo interface {
	Do(ctx context.Context, n int) (int, error)
}

// Wrap puts next behind the generated wrapper of an order.
func Wrap(order runtime.Order, next Echo, registry *runtime.Registry, engine runtime.Engine, p runtime.Policy) (Echo, error) {
	if order == runtime.RetryFirst {
		return NewEchoRetryFirst(next, EchoRetryFirstConfig{
			Registry: registry, Engine: engine, Policies: EchoRetryFirstPolicies{Do: p},
		})
	}
	return NewEchoBreaker(next, EchoBreakerConfig{
		Registry: registry, Engine: engine, Policies: EchoPolicies{Do: p},
	})
}
