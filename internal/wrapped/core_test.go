package wrapped

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	breaker "github.com/breakergen/breakergen/runtime"
)

var errDown = errors.New("down")

type core struct{}

func (core) Ping(context.Context) error { return nil }

func (core) Pods(namespace string) Pods {
	if namespace == "" {
		return nil
	}
	return pods(namespace)
}

type pods string

func (p pods) Get(_ context.Context, name string) (string, error) {
	if name == "" {
		return "", errDown
	}
	return string(p) + "/" + name, nil
}

func (p pods) Of(name string) Pods { return p + pods("/"+name) }

// TestWrap calls what a wrapper's methods return, at any depth: each call reaches what it is
// for, and one set of circuits counts them.
func TestWrap(t *testing.T) {
	registry := breaker.NewRegistry()
	b, err := NewCoreBreaker(core{}, CoreBreakerConfig{Registry: registry})
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for _, namespace := range []string{"a", "b", "c"} {
		group.Go(func() {
			for range 50 {
				if got, err := b.Pods(namespace).Get(t.Context(), "x"); got != namespace+"/x" || err != nil {
					t.Errorf("got %q and %v", got, err)
				}
				if got, err := b.Pods(namespace).Of("y").Of("z").Get(t.Context(), "x"); got != namespace+"/y/z/x" || err != nil {
					t.Errorf("got %q and %v", got, err)
				}
			}
		})
	}
	group.Wait()
	circuit, ok := registry.Circuit("Pods.Get")
	if !ok || circuit.Snapshot().Total.Successes != 300 {
		t.Fatal("the calls aren't all counted by Pods.Get")
	}
	for _, namespace := range []string{"a", "b", "c"} {
		if _, err := b.Pods(namespace).Get(t.Context(), ""); err != errDown {
			t.Errorf("got %v", err)
		}
	}
	if _, err := b.Pods("d").Get(t.Context(), "x"); !errors.As(err, new(*breaker.OpenError)) {
		t.Errorf("got %v after three failures in a row", err)
	}
	if got := b.Pods(""); got != nil {
		t.Errorf("nil came back as %v", got)
	}
	if got, ok := breaker.Unwrap(b.Pods("a")); !ok || got != pods("a") {
		t.Errorf("unwrapped to %v", got)
	}
}

// TestWrapSelf has a wrapper's own interface returned by its method.
func TestWrapSelf(t *testing.T) {
	registry := breaker.NewRegistry()
	b, err := NewPodsBreaker(pods("a"), PodsBreakerConfig{Registry: registry, Name: "mine"})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []Pods{b, b.Of("x"), b.Of("x").Of("y")} {
		if _, err := p.Get(t.Context(), ""); err != errDown {
			t.Errorf("got %v", err)
		}
	}
	if _, err := b.Get(t.Context(), "x"); !errors.As(err, new(*breaker.OpenError)) {
		t.Errorf("got %v: all share one circuit", err)
	}
}

// TestWrapFails has the outer constructor tell what is impossible of the inner wrapper, once.
func TestWrapFails(t *testing.T) {
	registry := breaker.NewRegistry()
	config := CoreBreakerConfig{Registry: registry}
	config.Pods.Policies.Get.Retry.Attempts = -1
	_, err := NewCoreBreaker(core{}, config)
	if err == nil || !strings.HasPrefix(err.Error(), "NewCoreBreaker: Pods.Policies.Get.Retry.Attempts") ||
		strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v", err)
	}
	for c := range registry.Circuits() {
		t.Errorf("circuit %s is left of a wrapper that wasn't made", c.Name())
	}
	own := PodsBreakerConfig{Registry: registry}
	own.Policies.Get.Retry.Attempts = -1
	if _, err := NewPodsBreaker(pods("a"), own); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v, want it said once", err)
	}
}

type unit struct{}

func (unit) Users(context.Context) (Repo[string], error) { return users{}, nil }
func (unit) Orders() Repo[int]                           { return orders{} }

type users struct{}

func (users) Get(context.Context, string) (string, error) { return "user", nil }

type orders struct{}

func (orders) Get(context.Context, string) (int, error) { return 7, nil }

// TestWrapGeneric has two instances of one interface, whose circuits have names of their own.
func TestWrapGeneric(t *testing.T) {
	registry := breaker.NewRegistry()
	b, err := NewUnitBreaker(unit{}, UnitBreakerConfig{Registry: registry})
	if err != nil {
		t.Fatal(err)
	}
	repo, err := b.Users(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := repo.Get(t.Context(), "1"); got != "user" || err != nil {
		t.Errorf("got %q and %v", got, err)
	}
	if got, err := b.Orders().Get(t.Context(), "1"); got != 7 || err != nil {
		t.Errorf("got %d and %v", got, err)
	}
	for _, name := range []string{"Unit.Users.Get", "Unit.Orders.Get"} {
		if c, ok := registry.Circuit(name); !ok || c.Snapshot().Total.Successes != 1 {
			t.Errorf("circuit %s has no call", name)
		}
	}
}

// BenchmarkWrap makes one call of what a method returns, as a clientset's callers do.
func BenchmarkWrap(b *testing.B) {
	c, err := NewCoreBreaker(core{}, CoreBreakerConfig{Registry: breaker.NewRegistry()})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		_, _ = c.Pods("a").Get(b.Context(), "x")
	}
}
