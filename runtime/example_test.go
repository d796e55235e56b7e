package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/slok/goresilience"

	breaker "github.com/breakergen/breakergen/runtime"
)

// Users is what the examples wrap.
type Users interface {
	Get(ctx context.Context, id string) (string, error)
}

// UsersBreaker is what breakergen writes for Users, in short.
type UsersBreaker struct {
	get func(context.Context, string) (string, error)
}

// Get calls Get of the wrapped Users.
func (b *UsersBreaker) Get(ctx context.Context, id string) (string, error) {
	return b.get(ctx, id)
}

// UsersBreakerConfig is the part of a generated configuration that the examples use.
type UsersBreakerConfig struct {
	Registry *breaker.Registry
	Fallback Users
	Policies struct{ Get breaker.Policy }
	Engine   breaker.Engine
	Outer    []goresilience.Middleware
}

// NewUsersBreaker wraps next.
func NewUsersBreaker(next Users, config UsersBreakerConfig) (*UsersBreaker, error) {
	b := breaker.Builder[Users]{
		Constructor: "NewUsersBreaker",
		Interface:   "Users",
		Next:        next,
		Fallback:    config.Fallback,
		Registry:    config.Registry,
		Engine:      config.Engine,
		Outer:       config.Outer,
	}
	users := &UsersBreaker{
		get: breaker.NewMethod(&b, breaker.Spec{Name: "Get", Config: &config.Policies.Get}, Users.Get)(next),
	}
	if err := b.Build(); err != nil {
		return nil, err
	}
	return users, nil
}

// userFunc is a Users of one function.
type userFunc func(id string) (string, error)

func (f userFunc) Get(_ context.Context, id string) (string, error) { return f(id) }

// down is a service that doesn't answer.
var down = userFunc(func(string) (string, error) { return "", errors.New("connection refused") })

// exampleConfig opens at two failures in a row, in a registry of its own.
func exampleConfig() UsersBreakerConfig {
	config := UsersBreakerConfig{Registry: breaker.NewRegistry()}
	config.Policies.Get.Breaker.Consecutive = 2
	config.Policies.Get.Retry.Off = true
	return config
}

func Example() {
	users, err := NewUsersBreaker(down, exampleConfig())
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 3 {
		_, err := users.Get(context.Background(), "42")
		fmt.Println(err)
	}
	// Output:
	// connection refused
	// connection refused
	// circuit Users.Get is open: the call was not made
}

func Example_fallback() {
	config := exampleConfig()
	config.Fallback = userFunc(func(id string) (string, error) { return "somebody", nil })
	users, _ := NewUsersBreaker(down, config)
	name, err := users.Get(context.Background(), "42")
	fmt.Println(name, err)
	// Output: somebody <nil>
}

func ExampleOpenError() {
	config := exampleConfig()
	users, _ := NewUsersBreaker(down, config)
	for range 3 {
		_, err := users.Get(context.Background(), "42")
		var open *breaker.OpenError
		if errors.As(err, &open) {
			fmt.Printf("come back in %s\n", open.RetryAfter().Round(time.Second))
		}
	}
	// Output: come back in 5s
}

func ExampleCallInfoFrom() {
	logged := func(next goresilience.Runner) goresilience.Runner {
		return goresilience.RunnerFunc(func(ctx context.Context, f goresilience.Func) error {
			if call, ok := breaker.CallInfoFrom(ctx); ok {
				fmt.Println("calling", call.Circuit.Name())
			}
			return next.Run(ctx, f)
		})
	}
	config := exampleConfig()
	config.Outer = []goresilience.Middleware{logged}
	users, _ := NewUsersBreaker(cache{}, config)
	fmt.Println(users.Get(context.Background(), "1"))
	// Output:
	// calling Users.Get
	// Ada <nil>
}

func ExampleCauseFrom() {
	config := exampleConfig()
	config.Fallback = cache{}
	users, _ := NewUsersBreaker(down, config)
	fmt.Println(users.Get(context.Background(), "1"))
	fmt.Println(users.Get(context.Background(), "2"))
	// Output:
	// Ada <nil>
	//  connection refused
}

// cache knows one user.
type cache struct{}

func (cache) Get(ctx context.Context, id string) (string, error) {
	if id != "1" {
		return "", breaker.CauseFrom(ctx)
	}
	return "Ada", nil
}

func ExampleLogTo() {
	config := exampleConfig()
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			switch a.Key {
			case "level", "msg", "circuit", "failures":
				return a
			default: // left out here
				return slog.Attr{}
			}
		},
	}))
	defer breaker.LogTo(config.Registry, logger)()

	users, _ := NewUsersBreaker(down, config)
	for range 2 {
		users.Get(context.Background(), "42")
	}
	// Output:
	// level=WARN msg="circuit open" circuit=Users.Get failures=2
}

func ExampleRegistry_Apply() {
	config := exampleConfig()
	users, _ := NewUsersBreaker(down, config)
	err := config.Registry.Apply("Users.Get", breaker.Policy{
		Breaker: breaker.BreakerPolicy{Consecutive: 100},
	})
	fmt.Println(err)
	for range 10 {
		users.Get(context.Background(), "42")
	}
	circuit, _ := config.Registry.Circuit("Users.Get")
	fmt.Println(circuit.State())
	// Output:
	// <nil>
	// closed
}

func ExampleCircuit_Runner() {
	config := exampleConfig()
	users, _ := NewUsersBreaker(down, config)
	for range 2 {
		users.Get(context.Background(), "42")
	}
	// A call without a wrapper, behind the circuit of one that has it.
	circuit, _ := config.Registry.Circuit("Users.Get")
	err := circuit.Runner().Run(context.Background(), func(context.Context) error {
		fmt.Println("not reached")
		return nil
	})
	fmt.Println(err)
	// Output: circuit Users.Get is open: the call was not made
}

func ExampleCircuit_Snapshot() {
	config := exampleConfig()
	users, _ := NewUsersBreaker(down, config)
	for range 5 {
		users.Get(context.Background(), "42")
	}
	for circuit := range config.Registry.Circuits() {
		s := circuit.Snapshot()
		fmt.Printf("%s is %v: %d failed, %d were rejected\n",
			s.Circuit, s.State, s.Total.Failures, s.Total.Rejections)
	}
	// Output: Users.Get is open: 2 failed, 3 were rejected
}
