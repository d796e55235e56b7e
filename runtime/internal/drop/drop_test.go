package drop

import (
	"io"
	"reflect"
	"strings"
	"testing"
)

// body is read and closed.
type body struct {
	io.Reader
	closed int
}

func (b *body) Close() error {
	b.closed++
	return nil
}

func TestValue(t *testing.T) {
	type response struct {
		Body   io.ReadCloser
		hidden io.ReadCloser
	}
	for name, c := range map[string]struct {
		hold func(*body) any
		want int
	}{
		"itself":            {func(b *body) any { return b }, 1},
		"in a field":        {func(b *body) any { return response{Body: b} }, 1},
		"behind a pointer":  {func(b *body) any { return &response{Body: b} }, 1},
		"in a hidden field": {func(b *body) any { return response{hidden: b} }, 0},
		"in two fields":     {func(b *body) any { return struct{ A, B io.Closer }{b, b} }, 2},
		"before another":    {func(b *body) any { return struct{ A, B any }{b, 1} }, 1},
		"without a reader":  {func(b *body) any { return struct{ io.Closer }{b} }, 1},
		"a nil body":        {func(*body) any { return (*body)(nil) }, 0},
		"nowhere":           {func(*body) any { return 1 }, 0},
		"nil":               {func(*body) any { return (*response)(nil) }, 0},
		"nil in a field":    {func(*body) any { return response{} }, 0},
	} {
		long := strings.NewReader(strings.Repeat("x", 10*drained))
		b := &body{Reader: long}
		if closed := Value(reflect.ValueOf(c.hold(b))); closed != (c.want > 0) || b.closed != c.want {
			t.Errorf("%s: closed %d times, and says %v; want %d", name, b.closed, closed, c.want)
		}
		if c.want == 1 && name != "without a reader" && long.Len() != 9*drained {
			t.Errorf("%s: %d bytes were read, want %d", name, 10*drained-long.Len(), drained)
		}
	}
	if Value(reflect.ValueOf(nil)) {
		t.Error("nil was closed")
	}
}
