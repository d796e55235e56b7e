package main

import (
	"context"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// serve starts a redis-server on a port of its own, in a folder, and stops it with the
// test. Without one on the machine the test is skipped.
func serve(t *testing.T, dir, addr string, args ...string) (stop func()) {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		t.Skip("there is no redis-server on this machine (Debian's package redis-server has one)")
	}
	_, port, _ := net.SplitHostPort(addr)
	command := exec.Command(path, append([]string{"--port", port, "--bind", "127.0.0.1", "--dir", dir,
		"--save", "", "--rdbcompression", "no"}, args...)...)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		command.Process.Kill()
		command.Wait() // It says that it was killed.
	}
	t.Cleanup(stop)
	eventually(t, "the server listens", func() bool {
		conn, err := net.Dial("tcp", addr)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
	return stop
}

// free returns an address that nobody listens on.
func free(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// direct returns a client that no circuit is around, and that repeats nothing.
func direct(t *testing.T, addr string) *redis.Client {
	client := redis.NewClient(&redis.Options{Addr: addr, MaxRetries: -1, ContextTimeoutEnabled: true})
	t.Cleanup(func() { client.Close() })
	return client
}

// order has a server do what there is no method for.
func order(t *testing.T, client *redis.Client, command string) {
	t.Helper()
	var args []any
	for _, word := range strings.Fields(command) {
		args = append(args, word)
	}
	if err := client.Do(context.Background(), args...).Err(); err != nil {
		t.Fatalf("%s: %v", command, err)
	}
}

// eventually waits for what the server brings about in its own time.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		if holds() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("it never came that %s", what)
}
