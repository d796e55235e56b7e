package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// command carries its error, as go-redis's do.
type command struct {
	val string
	err error
}

func (c *command) Err() error       { return c.err }
func (c *command) SetErr(err error) { c.err = err }

type commander interface {
	Get(ctx context.Context, key string) *command
}

// commands is a commander that always gives one command.
type commands struct{ *command }

func (c commands) Get(context.Context, string) *command { return c.command }

// detailed is an error that can be compared only where its details can.
type detailed struct{ details any }

func (d detailed) Error() string { return fmt.Sprint(d.details) }

// listed is one that never can.
type listed []string

func (l listed) Error() string { return strings.Join(l, ", ") }

// slow is a commander that takes 2s, and says then that it has failed.
type slow struct{}

func (slow) Get(context.Context, string) *command {
	time.Sleep(2 * time.Second)
	return &command{val: "partial", err: errBoom}
}

// wrapCommander returns the method as generated code has it.
func wrapCommander(t *testing.T, next commander) (get func() *command, circuit *runtime.Circuit) {
	t.Helper()
	b := runtime.Builder[commander]{
		Constructor: "New", Interface: "Commander", Next: next, Registry: runtime.NewRegistry(),
	}
	call := runtime.NewMethod(&b, runtime.Spec{
		Name: "Get", Config: &runtime.Policy{Retry: runtime.RetryPolicy{Off: true}},
	}, func(next commander, ctx context.Context, key string) (*command, error) {
		if result := next.Get(ctx, key); result != nil {
			return result, result.Err()
		}
		return nil, nil
	})(next)
	if err := b.Build(); err != nil {
		t.Fatal(err)
	}
	circuit, _ = b.Registry.Circuit("Commander.Get")
	return func() *command { return runtime.Carry(call(t.Context(), "k")) }, circuit
}

// A command goes to its caller as it is, whatever error it carries; one that the chain ends with
// its own error is new, and carries that.
func TestCarry(t *testing.T) {
	for name, next := range map[string]*command{
		"a value":              {val: "v"},
		"an error":             {val: "partial", err: errBoom},
		"one with a list":      {val: "partial", err: detailed{[]string{"a"}}},
		"one that is a list":   {val: "partial", err: listed{"a"}},
		"none, and no command": nil,
	} {
		t.Run(name, func(t *testing.T) {
			get, circuit := wrapCommander(t, commands{next})
			if got := get(); got != next {
				t.Errorf("got %+v, want %+v itself", got, next)
			}
			circuit.ForceOpen()
			if got := get(); got == next || got.val != "" || !isOpen(got.Err()) {
				t.Errorf("got %+v from an open circuit", got)
			}
		})
	}
}

// A command that failed too late carries the chain's error, which says so.
func TestCarry_Late(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		get, _ := wrapCommander(t, slow{})
		if got := get(); got.val != "" || !errors.As(got.Err(), new(*runtime.TimeoutError)) || !errors.Is(got.Err(), errBoom) {
			t.Errorf("got %+v", got)
		}
	})
}
