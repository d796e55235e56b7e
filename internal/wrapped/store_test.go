package wrapped

import (
	"context"
	"io"
	"iter"
)

// store is a Store whose results use the context of their call, and fail once it is
// over.
type store struct {
	fail  error
	calls int
	seen  context.Context // by the last Stat

	publish func() error // to who has subscribed last
}

// use is a result that lives on.
type use struct{ ctx context.Context }

func (u use) Read([]byte) (int, error) { return 0, u.ctx.Err() }

func (u use) Close() error { return nil }

func (u use) Recv() (string, error) { return "", u.ctx.Err() }

func (s *store) start() error {
	s.calls++
	return s.fail
}

func (s *store) Open(ctx context.Context, _ string) (io.ReadCloser, error) {
	return use{ctx}, s.start()
}

func (s *store) Watch(ctx context.Context, _ string) (Stream, error) {
	_ = ctx.Done() // as a transport asks for it
	return use{ctx}, s.start()
}

// Events sends as long as the context lasts, as a subscription does.
func (s *store) Events(ctx context.Context) (<-chan string, error) {
	events := make(chan string)
	go func() {
		defer close(events)
		for {
			select {
			case events <- "event":
			case <-ctx.Done():
				return
			}
		}
	}()
	return events, s.start()
}

func (s *store) Names(ctx context.Context) (iter.Seq[string], error) {
	return func(yield func(string) bool) {
		for ctx.Err() == nil && yield("name") {
		}
	}, s.start()
}

// Subscribe returns at once: what it has begun lasts as long as its context.
func (s *store) Subscribe(ctx context.Context, handle func(string)) error {
	s.publish = func() error {
		if ctx.Err() == nil {
			handle("event")
		}
		return ctx.Err()
	}
	return s.start()
}

func (s *store) Stat(ctx context.Context, _ string) (int64, error) {
	s.seen = ctx
	return 1, s.start()
}

func (s *store) Authenticate(ctx context.Context) (context.Context, error) { return ctx, nil }

// Upload uses its content up, as a request that is sent does.
func (s *store) Upload(_ context.Context, _ string, content io.Reader) error {
	if _, err := io.ReadAll(content); err != nil {
		return err
	}
	return s.start()
}
