package hystrix

import (
	"context"
	"errors"
	"testing"

	"github.com/afex/hystrix-go/hystrix"

	"github.com/breakergen/breakergen/runtime/breakertest"
)

// fake is a users service that does as a test says.
type fake func(ctx context.Context, id string) (User, error)

func (f fake) Get(ctx context.Context, id string) (User, error) { return f(ctx, id) }

func ada(context.Context, string) (User, error) { return User{"Ada"}, nil }

func before(ctx context.Context, client, cache Users, id string) (User, error) {
	hystrix.ConfigureCommand("users", hystrix.CommandConfig{
		Timeout:                300,
		MaxConcurrentRequests:  20,
		RequestVolumeThreshold: 20,
		SleepWindow:            5000,
		ErrorPercentThreshold:  50,
	})

	var user User
	err := hystrix.DoC(ctx, "users", func(ctx context.Context) (err error) {
		user, err = client.Get(ctx, id)
		return err
	}, func(ctx context.Context, _ error) (err error) {
		user, err = cache.Get(ctx, id)
		return err
	})
	return user, err
}

// TestMigration: both answer with the service's user, and while it is down with the cache's.
func TestMigration(t *testing.T) {
	t.Cleanup(hystrix.Flush) // its circuits are the process's
	circuits := breakertest.New(t)
	after := func(ctx context.Context, client, cache Users, id string) (User, error) {
		users, err := NewUsersBreaker(client, UsersBreakerConfig{Registry: circuits.Runtime(), Fallback: cache})
		if err != nil {
			return User{}, err
		}
		return users.Get(ctx, id)
	}
	down := fake(func(context.Context, string) (User, error) { return User{}, errors.New("connection refused") })
	cache := fake(func(context.Context, string) (User, error) { return User{"Ada, as she was"}, nil })
	for _, test := range []struct {
		client Users
		want   string
	}{{fake(ada), "Ada"}, {down, "Ada, as she was"}} {
		for name, get := range map[string]func(context.Context, Users, Users, string) (User, error){
			"before": before, "after": after,
		} {
			if got, err := get(t.Context(), test.client, cache, "1"); got.Name != test.want || err != nil {
				t.Errorf("%s: got %v, %v, want %s", name, got, err, test.want)
			}
		}
	}
}
