package drop

import (
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"
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
	type (
		inner  struct{ Body io.ReadCloser }
		hidden struct {
			*inner
			kept io.Closer
		}
		again struct {
			*again
			Body io.ReadCloser
		}
		copied  struct{ http.Response }
		answer  struct{ *http.Response }
		answers struct{ answer }
	)
	for name, c := range map[string]struct {
		hold func(*body) any
		want int
	}{
		"itself":                 {func(b *body) any { return b }, 1},
		"in a field":             {func(b *body) any { return response{Body: b} }, 1},
		"behind a pointer":       {func(b *body) any { return &response{Body: b} }, 1},
		"in a hidden field":      {func(b *body) any { return response{hidden: b} }, 0},
		"in two fields":          {func(b *body) any { return struct{ A, B io.Closer }{b, b} }, 2},
		"before another":         {func(b *body) any { return struct{ A, B any }{b, 1} }, 1},
		"without a reader":       {func(b *body) any { return struct{ io.Closer }{b} }, 1},
		"a nil body":             {func(*body) any { return (*body)(nil) }, 0},
		"a response":             {func(b *body) any { return &http.Response{Body: b} }, 1},
		"a response, embedded":   {func(b *body) any { return &answer{&http.Response{Body: b}} }, 1},
		"a response, copied":     {func(b *body) any { return copied{http.Response{Body: b}} }, 1},
		"a response, further in": {func(b *body) any { return &answers{answer{&http.Response{Body: b}}} }, 1},
		"no response":            {func(b *body) any { return &answer{} }, 0},
		"embedded":               {func(b *body) any { return hidden{&inner{b}, b} }, 1},
		"embedded, of two": {func(b *body) any {
			return struct {
				*inner
				*answer
			}{&inner{b}, nil}
		}, 1},
		"before an empty one": {func(b *body) any {
			return struct {
				A io.Closer
				*inner
			}{b, nil}
		}, 1},
		"hidden by its own":  {func(b *body) any { return again{&again{Body: b}, nil} }, 0},
		"a ring":             {func(*body) any { r := &again{}; r.again = r; return r }, 0},
		"in a field's field": {func(b *body) any { return struct{ A inner }{inner{b}} }, 0},
		"nowhere":            {func(*body) any { return 1 }, 0},
		"nil":                {func(*body) any { return (*response)(nil) }, 0},
		"a nil closer":       {func(*body) any { return (*body)(nil) }, 0},
		"nil in a field":     {func(*body) any { return response{} }, 0},
	} {
		long := strings.NewReader(strings.Repeat("x", 10*drained))
		b := &body{Reader: long}
		if closed := Value(reflect.ValueOf(c.hold(b))); closed != (c.want > 0) || b.closed != c.want {
			t.Errorf("%s: closed %d times, and says %v; want %d", name, b.closed, closed, c.want)
		}
		want := 0
		if strings.HasPrefix(name, "a response") {
			want = drained
		}
		if read := 10*drained - long.Len(); read != want {
			t.Errorf("%s: %d bytes were read, want %d", name, read, want)
		}
	}
	if Value(reflect.ValueOf(nil)) {
		t.Error("nil was closed")
	}
}

// silent says nothing until it is closed.
type silent struct {
	closed chan struct{} // a second Close panics
}

func (s silent) Read([]byte) (int, error) { <-s.closed; return 0, errors.New("closed") }

func (s silent) Close() error { close(s.closed); return nil }

// Response is called as net/http's is.
type Response struct{ Body io.ReadCloser }

// TestSilence: what says nothing is closed at once, and a response's body soon.
func TestSilence(t *testing.T) {
	for name, c := range map[string]struct {
		hold func(silent) any
		want time.Duration
	}{
		"a connection": {func(s silent) any { return s }, 0},
		"in a field":   {func(s silent) any { return &struct{ Conn io.ReadCloser }{s} }, 0},
		"a response":   {func(s silent) any { return &http.Response{Body: s} }, patience},
		"its copy":     {func(s silent) any { return http.Response{Body: s} }, patience},
		"another one":  {func(s silent) any { return &Response{Body: s} }, 0},
		"a request":    {func(s silent) any { return &http.Request{Body: s} }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, begun := silent{make(chan struct{})}, time.Now()
				if !Value(reflect.ValueOf(c.hold(s))) {
					t.Fatal("it wasn't closed")
				}
				if took := time.Since(begun); took != c.want {
					t.Errorf("it took %v, want %v", took, c.want)
				}
				<-s.closed // or the bubble is stuck
			})
		})
	}
}
