// Package directives holds the interfaces that docs/directives.md shows. A test makes their
// wrappers and compares their tables with the document's.
package directives

import (
	"context"
	"errors"
	"io"

	breaker "github.com/breakergen/breakergen/runtime"
)

// What the interfaces speak of.
type (
	Order struct{ ID string }

	ValidationError struct{ Field string }

	Request struct{ Tenant string }
)

// Errors of the services.
var (
	ErrBusy         = errors.New("busy")
	ErrNotFound     = errors.New("no such order")
	ErrShuttingDown = errors.New("shutting down")
)

func (e *ValidationError) Error() string { return "invalid " + e.Field }

//breakergen:timeout 300ms
//breakergen:retry attempts=2
type Both interface {
	Find(ctx context.Context, id string) (Order, error)

	//breakergen:timeout 2s
	Report(ctx context.Context) (Order, error)
}

type Skipped interface {
	//breakergen:skip
	Ping(ctx context.Context) error

	Find(ctx context.Context, id string) (Order, error)
}

type Broken interface {
	//breakergen:breaker failure-rate=30% min-calls=50 window=1m open=5s..1m probes=2 consecutive=10
	Find(ctx context.Context, id string) (Order, error)

	//breakergen:breaker window=100 slow=2s slow-rate=80%
	List(ctx context.Context) ([]Order, error)

	//breakergen:breaker off
	Report(ctx context.Context) (Order, error)
}

type Retried interface {
	//breakergen:retry attempts=5 backoff=20ms..500ms on=ErrBusy,io.ErrUnexpectedEOF
	Find(ctx context.Context, id string) (Order, error)

	//breakergen:retry off
	Pay(ctx context.Context, id string, cents int64) error

	// The reader's caller can't rewind it, but this one is a file.
	//breakergen:retry
	Upload(ctx context.Context, picture io.Reader) error
}

type Timed interface {
	//breakergen:timeout 300ms total=1s
	Find(ctx context.Context, id string) (Order, error)

	//breakergen:timeout 2s detach
	Legacy(id string) (Order, error)

	//breakergen:timeout off
	Watch(ctx context.Context) (Order, error)
}

type Bounded interface {
	//breakergen:bulkhead 10 wait=50ms
	Report(ctx context.Context) (Order, error)
}

type Judged interface {
	//breakergen:success ErrNotFound *ValidationError
	//breakergen:ignore ErrShuttingDown
	Find(ctx context.Context, id string) (Order, error)

	//breakergen:classify judge
	Pay(ctx context.Context, id string, cents int64) error
}

func judge(err error) breaker.Outcome {
	if errors.Is(err, ErrNotFound) {
		return breaker.Success
	}
	return breaker.Failure
}

type Shared interface {
	//breakergen:circuit orders-db
	Find(ctx context.Context, id string) (Order, error)

	//breakergen:circuit orders-db
	List(ctx context.Context) ([]Order, error)

	//breakergen:circuit key=tenant max=100
	Count(ctx context.Context, tenant string) (int, error)

	//breakergen:circuit key=r.Tenant
	Search(ctx context.Context, r *Request) ([]Order, error)
}

//breakergen:protocol grpc
type Spoken interface {
	Find(ctx context.Context, id string) (Order, error)

	//breakergen:protocol none
	List(ctx context.Context) ([]Order, error)
}

type Outer interface {
	//breakergen:wrap
	Orders(tenant string) Skipped
}

var _ = judge // named by a directive alone
