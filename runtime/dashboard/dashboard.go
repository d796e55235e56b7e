// Package dashboard serves a page that shows a registry's circuits live.
//
// Mount it under any path that ends in a slash:
//
//	mux.Handle("/circuits/", dashboard.NewHandler(nil))
//
// The page needs nothing but this handler: no build step, no other server. Whoever
// can reach it can read the circuits' names and numbers, so mount it where the
// service's other internals are, behind the same doors.
package dashboard

import (
	"cmp"
	"fmt"
	"net/http"
	"path"
	"strings"

	"github.com/breakergen/breakergen/runtime"
)

// Option changes what [NewHandler] makes.
type Option func(*handler)

// WithControl lets whoever can reach the page force circuits open or closed and
// reset them. Pages of other sites can't, whatever their reader may do: requests
// that a browser sends for another site are refused. Each change is logged by
// [log/slog.Default] with the address that asked for it. A request that names a process by
// another id than that of circuits.json is refused with 409: it was meant for another one.
func WithControl() Option { return func(h *handler) { h.control = true } }

// NewHandler returns the dashboard of registry, nil meaning [runtime.Default]. It
// works under any path, with or without [http.StripPrefix]. It listens to the registry's
// changes for as long as that lives, so make one and keep it.
//
// Beside the page there are circuits.json and circuits.txt, for curl: trouble first, each
// with its reason. A listener on a loopback address answers for loopback hosts only, see
// [WithHosts].
//
// An open page holds one request, which sends what has changed once a second and
// ends when the page is hidden, goes away or stops reading: nothing runs while nobody looks.
// The minute of history that a page begins with is then what other pages were sent, and what
// was counted between changes of state.
// [http.Server.Shutdown] waits for it as it does for every request; to end it,
// cancel the context that the server's BaseContext gives.
func NewHandler(registry *runtime.Registry, options ...Option) http.Handler {
	h := &handler{registry: cmp.Or(registry, runtime.Default), process: thisProcess()}
	h.record = newRecord(h.registry)
	h.sampler = &sampler{
		registry: h.registry, record: h.record, process: h.process, circuits: map[string]*sampled{},
	}
	for _, option := range options {
		option(h)
	}
	return h
}

type handler struct {
	registry *runtime.Registry
	process  process
	record   *record
	sampler  *sampler
	control  bool
	hosts    []string
}

// ServeHTTP looks at the path's last element only: what stands before it is where
// the dashboard is mounted, and the page's own addresses are relative to that.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h.rebound(r) {
		http.Error(w, fmt.Sprintf("a loopback address was asked for host %q: a proxy that passes "+
			"that on needs dashboard.WithHosts", r.Host), http.StatusForbidden)
		return
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
	case http.MethodPost:
		h.serveControl(w, r)
		return
	default:
		w.Header().Set("Allow", "GET, HEAD, POST")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	_, name := path.Split(r.URL.Path)
	asset, known := h.asset(name)
	switch {
	case name == "" && strings.HasSuffix(pathSent(r), "/"):
		h.servePage(w)
	case name == "events":
		h.serveEvents(w, r)
	case name == "circuits.json":
		h.serveJSON(w)
	case name == "circuits.txt":
		h.serveText(w)
	case known:
		asset.serve(w, r)
	case name == "" || strings.HasSuffix(r.Pattern, r.URL.Path):
		redirectToSlash(w, r) // This is the very path that the dashboard is mounted under.
	default:
		http.NotFound(w, r)
	}
}
