// Package hystrix is a client before and after its migration from hystrix-go: docs/migrating.md shows it.
package hystrix

import "context"

//go:generate go tool breakergen -q -iface=Users

// User is a user.
type User struct{ Name string }

// Users is the users service.
//
//breakergen:breaker failure-rate=50% min-calls=20 open=5s consecutive=off
//breakergen:bulkhead 20
//breakergen:timeout 300ms
//breakergen:retry off
type Users interface {
	// Get returns a user.
	Get(ctx context.Context, id string) (User, error)
}
