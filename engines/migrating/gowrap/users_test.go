package gowrap

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime/breakertest"
)

// fake is a users service that does as a test says.
type fake func(ctx context.Context, id string) (User, error)

func (f fake) Get(ctx context.Context, id string) (User, error) { return f(ctx, id) }

func ada(context.Context, string) (User, error) { return User{"Ada"}, nil }

var errDown = errors.New("connection refused")

func before(client Users) Users {
	return NewUsersWithCircuitBreaker(
		NewUsersWithRetry(
			NewUsersWithTimeout(client, UsersWithTimeoutConfig{GetTimeout: 300 * time.Millisecond}),
			2, 100*time.Millisecond,
		),
		5, 5*time.Second, ErrNotFound,
	)
}

// TestMigration: both retry, and open at the sixth call.
func TestMigration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		circuits := breakertest.New(t)
		circuits.Expect("users")
		after := func(client Users) Users {
			users, err := NewUsersBreaker(client, UsersBreakerConfig{Registry: circuits.Runtime()})
			if err != nil {
				t.Fatal(err)
			}
			return users
		}
		for name, wrap := range map[string]func(Users) Users{"before": before, "after": after} {
			attempts := 0
			users := wrap(fake(func(ctx context.Context, id string) (User, error) {
				if attempts++; attempts == 3 {
					return ada(ctx, id)
				}
				return User{}, errDown
			}))
			if got, err := users.Get(t.Context(), "1"); got.Name != "Ada" || err != nil {
				t.Errorf("%s: got %v, %v", name, got, err)
			}
			for range 5 {
				if _, err := users.Get(t.Context(), "1"); err != errDown {
					t.Errorf("%s: got %v", name, err)
				}
			}
			made := attempts
			if _, err := users.Get(t.Context(), "1"); err == nil || errors.Is(err, errDown) || attempts != made {
				t.Errorf("%s: got %v", name, err)
			}
		}
	})
}
