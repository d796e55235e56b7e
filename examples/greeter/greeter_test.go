package greeter

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	breaker "github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/breakertest"
)

// fake is a users service that does as a test says.
type fake func(ctx context.Context, id string) (string, error)

func (f fake) Name(ctx context.Context, id string) (string, error) { return f(ctx, id) }

func ada(context.Context, string) (string, error) { return "Ada", nil }

// greeter returns a Greeter whose users service is a fake behind a wrapper, as in production.
func greeter(t *testing.T, f fake) (*Greeter, *breakertest.Registry) {
	t.Helper()
	circuits := breakertest.New(t)
	users, err := NewUsersBreaker(f, UsersBreakerConfig{Registry: circuits.Runtime()})
	if err != nil {
		t.Fatal(err)
	}
	return &Greeter{users}, circuits
}

func TestGreet(t *testing.T) {
	g, _ := greeter(t, ada)
	if got, err := g.Greet(t.Context(), "1"); got != "Hello, Ada!" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestGreetWhileOpen(t *testing.T) {
	g, circuits := greeter(t, ada)
	circuits.Open("Users.Name")
	if got, err := g.Greet(t.Context(), "1"); got != "Hello!" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	circuits.Close("Users.Name")
	if got, _ := g.Greet(t.Context(), "1"); got != "Hello, Ada!" {
		t.Errorf("once it is closed: %q", got)
	}
}

func TestGreetNobody(t *testing.T) {
	g, circuits := greeter(t, func(context.Context, string) (string, error) { return "", ErrNotFound })
	for range 20 {
		if _, err := g.Greet(t.Context(), "1"); !errors.Is(err, ErrNotFound) {
			t.Errorf("got %v", err)
		}
	}
	if got := circuits.Calls("Users.Name"); got.Successes != 20 || got.Retries != 0 {
		t.Errorf("counted %+v: that there is no such user is an answer", got)
	}
}

func TestGreetAfterRetries(t *testing.T) {
	attempts := 0
	g, circuits := greeter(t, func(context.Context, string) (string, error) {
		if attempts++; attempts < 3 {
			return "", errors.New("connection reset")
		}
		return "Ada", nil
	})
	if got, err := g.Greet(t.Context(), "1"); got != "Hello, Ada!" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if got := circuits.Calls("Users.Name"); got.Successes != 1 || got.Retries != 2 {
		t.Errorf("counted %+v", got)
	}
}

func TestFallback(t *testing.T) {
	circuits := breakertest.New(t)
	users, err := NewUsersBreaker(fake(ada), UsersBreakerConfig{
		Registry: circuits.Runtime(),
		Fallback: fake(func(ctx context.Context, id string) (string, error) {
			if errors.As(breaker.CauseFrom(ctx), new(*breaker.OpenError)) {
				return "friend", nil
			}
			return "", breaker.CauseFrom(ctx)
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	circuits.Open("Users.Name")
	g := &Greeter{users}
	if got, err := g.Greet(t.Context(), "1"); got != "Hello, friend!" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestOutage(t *testing.T) {
	g, circuits := greeter(t, func(context.Context, string) (string, error) {
		return "", errors.New("connection refused")
	})
	circuits.Expect("Users.Name")
	for range 10 {
		if _, err := g.Greet(t.Context(), "1"); err == nil {
			t.Error("greeted all the same")
		}
	}
	if got, err := g.Greet(t.Context(), "1"); got != "Hello!" || err != nil {
		t.Errorf("once the circuit is open: %q, %v", got, err)
	}
}

func TestRecovery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, circuits := greeter(t, ada)
		circuits.Trip("Users.Name", errors.New("connection refused"))
		if got, _ := g.Greet(t.Context(), "1"); got != "Hello!" {
			t.Errorf("in the outage: %q", got)
		}
		time.Sleep(5 * time.Second) // the bubble's: it takes no time
		if got, _ := g.Greet(t.Context(), "1"); got != "Hello, Ada!" {
			t.Errorf("after it: %q", got)
		}
	})
}

func TestHangingService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, _ := greeter(t, func(ctx context.Context, _ string) (string, error) {
			<-ctx.Done()
			return "", ctx.Err()
		})
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		if _, err := g.Greet(ctx, "1"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

func TestProbe(t *testing.T) {
	g, circuits := greeter(t, func(context.Context, string) (string, error) { return "", errors.New("still down") })
	circuits.HalfOpen("Users.Name")
	if _, err := g.Greet(t.Context(), "1"); err == nil {
		t.Error("the probe was greeted")
	}
	if got, _ := g.Greet(t.Context(), "1"); got != "Hello!" {
		t.Errorf("after a probe that failed: %q", got)
	}
}
