package grpc

import (
	"context"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"

	breaker "github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/breakertest"
)

// service answers as it is asked to; each method's calls are counted in one.
type service struct {
	grpc_testing.UnimplementedTestServiceServer
	calls atomic.Int64
	err   error // what unary calls and streams end with
}

func (s *service) UnaryCall(ctx context.Context, r *grpc_testing.SimpleRequest) (*grpc_testing.SimpleResponse, error) {
	s.calls.Add(1)
	if s.err == errHang {
		<-ctx.Done()
		return nil, status.FromContextError(ctx.Err()).Err()
	}
	return &grpc_testing.SimpleResponse{}, s.err
}

// errHang has a unary call wait for its end.
var errHang = errors.New("hang")

func (s *service) StreamingOutputCall(r *grpc_testing.StreamingOutputCallRequest, stream grpc.ServerStreamingServer[grpc_testing.StreamingOutputCallResponse]) error {
	s.calls.Add(1)
	for _, p := range r.ResponseParameters {
		time.Sleep(time.Duration(p.IntervalUs) * time.Microsecond)
		if err := stream.Send(&grpc_testing.StreamingOutputCallResponse{}); err != nil {
			return err
		}
	}
	return s.err
}

func (s *service) StreamingInputCall(stream grpc.ClientStreamingServer[grpc_testing.StreamingInputCallRequest, grpc_testing.StreamingInputCallResponse]) error {
	s.calls.Add(1)
	n := int32(0)
	for {
		switch _, err := stream.Recv(); err {
		case nil:
			n++
		case io.EOF:
			return stream.SendAndClose(&grpc_testing.StreamingInputCallResponse{AggregatedPayloadSize: n})
		default:
			return err
		}
	}
}

func (s *service) FullDuplexCall(stream grpc.BidiStreamingServer[grpc_testing.StreamingOutputCallRequest, grpc_testing.StreamingOutputCallResponse]) error {
	s.calls.Add(1)
	for {
		if _, err := stream.Recv(); err != nil {
			return nil
		}
		if err := stream.Send(&grpc_testing.StreamingOutputCallResponse{}); err != nil {
			return err
		}
	}
}

// dial serves what register registers in memory, and returns a connection to it.
func dial(t *testing.T, register func(grpc.ServiceRegistrar)) *grpc.ClientConn {
	t.Helper()
	listener := bufconn.Listen(1 << 16)
	server := grpc.NewServer()
	register(server)
	go server.Serve(listener)
	t.Cleanup(server.Stop)
	conn, err := grpc.NewClient("passthrough:///memory", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// client returns a wrapped client of a service.
func client(t *testing.T, s grpc_testing.TestServiceServer, policy breaker.Policy) (*TestServiceClientBreaker, *breakertest.Registry) {
	t.Helper()
	conn := dial(t, func(r grpc.ServiceRegistrar) { grpc_testing.RegisterTestServiceServer(r, s) })
	circuits := breakertest.New(t)
	c, err := NewTestServiceClientBreaker(grpc_testing.NewTestServiceClient(conn), TestServiceClientBreakerConfig{
		Registry: circuits.Runtime(),
		Policies: TestServiceClientPolicies{
			UnaryCall: policy, StreamingOutputCall: policy, StreamingInputCall: policy, FullDuplexCall: policy,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c, circuits
}

func within(d time.Duration) breaker.Policy {
	return breaker.Policy{Timeout: breaker.TimeoutPolicy{Attempt: d}}
}

// TestServerStream sends for longer than the timeout, and ends as the server ends it.
func TestServerStream(t *testing.T) {
	const timeout = 300 * time.Millisecond
	c, _ := client(t, &service{}, within(timeout))
	interval := &grpc_testing.ResponseParameters{IntervalUs: int32(timeout.Microseconds())}
	stream, err := c.StreamingOutputCall(t.Context(), &grpc_testing.StreamingOutputCallRequest{
		ResponseParameters: []*grpc_testing.ResponseParameters{interval, interval, interval},
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := stream.Recv(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := stream.Recv(); err != io.EOF {
		t.Errorf("at its end it says %v", err)
	}
}

// TestClientStream is sent to after the timeout, and answered.
func TestClientStream(t *testing.T) {
	const timeout = 300 * time.Millisecond
	c, _ := client(t, &service{}, within(timeout))
	stream, err := c.StreamingInputCall(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		time.Sleep(timeout / 2)
		if err := stream.Send(&grpc_testing.StreamingInputCallRequest{}); err != nil {
			t.Fatal(err)
		}
	}
	if answer, err := stream.CloseAndRecv(); err != nil || answer.AggregatedPayloadSize != 3 {
		t.Errorf("got %v, %v", answer, err)
	}
}

// TestBothWays goes to and fro after the timeout.
func TestBothWays(t *testing.T) {
	const timeout = 300 * time.Millisecond
	c, _ := client(t, &service{}, within(timeout))
	stream, err := c.FullDuplexCall(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		time.Sleep(timeout / 2)
		if err := stream.Send(&grpc_testing.StreamingOutputCallRequest{}); err != nil {
			t.Fatal(err)
		}
		if _, err := stream.Recv(); err != nil {
			t.Fatal(err)
		}
	}
	stream.CloseSend()
	if _, err := stream.Recv(); err != io.EOF {
		t.Errorf("at its end it says %v", err)
	}
}

// TestHangingServer is given up at the timeout, speaks gRPC, and isn't called again.
func TestHangingServer(t *testing.T) {
	s := &service{err: errHang}
	c, circuits := client(t, s, within(300*time.Millisecond))
	_, err := c.UnaryCall(t.Context(), &grpc_testing.SimpleRequest{})
	if status.Code(err) != codes.DeadlineExceeded || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if got := circuits.Calls("grpc_testing.TestServiceClient.UnaryCall"); got.Timeouts != 1 || s.calls.Load() != 1 {
		t.Errorf("counted %+v after %d calls", got, s.calls.Load())
	}
}

// TestCallerCancels: nobody is at fault, and the caller gets what gRPC says.
func TestCallerCancels(t *testing.T) {
	s := &service{err: errHang}
	c, circuits := client(t, s, within(20*time.Second))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error)
	go func() {
		_, err := c.UnaryCall(ctx, &grpc_testing.SimpleRequest{})
		ended <- err
	}()
	eventually(t, "the server is called", func() bool { return s.calls.Load() == 1 })
	cancel()
	if err := <-ended; status.Code(err) != codes.Canceled {
		t.Errorf("got %v", err)
	}
	if got := circuits.Calls("grpc_testing.TestServiceClient.UnaryCall"); got.Ignored != 1 || got.Failures != 0 {
		t.Errorf("counted %+v", got)
	}
}
