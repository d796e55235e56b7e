package grpc

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	breaker "github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/breakertest"
)

// TestServerStopsAndStartsAgain calls a real server on loopback, stops it, and starts it
// again: calls fail fast while it is down and succeed again after.
func TestServerStopsAndStartsAgain(t *testing.T) {
	server, addr := serve(t, "127.0.0.1:0")
	conn, err := grpc.NewClient(addr, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff: backoff.Config{BaseDelay: 50 * time.Millisecond, Multiplier: 1, MaxDelay: 50 * time.Millisecond},
		}))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	client, err := NewHealthClientBreaker(grpc_health_v1.NewHealthClient(conn), HealthClientBreakerConfig{
		Registry: breaker.NewRegistry(),
		Policies: HealthClientPolicies{Check: policy(), List: policy(), Watch: policy()},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := check(client); err != nil {
		t.Fatalf("while the server is up: %v", err)
	}

	server.Stop()
	eventually(t, "the circuit opens", func() bool { return isOpen(check(client)) })
	if err := check(client); status.Code(err) != codes.Unavailable {
		t.Errorf("an open circuit has the code %v", status.Code(err))
	}
	begun := time.Now()
	for range 100 {
		check(client)
	}
	if took := time.Since(begun) / 100; took > 10*time.Millisecond {
		t.Errorf("a call takes %s while the circuit is open", took)
	}

	serve(t, addr)
	eventually(t, "calls succeed again", func() bool { return check(client) == nil })
}

// TestAnswersSayNothingAgainstTheServer: a name that it doesn't know, again and again.
func TestAnswersSayNothingAgainstTheServer(t *testing.T) {
	_, addr := serve(t, "127.0.0.1:0")
	conn, err := grpc.NewClient(addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	circuits := breakertest.New(t)
	client, err := NewHealthClientBreaker(grpc_health_v1.NewHealthClient(conn), HealthClientBreakerConfig{Registry: circuits.Runtime()})
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		_, err := client.Check(t.Context(), &grpc_health_v1.HealthCheckRequest{Service: "unknown"})
		if status.Code(err) != codes.NotFound {
			t.Fatal(err)
		}
	}
	if err := check(client); err != nil {
		t.Errorf("a healthy call says %v", err)
	}
	if got := circuits.Calls("grpc_health_v1.HealthClient.Check"); got.Successes != 11 || got.Retries != 0 {
		t.Errorf("counted %+v", got)
	}
}

// TestStreamOutlivesTheTimeout opens a stream under a timeout, and reads from it after
// the timeout's length.
func TestStreamOutlivesTheTimeout(t *testing.T) {
	_, addr := serve(t, "127.0.0.1:0")
	conn, err := grpc.NewClient(addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const timeout = 300 * time.Millisecond
	client, err := NewHealthClientBreaker(grpc_health_v1.NewHealthClient(conn), HealthClientBreakerConfig{
		Registry: breaker.NewRegistry(),
		Policies: HealthClientPolicies{Watch: breaker.Policy{Timeout: breaker.TimeoutPolicy{Attempt: timeout}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	stream, err := client.Watch(ctx, &grpc_health_v1.HealthCheckRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stream.Recv(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := stream.Recv() // nothing comes until the stream ends
		ended <- err
	}()
	select {
	case err := <-ended:
		t.Errorf("the stream ended with the timeout: %v", err)
	case <-time.After(2 * timeout):
	}
	cancel()
	<-ended
}

func check(client grpc_health_v1.HealthClient) error {
	_, err := client.Check(context.Background(), &grpc_health_v1.HealthCheckRequest{})
	return err
}

func isOpen(err error) bool { return errors.As(err, new(*breaker.OpenError)) }

// serve starts a health server and stops it with the test.
func serve(t *testing.T, addr string) (*grpc.Server, string) {
	t.Helper()
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	grpc_health_v1.RegisterHealthServer(server, health.NewServer())
	go server.Serve(listener)
	t.Cleanup(server.Stop)
	return server, listener.Addr().String()
}

// eventually waits for what the network brings about in its own time.
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
