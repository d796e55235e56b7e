package http

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	breaker "github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/breakertest"
)

// clientOf returns an http.Client whose transport is a server's own, wrapped.
func clientOf(t *testing.T, s *httptest.Server) (*http.Client, *breakertest.Registry) {
	t.Helper()
	circuits := breakertest.New(t)
	transport, err := NewTransportBreaker(s.Client().Transport, TransportBreakerConfig{Registry: circuits.Runtime()})
	if err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Transport: transport, Jar: jar}, circuits
}

func host(t *testing.T, s *httptest.Server) string {
	t.Helper()
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u.Host
}

// TestCookiesAndRedirects: a login sets a cookie and leads to another page, which is busy
// the first time. Each request carries the cookie once.
func TestCookiesAndRedirects(t *testing.T) {
	var pages atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "s1", Path: "/"})
		http.Redirect(w, r, "/page", http.StatusSeeOther)
	})
	mux.HandleFunc("/page", func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Cookie"); got != "session=s1" {
			t.Errorf("came with the cookies %q", got)
		}
		if pages.Add(1) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		io.WriteString(w, "welcome")
	})
	s := httptest.NewServer(mux)
	defer s.Close()
	client, circuits := clientOf(t, s)
	response, err := client.PostForm(s.URL+"/login", url.Values{"name": {"ada"}})
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if string(text) != "welcome" || err != nil || response.Request.URL.Path != "/page" {
		t.Errorf("%s says %q, %v", response.Request.URL, text, err)
	}
	if got := circuits.Calls("Transport.RoundTrip[" + host(t, s) + "]"); got.Successes != 2 || got.Retries != 1 {
		t.Errorf("counted %+v", got)
	}
}

// TestRedirectToDeadHost: its own circuit opens, and the client's error carries that.
func TestRedirectToDeadHost(t *testing.T) {
	dead := httptest.NewServer(http.NotFoundHandler())
	dead.Close()
	s := httptest.NewServer(http.RedirectHandler(dead.URL, http.StatusFound))
	defer s.Close()
	client, circuits := clientOf(t, s)
	circuits.Expect("Transport.RoundTrip[" + host(t, dead) + "]")
	for range 10 {
		if response, err := client.Head(s.URL); err == nil {
			response.Body.Close()
			t.Fatal("a dead host answers")
		}
	}
	_, err := client.Head(s.URL)
	var open *breaker.OpenError
	if !errors.As(err, &open) || open.Circuit != "Transport.RoundTrip["+host(t, dead)+"]" {
		t.Errorf("got %v", err)
	}
}

// TestCloseIdleConnections reaches the transport through the wrapper: the server sees its
// connection close.
func TestCloseIdleConnections(t *testing.T) {
	closed := make(chan struct{}, 1)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			closed <- struct{}{}
		}
	}
	s.Start()
	defer s.Close()
	client, _ := clientOf(t, s)
	response, err := client.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, response.Body)
	response.Body.Close()
	client.CloseIdleConnections()
	select {
	case <-closed:
	case <-time.After(10 * time.Second):
		t.Error("the connection is still there")
	}
}
