package wrapped

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	breaker "github.com/breakergen/breakergen/runtime"
)

// roundTripper is a RoundTripper that fails, once it has sent the request's body.
type roundTripper struct{ sent []string }

var errLost = errors.New("connection lost")

func (r *roundTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	sent := ""
	if req.Body != nil {
		defer req.Body.Close()
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		sent = string(body)
	}
	r.sent = append(r.sent, sent)
	return nil, errLost
}

// body knows whether it was closed.
type body struct {
	io.Reader
	closed bool
}

func (b *body) Close() error {
	b.closed = true
	return nil
}

func newRoundTripper(t *testing.T, next http.RoundTripper) (*RoundTripperBreaker, *breaker.Registry) {
	t.Helper()
	registry := breaker.NewRegistry()
	config := RoundTripperBreakerConfig{Registry: registry}
	config.Policies.RoundTrip.Timeout.Attempt = 100 * time.Millisecond
	b, err := NewRoundTripperBreaker(next, config)
	if err != nil {
		t.Fatal(err)
	}
	return b, registry
}

// TestRequest_Renewed sends a body again with each attempt if it can be made again,
// and otherwise makes one attempt.
func TestRequest_Renewed(t *testing.T) {
	tests := map[string]struct {
		body io.Reader
		want []string
	}{
		"no body": {nil, []string{"", "", ""}},
		"body that can be made again": {
			strings.NewReader("content"), []string{"content", "content", "content"},
		},
		"body to be used once": {
			&body{Reader: strings.NewReader("content")}, []string{"content"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				next := &roundTripper{}
				b, _ := newRoundTripper(t, next)
				req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "http://test/", test.body)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := b.RoundTrip(req); err != errLost {
					t.Errorf("RoundTrip: %v", err)
				}
				if strings.Join(next.sent, ",") != strings.Join(test.want, ",") || len(next.sent) != len(test.want) {
					t.Errorf("sent %q, want %q", next.sent, test.want)
				}
			})
		})
	}
}

// TestRequest_RejectedBodyIsClosed says that a request that is never sent is let go of
// as http.RoundTripper asks.
func TestRequest_RejectedBodyIsClosed(t *testing.T) {
	next := &roundTripper{}
	b, registry := newRoundTripper(t, next)
	circuit, ok := registry.Circuit("http.RoundTripper.RoundTrip")
	if !ok {
		t.Fatal("no circuit")
	}
	circuit.ForceOpen()
	content := &body{Reader: strings.NewReader("content")}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://test/", content)
	if err != nil {
		t.Fatal(err)
	}
	var open *breaker.OpenError
	if _, err := b.RoundTrip(req); !errors.As(err, &open) {
		t.Errorf("RoundTrip: %v", err)
	}
	if !content.closed || len(next.sent) > 0 {
		t.Errorf("closed: %v, sent: %q", content.closed, next.sent)
	}
}

// TestResponse_BodyLivesOn reads a real response's body after a 200, before and after
// the timeout's length.
func TestResponse_BodyLivesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport := &http.Transport{DialContext: serve(http.HandlerFunc(
			func(w http.ResponseWriter, _ *http.Request) {
				io.WriteString(w, "first ")
				w.(http.Flusher).Flush()
				time.Sleep(time.Minute) // far over the timeout of 100ms
				io.WriteString(w, "second")
			}))}
		defer transport.CloseIdleConnections()
		b, _ := newRoundTripper(t, transport)
		response, err := (&http.Client{Transport: b}).Get("http://test/")
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			t.Errorf("status %d", response.StatusCode)
		}
		if text, err := io.ReadAll(response.Body); err != nil || string(text) != "first second" {
			t.Errorf("read %q, %v", text, err)
		}
	})
}

// serve returns a dial function whose connections lead to handler, in memory.
func serve(handler http.Handler) func(context.Context, string, string) (net.Conn, error) {
	return func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		l := &listener{connections: make(chan net.Conn, 1)}
		l.connections <- server
		close(l.connections)
		go http.Serve(l, handler) // It returns with the listener's error, which says nothing.
		return client, nil
	}
}

// listener is a listener for the connections that are in it already.
type listener struct{ connections chan net.Conn }

func (l *listener) Accept() (net.Conn, error) {
	if c, ok := <-l.connections; ok {
		return c, nil
	}
	return nil, net.ErrClosed
}

func (l *listener) Close() error { return nil }

func (l *listener) Addr() net.Addr { return &net.UnixAddr{} }

// TestTransport_ClosesIdleConnections says that what http.Client asks of its transport
// beyond http.RoundTripper comes through a wrapper, and through two of them.
func TestTransport_ClosesIdleConnections(t *testing.T) {
	next := &closesIdle{}
	inner, _ := newRoundTripper(t, next)
	outer, _ := newRoundTripper(t, inner)
	(&http.Client{Transport: outer}).CloseIdleConnections()
	if next.closed != 1 {
		t.Errorf("closed %d times", next.closed)
	}
	unable, _ := newRoundTripper(t, &roundTripper{})
	unable.CloseIdleConnections()
	if wrapped, ok := breaker.Unwrap(outer); wrapped != http.RoundTripper(inner) || !ok {
		t.Errorf("it wraps %v, %v", wrapped, ok)
	}
}

type closesIdle struct {
	roundTripper
	closed int
}

func (c *closesIdle) CloseIdleConnections() { c.closed++ }
