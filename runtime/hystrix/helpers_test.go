package hystrix_test

import (
	"bufio"
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// call makes one call through a circuit. It takes so long, and returns err.
type call func(took time.Duration, err error) error

var errDependency = errors.New("dependency failed")

// newCircuit makes a circuit whose calls aren't retried.
func newCircuit(t testing.TB, registry *runtime.Registry, name string) call {
	t.Helper()
	type args struct {
		took time.Duration
		err  error
	}
	b := runtime.Builder[call]{Constructor: "newCircuit", Registry: registry}
	b.Next = func(took time.Duration, err error) error {
		time.Sleep(took)
		return err
	}
	m := runtime.NewMethod(&b, runtime.Spec{
		Name:    "Call",
		Circuit: name,
		Config:  &runtime.Policy{Retry: runtime.RetryPolicy{Off: true}},
	}, func(next call, _ context.Context, args args) (struct{}, error) {
		return struct{}{}, next(args.took, args.err)
	})(b.Next)
	if err := b.Build(); err != nil {
		t.Fatal(err)
	}
	return func(took time.Duration, err error) error {
		_, err = m(context.Background(), args{took, err})
		return err
	}
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
