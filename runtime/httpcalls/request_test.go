package httpcalls_test

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/breakergen/breakergen/runtime/httpcalls"
)

// request makes a request with a body that net/http knows how to make again.
func request(t *testing.T) *http.Request {
	r, err := http.NewRequest(http.MethodPost, "http://example.com/", strings.NewReader("body"))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRepeatable(t *testing.T) {
	once := request(t)
	once.GetBody = nil
	for _, test := range []struct {
		name string
		r    *http.Request
		want bool
	}{
		{"nil", nil, true},
		{"no body", &http.Request{}, true},
		{"http.NoBody", &http.Request{Body: http.NoBody}, true},
		{"GetBody", request(t), true},
		{"a body that is read once", once, false},
	} {
		if got := httpcalls.Repeatable(test.r); got != test.want {
			t.Errorf("%s: Repeatable = %v, want %v", test.name, got, test.want)
		}
	}
}

func TestRenew(t *testing.T) {
	r := request(t)
	for range 3 {
		renewed, err := httpcalls.Renew(r)
		if err != nil {
			t.Fatal(err)
		}
		if body, _ := io.ReadAll(renewed.Body); string(body) != "body" {
			t.Errorf("the renewed body is %q", body)
		}
		if renewed == r || renewed.Body == r.Body {
			t.Error("the caller's own request was changed")
		}
	}
	if r, err := httpcalls.Renew(nil); r != nil || err != nil {
		t.Errorf("Renew(nil) = %v, %v", r, err)
	}
	broken := errors.New("broken")
	getBody := func() (io.ReadCloser, error) { return nil, broken }
	for name, r := range map[string]*http.Request{
		"no body": {GetBody: getBody}, "NoBody": {Body: http.NoBody, GetBody: getBody}, "no GetBody": {Body: r.Body},
	} {
		if renewed, err := httpcalls.Renew(r); renewed != r || err != nil {
			t.Errorf("%s: Renew = %v, %v", name, renewed, err)
		}
	}
	r.GetBody, r.URL.User = getBody, url.UserPassword("user", "secret")
	if _, err := httpcalls.Renew(r); !errors.Is(err, broken) || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), r.URL.Host) {
		t.Errorf("Renew's error is %v, want GetBody's", err)
	}
	r.URL = nil
	if _, err := httpcalls.Renew(r); !errors.Is(err, broken) || !strings.Contains(err.Error(), "without a URL") {
		t.Errorf("Renew's error is %v, want GetBody's", err)
	}
}

// TestClone: what senders add to is the copy's own, and what the caller adds to is shared.
func TestClone(t *testing.T) {
	for name, clone := range map[string]func(*http.Request) *http.Request{
		"Clone": func(r *http.Request) *http.Request { return httpcalls.Clone(t.Context(), r) },
		"Copy":  httpcalls.Copy,
	} {
		r := request(t)
		r.Trailer = http.Header{"Checksum": nil}
		first, second := clone(r), clone(r)
		first.Header.Set("Cookie", "1")
		r.Trailer.Set("Checksum", "42")
		if len(r.Header)+len(second.Header) > 0 {
			t.Errorf("%s: headers are shared", name)
		}
		if first.Trailer.Get("Checksum") != "42" || second.Trailer.Get("Checksum") != "42" {
			t.Errorf("%s: the trailers are %v and %v", name, first.Trailer, second.Trailer)
		}
		if clone(nil) != nil {
			t.Errorf("%s: nil is something", name)
		}
	}
}

type closer struct {
	io.Reader
	closed int
}

func (c *closer) Close() error { c.closed++; return nil }

func TestDiscard(t *testing.T) {
	body := &closer{}
	httpcalls.Discard(&http.Request{Body: body})
	if body.closed != 1 {
		t.Errorf("the body was closed %d times, want 1", body.closed)
	}
	httpcalls.Discard(&http.Request{})
	httpcalls.Discard(nil)
}
