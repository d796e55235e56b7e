// Package wrapped holds interfaces and their generated wrappers, so that tests can
// show how generated code and the runtime act together.
package wrapped

import (
	"context"
	"io"
	"iter"
)

//go:generate go tool breakergen -q -iface=Store
//go:generate go tool breakergen -q -iface=net/http.RoundTripper

// Store has a method for each kind of result, and of argument, that lives on, and one whose
// argument can be used once.
//
//breakergen:timeout 100ms
//breakergen:retry attempts=3 backoff=1ms
type Store interface {
	Open(ctx context.Context, name string) (io.ReadCloser, error)
	Watch(ctx context.Context, name string) (Stream, error)
	Events(ctx context.Context) (<-chan string, error)
	Names(ctx context.Context) (iter.Seq[string], error)
	Subscribe(ctx context.Context, handle func(string)) error
	Stat(ctx context.Context, name string) (size int64, err error)
	Authenticate(ctx context.Context) (context.Context, error)
	Upload(ctx context.Context, name string, content io.Reader) error
}

// Stream is a stream of results.
type Stream interface{ Recv() (string, error) }
