package gobreaker

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/sony/gobreaker/v2"

	engine "github.com/breakergen/breakergen/engines/gobreaker"
	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/breakertest"
)

// fake is a users service that does as a test says.
type fake func(ctx context.Context, id string) (User, error)

func (f fake) Get(ctx context.Context, id string) (User, error) { return f(ctx, id) }

func ada(context.Context, string) (User, error) { return User{"Ada"}, nil }

var errDown = errors.New("connection refused")

func down(context.Context, string) (User, error) { return User{}, errDown }

func nobody(context.Context, string) (User, error) { return User{}, ErrNotFound }

func before() func(ctx context.Context, client Users, id string) (User, error) {
	breaker := gobreaker.NewCircuitBreaker[User](gobreaker.Settings{
		Name:         "users",
		MaxRequests:  1,
		Interval:     10 * time.Second,
		BucketPeriod: time.Second,
		Timeout:      5 * time.Second,
		ReadyToTrip: func(c gobreaker.Counts) bool {
			return c.Requests >= 20 && float64(c.TotalFailures)/float64(c.Requests) >= 0.5
		},
		IsSuccessful: func(err error) bool { return err == nil || errors.Is(err, ErrNotFound) },
	})
	return func(ctx context.Context, client Users, id string) (User, error) {
		return breaker.Execute(func() (User, error) { return client.Get(ctx, id) })
	}
}

// TestMigration: both open at the same call, and neither by answers.
func TestMigration(t *testing.T) {
	circuits := breakertest.New(t)
	circuits.Expect("Users.Get")
	after := func(ctx context.Context, client Users, id string) (User, error) {
		users, err := NewUsersBreaker(client, UsersBreakerConfig{Registry: circuits.Runtime()})
		if err != nil {
			return User{}, err
		}
		return users.Get(ctx, id)
	}
	for name, get := range map[string]func(context.Context, Users, string) (User, error){
		"before": before(), "after": after,
	} {
		for range 10 {
			if _, err := get(t.Context(), fake(nobody), "1"); err != ErrNotFound {
				t.Errorf("%s: got %v", name, err)
			}
		}
		for range 10 {
			if _, err := get(t.Context(), fake(down), "1"); err != errDown {
				t.Errorf("%s: got %v", name, err)
			}
		}
		_, err := get(t.Context(), fake(ada), "1")
		if !errors.Is(err, gobreaker.ErrOpenState) && !errors.As(err, new(*runtime.OpenError)) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// TestEngine keeps gobreaker, with a ReadyToTrip of one's own, behind the wrapper.
func TestEngine(t *testing.T) {
	circuits := breakertest.New(t)
	circuits.Expect("Users.Get")
	client := fake(down)
	users, err := NewUsersBreaker(client, UsersBreakerConfig{
		Registry: circuits.Runtime(),
		Engine: engine.Engine(func(s *gobreaker.Settings) {
			s.ReadyToTrip = func(c gobreaker.Counts) bool { return c.TotalFailures >= 3 }
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		users.Get(t.Context(), "1")
	}
	if _, err := users.Get(t.Context(), "1"); !errors.Is(err, gobreaker.ErrOpenState) {
		t.Errorf("got %v", err)
	}
}
