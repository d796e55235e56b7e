package grpc

import (
	"io"
	"sync/atomic"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/status"

	"github.com/breakergen/breakergen/runtime/breakertest"
	"github.com/breakergen/breakergen/runtime/grpccalls"
)

// serveWrapped serves a service behind circuits, and returns a client without any.
func serveWrapped(t *testing.T, s grpc_testing.TestServiceServer) (grpc_testing.TestServiceClient, *breakertest.Registry) {
	t.Helper()
	circuits := breakertest.New(t)
	wrapped, err := NewServiceBreaker(s, ServiceBreakerConfig{Registry: circuits.Runtime()})
	if err != nil {
		t.Fatal(err)
	}
	return grpc_testing.NewTestServiceClient(dial(t, func(r grpc.ServiceRegistrar) {
		grpc_testing.RegisterTestServiceServer(r, wrapped)
	})), circuits
}

// TestWrappedServer turns its callers away while it fails, and says when to come again.
func TestWrappedServer(t *testing.T) {
	s := &service{err: status.Error(codes.Internal, "the disk is full")}
	c, circuits := serveWrapped(t, s)
	circuits.Expect("Service.UnaryCall")
	for range 3 {
		if _, err := c.UnaryCall(t.Context(), &grpc_testing.SimpleRequest{}); status.Code(err) != codes.Internal {
			t.Fatal(err)
		}
	}
	_, err := c.UnaryCall(t.Context(), &grpc_testing.SimpleRequest{})
	wait, ok := grpccalls.RetryAfter(err)
	if status.Code(err) != codes.Unavailable || !ok || wait <= 0 || s.calls.Load() != 3 {
		t.Errorf("after three failures: %v, to be repeated in %v (%v), %d calls", err, wait, ok, s.calls.Load())
	}
}

// TestWrappedServerAnswers: what blames its caller says nothing against the server.
func TestWrappedServerAnswers(t *testing.T) {
	s := &service{err: status.Error(codes.NotFound, "no such thing")}
	c, circuits := serveWrapped(t, s)
	for range 10 {
		if _, err := c.UnaryCall(t.Context(), &grpc_testing.SimpleRequest{}); status.Code(err) != codes.NotFound {
			t.Fatal(err)
		}
	}
	if got := circuits.Calls("Service.UnaryCall"); got.Successes != 10 || s.calls.Load() != 10 {
		t.Errorf("counted %+v after %d calls", got, s.calls.Load())
	}
}

// TestWrappedServerStreams: what was sent isn't sent again, though the error is one after
// which a unary call would be repeated.
func TestWrappedServerStreams(t *testing.T) {
	s := &service{err: status.Error(codes.Unavailable, "later")}
	c, _ := serveWrapped(t, s)
	stream, err := c.StreamingOutputCall(t.Context(), &grpc_testing.StreamingOutputCallRequest{
		ResponseParameters: []*grpc_testing.ResponseParameters{{}, {}},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := 0
	for _, err = stream.Recv(); err == nil; _, err = stream.Recv() {
		got++
	}
	if got != 2 || status.Code(err) != codes.Unavailable || s.calls.Load() != 1 {
		t.Errorf("received %d, then %v, of %d calls", got, err, s.calls.Load())
	}
	inputs, err := c.StreamingInputCall(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := inputs.Send(&grpc_testing.StreamingInputCallRequest{}); err != nil {
			t.Fatal(err)
		}
	}
	if answer, err := inputs.CloseAndRecv(); err != nil || answer.AggregatedPayloadSize != 3 {
		t.Errorf("got %v, %v", answer, err)
	}
}

// watched is a health server whose watches end after a message.
type watched struct {
	grpc_health_v1.UnimplementedHealthServer
	calls atomic.Int64
}

func (w *watched) Watch(_ *grpc_health_v1.HealthCheckRequest, stream grpc.ServerStreamingServer[grpc_health_v1.HealthCheckResponse]) error {
	w.calls.Add(1)
	if err := stream.Send(&grpc_health_v1.HealthCheckResponse{}); err != nil {
		return err
	}
	return status.Error(codes.Unavailable, "later")
}

// TestWatchIsntRepeated: the wrapper knows no protocol of a server, so every error would be
// one to repeat after.
func TestWatchIsntRepeated(t *testing.T) {
	w := &watched{}
	wrapped, err := NewHealthServerBreaker(w, HealthServerBreakerConfig{Registry: breakertest.New(t).Runtime()})
	if err != nil {
		t.Fatal(err)
	}
	conn := dial(t, func(r grpc.ServiceRegistrar) { grpc_health_v1.RegisterHealthServer(r, wrapped) })
	stream, err := grpc_health_v1.NewHealthClient(conn).Watch(t.Context(), &grpc_health_v1.HealthCheckRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stream.Recv(); err != nil {
		t.Fatal(err)
	}
	if _, err := stream.Recv(); err == nil || err == io.EOF || w.calls.Load() != 1 {
		t.Errorf("then it says %v, after %d calls", err, w.calls.Load())
	}
}
