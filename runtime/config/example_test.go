package config_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/config"
)

// newUsers stands for a generated constructor.
func newUsers(registry *runtime.Registry) {
	b := runtime.Builder[func() error]{
		Constructor: "NewUsersBreaker", Interface: "Users", Registry: registry, Next: func() error { return nil },
	}
	runtime.NewMethod(&b, runtime.Spec{Name: "Get"}, func(next func() error, _ context.Context, _ struct{}) (struct{}, error) {
		return struct{}{}, next()
	})
	if err := b.Build(); err != nil {
		fmt.Println(err)
	}
}

func ExampleLoad() {
	registry := runtime.NewRegistry()
	err := config.Load(registry, strings.NewReader(`{
		"*":         {"timeout": "2s"},
		"Users.Get": {"breaker": {"failure-rate": "30%", "open": "5s..1m"}, "retry": "off"}
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	newUsers(registry) // settings wait for their circuits
	users, _ := registry.Circuit("Users.Get")
	p := users.Snapshot().Policy
	fmt.Println(p.Timeout.Attempt, p.Breaker.FailureRate, p.Breaker.MaxOpenFor, p.Retry.Off)
	// Output: 2s 0.3 1m0s true
}

func ExampleLoad_refused() {
	err := config.Load(runtime.NewRegistry(), strings.NewReader(`{
		"Users.*":   {"breaker": {"failure-rate": "150%"}},
		"Users.Get": {"timeout": {"atempt": "1s"}, "bulkhead": {"wait": 50}}
	}`))
	fmt.Println(err)
	// Output:
	// Users.*: breaker.failure-rate: 150% is over 100%
	// Users.Get: timeout.atempt: there is no such setting: there are attempt, total, detach and off
	// Users.Get: bulkhead.wait: 50 has no unit: write 300ms or 1m30s
}

func ExampleWatch() {
	file, err := os.CreateTemp("", "settings")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.Remove(file.Name())
	file.WriteString(`{"Users.*": {"timeout": "250ms"}}`)
	file.Close()

	registry := runtime.NewRegistry()
	newUsers(registry)
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{} // left out here
			}
			return a
		},
	}))
	ctx, stop := context.WithCancel(context.Background())
	defer stop() // until then, what changes in the file changes the circuits
	if err := config.Watch(ctx, registry, file.Name(), config.WithLogger(logger)); err != nil {
		fmt.Println(err)
	}
	// Output: level=INFO msg="setting changed" circuit=Users.Get field=timeout.attempt from=1s to=250ms
}
