package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/slok/goresilience"

	breaker "github.com/breakergen/breakergen/runtime"
)

func ExampleRegistry_Subscribe() {
	config := exampleConfig()
	cancel := config.Registry.Subscribe(func(e breaker.Event) {
		fmt.Printf("%s: from %v to %v: %v, at last %v\n", e.Circuit, e.From, e.To, e.Cause, e.Err)
	})
	defer cancel()

	users, _ := NewUsersBreaker(down, config)
	for range 2 {
		users.Get(context.Background(), "42")
	}
	// Output: Users.Get: from closed to open: failures in a row, at last connection refused
}

func ExampleRegistry_Restore() {
	config := exampleConfig()
	NewUsersBreaker(down, config)
	circuit, _ := config.Registry.Circuit("Users.Get")
	attempt := func() time.Duration { return circuit.Snapshot().Policy.Timeout.Attempt }

	config.Registry.Apply("Users.Get", breaker.Policy{Timeout: breaker.TimeoutPolicy{Attempt: 5 * time.Second}})
	fmt.Println(attempt())
	config.Registry.Restore("Users.Get")
	fmt.Println(attempt())
	// Output:
	// 5s
	// 1s
}

// A call that is a retry already, of a queue's or of the caller's own, makes one attempt.
func ExampleWithoutRetry() {
	var attempts int
	refuses := userFunc(func(string) (string, error) {
		attempts++
		return "", errors.New("connection refused")
	})
	users, _ := NewUsersBreaker(refuses, UsersBreakerConfig{Registry: breaker.NewRegistry()})

	users.Get(breaker.WithoutRetry(context.Background()), "42")
	fmt.Println(attempts)
	// Output: 1
}

// One call may take longer than others, or less.
func ExampleWithTimeout() {
	users, _ := NewUsersBreaker(hangs{}, exampleConfig())
	_, err := users.Get(breaker.WithTimeout(context.Background(), 10*time.Millisecond), "42")
	fmt.Println(err)
	fmt.Println(errors.Is(err, context.DeadlineExceeded))
	// Output:
	// Users.Get: attempt timed out after 10ms: context deadline exceeded
	// true
}

// hangs is a service that answers nothing.
type hangs struct{}

func (hangs) Get(ctx context.Context, _ string) (string, error) {
	<-ctx.Done()
	return "", ctx.Err()
}

// fuse is the breaker of ExampleEngine: a failure blows it, for good. A real one is safe for
// concurrent use.
type fuse struct{ blown bool }

func (f *fuse) Wrap(next goresilience.Runner) goresilience.Runner {
	return goresilience.RunnerFunc(func(ctx context.Context, call goresilience.Func) error {
		if f.blown {
			return errors.New("the fuse is blown")
		}
		err := next.Run(ctx, call)
		f.blown = err != nil
		return err
	})
}

func (f *fuse) State() breaker.State {
	if f.blown {
		return breaker.Open
	}
	return breaker.Closed
}

// A breaker of one's own takes the place of the built-in one; package engines has those of
// other libraries.
func ExampleEngine() {
	config := UsersBreakerConfig{Registry: breaker.NewRegistry()}
	config.Policies.Get.Retry.Off = true
	config.Engine = func(name string, asked breaker.BreakerPolicy) (breaker.Breaker, error) { return &fuse{}, nil }
	users, err := NewUsersBreaker(down, config)
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 2 {
		_, err := users.Get(context.Background(), "42")
		fmt.Println(err)
	}
	// Output:
	// connection refused
	// circuit Users.Get is open: the call was not made
}

// A link in Outer sees each call once, whatever becomes of it, and can turn it away.
func ExampleMiddleware() {
	errMaintenance := errors.New("we are at maintenance")
	maintenance := true
	gate := func(next goresilience.Runner) goresilience.Runner {
		return goresilience.RunnerFunc(func(ctx context.Context, f goresilience.Func) error {
			if maintenance {
				return errMaintenance
			}
			return next.Run(ctx, f)
		})
	}
	config := exampleConfig()
	config.Outer = []breaker.Middleware{gate}
	users, _ := NewUsersBreaker(cache{}, config)

	_, err := users.Get(context.Background(), "1")
	fmt.Println(err)
	maintenance = false
	fmt.Println(users.Get(context.Background(), "1"))
	// Output:
	// we are at maintenance
	// Ada <nil>
}
