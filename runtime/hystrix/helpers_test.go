package hystrix_test

import (
	"bufio"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/internal/testcircuit"
)

var errDependency = errors.New("dependency failed")

// newCircuit makes a circuit whose calls aren't retried. Each takes so long, and returns err.
func newCircuit(t testing.TB, registry *runtime.Registry, name string) (call func(time.Duration, error) error) {
	t.Helper()
	noRetry := runtime.Policy{Retry: runtime.RetryPolicy{Off: true}}
	return testcircuit.Spec{Registry: registry, Circuit: name, Policy: noRetry}.New(t).Take
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

// connect serves r over a pipe. The channel is closed when the handler has returned.
func connect(h http.Handler, r *http.Request) (client net.Conn, done chan struct{}) {
	server, client := net.Pipe()
	done = make(chan struct{})
	go func() {
		defer close(done)
		h.ServeHTTP(&pipe{Conn: server, header: http.Header{}}, r)
	}()
	return client, done
}

// nextEvent returns the stream's next event: its JSON, or a ping as it came.
func nextEvent(t testing.TB, r *bufio.Reader) string {
	t.Helper()
	line, err := r.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	if blank, err := r.ReadString('\n'); err != nil || blank != "\n" {
		t.Fatalf("after %q: %q, %v; want an empty line", line, blank, err)
	}
	line = strings.TrimSuffix(line, "\n")
	if data, ok := strings.CutPrefix(line, "data: "); ok {
		return data
	}
	if line != ": ping" {
		t.Fatalf("line %q is neither data nor a ping", line)
	}
	return line
}

// hangUp ends a request and waits for its handler.
func hangUp(client net.Conn, cancel func(), done chan struct{}) {
	cancel()
	client.Close()
	<-done
}
