package http

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/breakergen/breakergen/runtime/breakertest"
)

// server answers 503 as often as it is told to, and keeps what it has got.
type server struct {
	*httptest.Server
	mu      sync.Mutex
	busy    int
	cookies []string
	bodies  []string
}

func serve(t *testing.T) *server {
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.bodies = append(s.bodies, string(body))
		s.cookies = append(s.cookies, r.Header.Get("Cookie"))
		if s.busy > 0 {
			s.busy--
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		io.WriteString(w, strings.Repeat("text ", 100))
	}))
	t.Cleanup(s.Close)
	return s
}

func wrap(t *testing.T, client Doer) (*DoerBreaker, *breakertest.Registry) {
	t.Helper()
	circuits := breakertest.New(t)
	d, err := NewDoerBreaker(client, DoerBreakerConfig{Registry: circuits.Runtime()})
	if err != nil {
		t.Fatal(err)
	}
	return d, circuits
}

func send(t *testing.T, d Doer, method, url, body string, header ...string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range header {
		r.Header.Set(name, "1")
	}
	response, err := d.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if _, err := io.ReadAll(response.Body); err != nil {
		t.Error(err)
	}
	return response.StatusCode
}

// TestBusyServer: what may be sent again is, with its body; what may not goes back as it came.
func TestBusyServer(t *testing.T) {
	for _, test := range []struct {
		method, header string
		status, sent   int
	}{
		{http.MethodPut, "", http.StatusOK, 3},
		{http.MethodPost, "", http.StatusServiceUnavailable, 1},
		{http.MethodPost, "Idempotency-Key", http.StatusOK, 3},
	} {
		s := serve(t)
		s.busy = 2
		client := s.Client()
		client.Transport.(*http.Transport).MaxConnsPerHost = 1 // so that what is dropped must let go
		d, _ := wrap(t, client)
		var header []string
		if test.header != "" {
			header = append(header, test.header)
		}
		if got := send(t, d, test.method, s.URL, "order", header...); got != test.status || len(s.bodies) != test.sent {
			t.Errorf("%+v: got %d after %d requests", test, got, len(s.bodies))
		}
		for _, body := range s.bodies {
			if body != "order" {
				t.Errorf("%+v: sent %q", test, body)
			}
		}
	}
}

// TestTrailer: what its caller says of a body once that has been read comes with each attempt.
func TestTrailer(t *testing.T) {
	var sums []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		sums = append(sums, r.Trailer.Get("Checksum"))
		if len(sums) < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer s.Close()
	d, _ := wrap(t, s.Client())
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.GetBody = func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader("text"), atEnd(func() {
			r.Trailer.Set("Checksum", "42")
		}))), nil
	}
	r.Body, _ = r.GetBody()
	r.ContentLength = -1
	r.Trailer = http.Header{"Checksum": nil}
	response, err := d.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if !slices.Equal(sums, []string{"42", "42", "42"}) {
		t.Errorf("the server got %q", sums)
	}
}

// atEnd is called where it is read.
type atEnd func()

func (f atEnd) Read([]byte) (int, error) { f(); return 0, io.EOF }

// TestSilentServer: one that says 503 and nothing more is asked again all the same.
func TestSilentServer(t *testing.T) {
	var asked atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		w.WriteHeader(http.StatusServiceUnavailable)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}))
	defer s.Close()
	d, _ := wrap(t, s.Client())
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second) // not for it to pass, but to say so
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := d.Do(r)
	if err != nil || asked.Load() != 3 {
		t.Fatalf("after %d requests: %v", asked.Load(), err)
	}
	response.Body.Close()
}

// TestDeadHost: its circuit opens by its answers alone, another host's doesn't.
func TestDeadHost(t *testing.T) {
	dead, alive := serve(t), serve(t)
	dead.busy = 1 << 30
	d, circuits := wrap(t, http.DefaultClient)
	u, _ := url.Parse(dead.URL)
	circuits.Expect("Doer.Do[" + u.Host + "]")
	for range 10 {
		send(t, d, http.MethodPost, dead.URL, "")
		send(t, d, http.MethodPost, alive.URL, "")
	}
}

// TestCookies: net/http's client adds the jar's cookies to the request that it is given; each
// attempt has its own.
func TestCookies(t *testing.T) {
	s := serve(t)
	s.busy = 2
	jar, _ := cookiejar.New(nil)
	u, _ := url.Parse(s.URL)
	jar.SetCookies(u, []*http.Cookie{{Name: "session", Value: "s1"}})
	d, _ := wrap(t, &http.Client{Jar: jar})
	send(t, d, http.MethodGet, s.URL, "")
	for i, cookie := range s.cookies {
		if cookie != "session=s1" {
			t.Errorf("attempt %d came with %q", i+1, cookie)
		}
	}
	if len(s.cookies) != 3 {
		t.Errorf("%d attempts", len(s.cookies))
	}
}
