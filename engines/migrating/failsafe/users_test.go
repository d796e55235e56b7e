package failsafe

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/failsafe-go/failsafe-go/hedgepolicy"
	"github.com/failsafe-go/failsafe-go/retrypolicy"
	"github.com/failsafe-go/failsafe-go/timeout"
	"github.com/slok/goresilience"

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
	failed := func(_ User, err error) bool { return err != nil && !errors.Is(err, ErrNotFound) }
	executor := failsafe.With(
		circuitbreaker.NewBuilder[User]().
			HandleIf(failed).
			WithFailureRateThreshold(0.5, 20, 10*time.Second).
			WithDelay(5*time.Second).
			WithSuccessThreshold(1).
			Build(),
		retrypolicy.NewBuilder[User]().
			HandleIf(failed).
			WithMaxAttempts(3).
			WithBackoff(50*time.Millisecond, time.Second).
			ReturnLastFailure().
			Build(),
		timeout.New[User](300*time.Millisecond),
	)
	return func(ctx context.Context, client Users, id string) (User, error) {
		return executor.WithContext(ctx).GetWithExecution(func(e failsafe.Execution[User]) (User, error) {
			return client.Get(e.Context(), id)
		})
	}
}

// TestMigration: both retry what fails, open at the same call, and take answers for answers.
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
		synctest.Test(t, func(t *testing.T) {
			attempts := 0
			flaky := fake(func(ctx context.Context, id string) (User, error) {
				if attempts++; attempts < 3 {
					return User{}, errDown
				}
				return ada(ctx, id)
			})
			if got, err := get(t.Context(), flaky, "1"); got.Name != "Ada" || err != nil || attempts != 3 {
				t.Errorf("%s: got %v, %v after %d attempts", name, got, err, attempts)
			}
			for range 9 {
				if _, err := get(t.Context(), fake(nobody), "1"); err != ErrNotFound {
					t.Errorf("%s: got %v", name, err)
				}
			}
			for range 10 {
				if _, err := get(t.Context(), fake(down), "1"); !errors.Is(err, errDown) {
					t.Errorf("%s: got %v", name, err)
				}
			}
			_, err := get(t.Context(), fake(ada), "1")
			if !errors.Is(err, circuitbreaker.ErrOpen) && !errors.As(err, new(*runtime.OpenError)) {
				t.Errorf("%s: got %v", name, err)
			}
		})
	}
}

// Link makes a link of failsafe-go's policies.
func Link(policies ...failsafe.Policy[any]) goresilience.Middleware {
	executor := failsafe.With(policies...)
	return func(next goresilience.Runner) goresilience.Runner {
		return goresilience.RunnerFunc(func(ctx context.Context, f goresilience.Func) error {
			return executor.WithContext(ctx).RunWithExecution(func(e failsafe.Execution[any]) error {
				return next.Run(e.Context(), f)
			})
		})
	}
}

// TestLink: failsafe-go's hedge within an attempt of the wrapper.
func TestLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		circuits := breakertest.New(t)
		var made atomic.Int64
		client := fake(func(ctx context.Context, id string) (User, error) {
			if made.Add(1) == 1 {
				<-ctx.Done()
				return User{}, ctx.Err()
			}
			return ada(ctx, id)
		})
		users, err := NewUsersBreaker(client, UsersBreakerConfig{
			Registry: circuits.Runtime(),
			Inner:    []runtime.Middleware{Link(hedgepolicy.NewWithDelay[any](50 * time.Millisecond))},
		})
		if err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		if got, err := users.Get(t.Context(), "1"); got.Name != "Ada" || err != nil || time.Since(begun) != 50*time.Millisecond {
			t.Errorf("got %v, %v after %v", got, err, time.Since(begun))
		}
		if got := circuits.Calls("Users.Get"); got.Successes != 1 || got.Calls() != 1 {
			t.Errorf("counted %+v", got)
		}
	})
}
