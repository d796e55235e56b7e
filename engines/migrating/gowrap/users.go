// Package gowrap is a client before and after its migration from gowrap: docs/migrating.md shows it.
package gowrap

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
//breakergen:circuit users
//breakergen:breaker consecutive=5 open=5s
//breakergen:success ErrNotFound
//breakergen:retry attempts=3 backoff=100ms
//breakergen:timeout 300ms
type Users interface {
	// Get returns a user.
	Get(ctx context.Context, id string) (User, error)
}
