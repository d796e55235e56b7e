package engines

import (
	"context"
	"errors"
	"testing"

	breaker "github.com/breakergen/breakergen/runtime"
)

//go:generate go tool breakergen -q -iface=Echo

// Echo is what all libraries wrap.
type Echo interface {
	Do(ctx context.Context, n int) (int, error)
}

// echo answers at once, and doesn't ask its context for anything.
type echo struct{ err error }

func (e echo) Do(_ context.Context, n int) (int, error) { return n, e.err }

// call is one call through a library.
type call func(ctx context.Context) error

// ours returns a call through a generated wrapper.
func ours(b *testing.B, next Echo, p breaker.Policy) call {
	return oursIn(b, breaker.NewRegistry(), next, p)
}

func oursIn(b *testing.B, r *breaker.Registry, next Echo, p breaker.Policy) call {
	wrapper, err := NewEchoBreaker(next, EchoBreakerConfig{
		Registry: r,
		Policies: EchoPolicies{Do: p},
	})
	if err != nil {
		b.Fatal(err)
	}
	return func(ctx context.Context) error {
		_, err := wrapper.Do(ctx, 1)
		return err
	}
}

// untimed has a breaker and a retry, but no timeout.
var untimed = breaker.Policy{Timeout: breaker.TimeoutPolicy{Off: true}}

// oursOpen returns a call through a wrapper whose circuit is open.
func oursOpen(b *testing.B) call {
	down := ours(b, echo{errors.New("down")}, breaker.Policy{
		Breaker: breaker.BreakerPolicy{Consecutive: 1, OpenFor: 1 << 50},
		Retry:   breaker.RetryPolicy{Off: true},
	})
	down(context.Background())
	return down
}
