// Command redis shows a go-redis client behind circuits while its server goes away and
// comes back. What the server says is an answer, redis.Nil too, unless it says that it
// can't do its work: that it is loading, or a replica that takes no writes.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	breaker "github.com/breakergen/breakergen/runtime"
)

//go:generate go tool breakergen -iface=Cache

// Cache is the part of a redis.UniversalClient that this program uses. Its commands carry
// their error; that of an open circuit's command is an *OpenError.
//
//breakergen:timeout 300ms
//breakergen:breaker consecutive=3 open=500ms
type Cache interface {
	Get(ctx context.Context, key string) *redis.StringCmd
	Set(ctx context.Context, key string, value any, expiration time.Duration) *redis.StatusCmd
	Incr(ctx context.Context, key string) *redis.IntCmd
}

// connect returns a client that heeds its contexts' deadlines, which go-redis's clients
// don't unless they are told to; and while a new connection shakes hands not even then, so
// that reads have a limit of their own.
func connect(addr string) redis.UniversalClient {
	return redis.NewUniversalClient(&redis.UniversalOptions{
		Addrs:                 []string{addr},
		ContextTimeoutEnabled: true,
		ReadTimeout:           300 * time.Millisecond,
		MaxRetries:            1,
		DialerRetries:         1,
	})
}

func main() {
	if err := run(os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// run asks a server for what isn't there, stops it, and starts it again.
func run(out io.Writer) error {
	server, err := miniredis.Run()
	if err != nil {
		return err
	}
	defer server.Close()
	client := connect(server.Addr())
	defer client.Close()

	registry := breaker.NewRegistry()
	defer registry.Subscribe(func(e breaker.Event) {
		fmt.Fprintf(out, "%s: %s, now %s\n", e.Circuit, e.Cause, e.To)
	})()
	cache, err := NewCacheBreaker(client, CacheBreakerConfig{Registry: registry})
	if err != nil {
		return err
	}
	for range 5 {
		ask(out, cache)
	}
	server.Close()
	for range 5 {
		ask(out, cache)
	}
	if err := server.Restart(); err != nil {
		return err
	}
	time.Sleep(600 * time.Millisecond) // until a probe may go out
	ask(out, cache)
	return nil
}

// ask gets a key that isn't there, and says what came of it.
func ask(out io.Writer, cache Cache) {
	value, err := cache.Get(context.Background(), "greeting").Result()
	var open *breaker.OpenError
	switch {
	case errors.Is(err, redis.Nil):
		fmt.Fprintln(out, "there is no greeting")
	case errors.As(err, &open):
		fmt.Fprintln(out, "rejected at once")
	case err != nil:
		fmt.Fprintln(out, "failed:", err)
	default:
		fmt.Fprintln(out, value)
	}
}
