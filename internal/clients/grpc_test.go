package clients

import (
	"context"
	"net"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"

	breaker "github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/grpccalls"
)

// hanging is a health server that waits for its callers' end.
type hanging struct {
	grpc_health_v1.UnimplementedHealthServer
	called chan struct{}
}

func (h hanging) Check(ctx context.Context, _ *grpc_health_v1.HealthCheckRequest) (*grpc_health_v1.HealthCheckResponse, error) {
	h.called <- struct{}{}
	<-ctx.Done()
	return nil, ctx.Err()
}

// TestContexts has a gRPC client tell the ends of contexts, as statuses: a deadline is the
// server's fault, a cancellation nobody's, and neither is repeated. A server that is gone is
// called again.
func TestContexts(t *testing.T) {
	listener := bufconn.Listen(1 << 16)
	server := grpc.NewServer()
	called := make(chan struct{}, 1)
	grpc_health_v1.RegisterHealthServer(server, hanging{called: called})
	go server.Serve(listener)
	defer server.Stop()
	conn, err := grpc.NewClient("passthrough:///memory", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	client := grpc_health_v1.NewHealthClient(conn)
	judge := func(ctx context.Context, code codes.Code, outcome breaker.Outcome, retry bool) {
		t.Helper()
		_, err := client.Check(ctx, &grpc_health_v1.HealthCheckRequest{})
		if status.Code(err) != code || grpccalls.Judge(err) != outcome || grpccalls.Retry(err) != retry {
			t.Errorf("%v is %v, repeated %v", err, grpccalls.Judge(err), grpccalls.Retry(err))
		}
	}

	late, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	judge(late, codes.DeadlineExceeded, breaker.Failure, false)
	judge(late, codes.DeadlineExceeded, breaker.Failure, false) // it isn't even sent
	for len(called) > 0 {
		<-called
	}

	gone, cancel := context.WithCancel(t.Context())
	go func() {
		<-called
		cancel()
	}()
	judge(gone, codes.Canceled, breaker.Ignored, false)
	judge(gone, codes.Canceled, breaker.Ignored, false)

	server.Stop()
	judge(t.Context(), codes.Unavailable, breaker.Failure, true)
}
