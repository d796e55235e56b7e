// Package failsafe is a client before and after its migration from failsafe-go: docs/migrating.md shows it.
package failsafe

import (
	"context"
	"errors"
)

//go:generate go tool breakergen -q -iface=Users

// User is a user.
type User struct{ Name string }

// ErrNotFound says that there is no such user.
var ErrNotFound = errors.New("no such user")

// Users is the users service.
//
//breakergen:breaker failure-rate=50% min-calls=20 window=10s open=5s probes=1 consecutive=off
//breakergen:success ErrNotFound
//breakergen:retry attempts=3 backoff=50ms..1s
//breakergen:timeout 300ms
type Users interface {
	// Get returns a user.
	Get(ctx context.Context, id string) (User, error)
}
