package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	breaker "github.com/breakergen/breakergen/runtime"
)

func wrap(t *testing.T, client redis.UniversalClient, policy breaker.Policy) (*CacheBreaker, *breaker.Registry) {
	t.Helper()
	registry := breaker.NewRegistry()
	cache, err := NewCacheBreaker(client, CacheBreakerConfig{
		Registry: registry,
		Policies: CachePolicies{Get: policy, Set: policy, Incr: policy},
	})
	if err != nil {
		t.Fatal(err)
	}
	return cache, registry
}

// patient is a policy under which a busy machine isn't a timeout.
var patient = breaker.Policy{Timeout: breaker.TimeoutPolicy{Attempt: 10 * time.Second}}

// TestAnswers: what isn't there, and what the caller asks for wrongly, says nothing against
// the server, and comes back as go-redis gives it.
func TestAnswers(t *testing.T) {
	addr := free(t)
	serve(t, t.TempDir(), addr)
	client := direct(t, addr)
	cache, registry := wrap(t, client, patient)
	if err := cache.Set(t.Context(), "name", "ada", 0).Err(); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if _, err := cache.Get(t.Context(), "nobody").Result(); err != redis.Nil {
			t.Fatalf("a key that isn't there: %v", err)
		}
		said := client.Incr(t.Context(), "name").Err()
		if err := cache.Incr(t.Context(), "name").Err(); err == nil || err.Error() != said.Error() {
			t.Fatalf("a text's increment: %v, without the wrapper %v", err, said)
		}
	}
	if name, err := cache.Get(t.Context(), "name").Result(); name != "ada" || err != nil {
		t.Errorf("got %q, %v", name, err)
	}
	for name, want := range map[string]uint64{"Cache.Get": 21, "Cache.Incr": 20} {
		circuit, _ := registry.Circuit(name)
		if got := circuit.Snapshot().Total; circuit.State() != breaker.Closed || got.Successes != want || got.Retries != 0 {
			t.Errorf("%s is %v and counted %+v", name, circuit.State(), got)
		}
	}
}

// TestUnable: a server that can't do its work says so, each in its own way. Three times of
// that open the circuit, and its commands carry the OpenError.
func TestUnable(t *testing.T) {
	set := func(cache Cache) error { return cache.Set(context.Background(), "name", "ada", 0).Err() }
	get := func(cache Cache) error { return cache.Get(context.Background(), "name").Err() }
	for _, test := range []struct {
		says   string
		orders []string
		call   func(Cache) error
	}{
		{"READONLY", []string{"REPLICAOF 127.0.0.1 1"}, set},
		{"MASTERDOWN", []string{"CONFIG SET replica-serve-stale-data no", "REPLICAOF 127.0.0.1 1"}, get},
		{"OOM", []string{"CONFIG SET maxmemory 1"}, set},
		{"NOREPLICAS", []string{"CONFIG SET min-replicas-to-write 1"}, set},
	} {
		t.Run(test.says, func(t *testing.T) {
			addr := free(t)
			serve(t, t.TempDir(), addr)
			client := direct(t, addr)
			for _, o := range test.orders {
				order(t, client, o)
			}
			opens(t, direct(t, addr), test.says, test.call)
		})
	}
	t.Run("LOADING", func(t *testing.T) {
		addr, dir := free(t), t.TempDir()
		stop := serve(t, dir, addr)
		client := direct(t, addr)
		for i := range 1000 {
			client.Set(t.Context(), fmt.Sprint(i), strings.Repeat("x", 2000), 0)
		}
		order(t, client, "SAVE")
		stop()
		serve(t, dir, addr, "--key-load-delay", "20000", "--loading-process-events-interval-bytes", "1024")
		opens(t, direct(t, addr), "LOADING", get)
	})
	t.Run("BUSY", func(t *testing.T) {
		addr := free(t)
		serve(t, t.TempDir(), addr, "--busy-reply-threshold", "1")
		go direct(t, addr).Eval(context.Background(), "while true do end", nil)
		client := direct(t, addr)
		eventually(t, "a script holds the server up", func() bool {
			return strings.HasPrefix(fmt.Sprint(get(client)), "BUSY ")
		})
		opens(t, client, "BUSY", get)
	})
	t.Run("MISCONF", func(t *testing.T) {
		addr, dir := free(t), t.TempDir()
		serve(t, dir, addr, "--save", "3600 1")
		client := direct(t, addr)
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		order(t, client, "BGSAVE")
		eventually(t, "what can't be saved is refused", func() bool {
			return strings.HasPrefix(fmt.Sprint(set(client)), "MISCONF ")
		})
		opens(t, client, "MISCONF", set)
	})
}

// opens makes three calls that end with what the server says, and one more.
func opens(t *testing.T, client *redis.Client, says string, call func(Cache) error) {
	t.Helper()
	cache, _ := wrap(t, client, patient)
	for range 3 {
		if err := call(cache); err == nil || !strings.HasPrefix(err.Error(), says) {
			t.Fatalf("got %v, want %s", err, says)
		}
	}
	var open *breaker.OpenError
	if err := call(cache); !errors.As(err, &open) {
		t.Errorf("after three times %s: %v", says, err)
	}
}

// TestServerStopsAndStartsAgain: calls fail fast while it is down, and succeed again after.
func TestServerStopsAndStartsAgain(t *testing.T) {
	addr := free(t)
	stop := serve(t, t.TempDir(), addr)
	client := connect(addr)
	defer client.Close()
	cache, _ := wrap(t, client, breaker.Policy{})
	eventually(t, "a key is set", func() bool { return cache.Set(t.Context(), "name", "ada", 0).Err() == nil })
	stop()
	eventually(t, "the circuit opens", func() bool {
		return errors.As(cache.Set(t.Context(), "name", "ada", 0).Err(), new(*breaker.OpenError))
	})
	serve(t, t.TempDir(), addr)
	eventually(t, "a key is set again", func() bool { return cache.Set(t.Context(), "name", "ada", 0).Err() == nil })
}

// TestHangingServer: one that takes connections and says nothing is given up at the
// timeout, or soon after.
func TestHangingServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	client := connect(listener.Addr().String())
	defer client.Close()
	cache, registry := wrap(t, client, breaker.Policy{})
	begun := time.Now()
	for range 3 {
		if err := cache.Get(t.Context(), "name").Err(); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	}
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("three calls took %v", took) // 15 s is what they take with go-redis's own limits
	}
	if err := cache.Get(t.Context(), "name").Err(); !errors.As(err, new(*breaker.OpenError)) {
		t.Errorf("got %v", err)
	}
	circuit, _ := registry.Circuit("Cache.Get")
	if got := circuit.Snapshot().Total; got.Timeouts != 3 {
		t.Errorf("counted %+v", got)
	}
}
