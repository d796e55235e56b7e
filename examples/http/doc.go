// Package http puts an HTTP client behind circuits, one for each host. What a status means
// the wrapper knows: 503 is a failure though the error is nil, and is sent again after the
// Retry-After that came with it, where the request may be.
package http

import "net/http"

//go:generate go tool breakergen -iface=Doer,Transport

// Doer is what *http.Client is.
type Doer interface {
	// Do sends a request.
	//
	//breakergen:circuit key=r.URL.Host
	Do(r *http.Request) (*http.Response, error)
}

// Transport is an http.RoundTripper, with a circuit for each host. Inside of an
// http.Client each redirect is a call of its own, to the host that it leads to.
type Transport interface {
	// RoundTrip sends a request.
	//
	//breakergen:circuit key=r.URL.Host
	RoundTrip(r *http.Request) (*http.Response, error)
}
