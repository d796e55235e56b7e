// Package http puts an HTTP client behind circuits, one for each host. What a status means
// the wrapper knows: 503 is a failure though the error is nil, and is sent again after the
// Retry-After that came with it, where the request may be.
package http

import "net/http"

//go:generate go tool breakergen -iface=Doer

// Doer is what *http.Client is.
type Doer interface {
	// Do sends a request.
	//
	//breakergen:circuit key=r.URL.Host
	Do(r *http.Request) (*http.Response, error)
}
