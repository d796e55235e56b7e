// Package greeter is code that uses a wrapper, for its tests' sake: docs/testing.md shows them.
package greeter

import (
	"context"
	"errors"
	"fmt"

	breaker "github.com/breakergen/breakergen/runtime"
)

//go:generate go tool breakergen -iface=Users

// ErrNotFound says that there is no such user.
var ErrNotFound = errors.New("no such user")

// Users is the users service.
//
//breakergen:success ErrNotFound
type Users interface {
	// Name returns the name of a user.
	Name(ctx context.Context, id string) (string, error)
}

// Greeter greets users.
type Greeter struct{ users Users }

// Greet greets a user by name; or while the service can't be asked, without.
func (g *Greeter) Greet(ctx context.Context, id string) (string, error) {
	name, err := g.users.Name(ctx, id)
	switch {
	case errors.As(err, new(*breaker.OpenError)):
		return "Hello!", nil
	case err != nil:
		return "", fmt.Errorf("greet %s: %w", id, err)
	default:
		return "Hello, " + name + "!", nil
	}
}
