package dashboard

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/internal/testcircuit"
)

var errDependency = errors.New("dependency failed")

// hostile are names that a careless page would take for markup, or a careless
// handler for a path.
var hostile = []string{
	`<img src=x onerror="document.title='owned'">`,
	`</script><script>alert(1)</script>`,
	`a & b &amp; "c" 'd'`,
	`../../etc/passwd`,
	`a/b/`,
	`🔥 ярость 怒り`,
	`?circuit=other&action=reset#x`,
}

// newCircuit makes a circuit whose calls aren't retried, and returns what calls it.
func newCircuit(t testing.TB, registry *runtime.Registry, name string) (call func(error) error) {
	t.Helper()
	m := testcircuit.Spec{Registry: registry, Circuit: name, Policy: runtime.Policy{Retry: runtime.RetryPolicy{Off: true}}}.New(t)
	return func(err error) error { return m.Take(0, err) }
}

func state(t testing.TB, registry *runtime.Registry, name string) runtime.State {
	t.Helper()
	circuit, ok := registry.Circuit(name)
	if !ok {
		t.Fatalf("no circuit %q", name)
	}
	return circuit.State()
}

// serve answers one request, with these headers, from memory.
func serve(
	h http.Handler, method, target string, body io.Reader, headers map[string]string,
) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, body)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// pipe is a ResponseWriter whose client is the other end of a net.Pipe: what the
// client doesn't read blocks, and the deadlines are those of a real connection.
type pipe struct {
	net.Conn
	header http.Header
}

func (p *pipe) Header() http.Header { return p.header }
func (p *pipe) WriteHeader(int)     {}
func (p *pipe) FlushError() error   { return nil }

// connect reads h's stream over a pipe until cancel is called. The channel is closed
// when the handler has returned.
func connect(h http.Handler) (client net.Conn, cancel func(), done chan struct{}) {
	server, client := net.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	r := httptest.NewRequest("GET", "/events", nil).WithContext(ctx)
	done = make(chan struct{})
	go func() {
		defer close(done)
		h.ServeHTTP(&pipe{Conn: server, header: http.Header{}}, r)
	}()
	return client, cancel, done
}

// hangUp ends a request and waits for its handler.
func hangUp(client net.Conn, cancel func(), done chan struct{}) {
	cancel()
	client.Close()
	<-done
}
