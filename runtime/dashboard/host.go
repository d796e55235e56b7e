package dashboard

import (
	"net"
	"net/http"
	"slices"
	"strings"
)

// WithHosts names the hosts, without a port, by which a listener on a loopback address is
// asked beside its own: those of a proxy on the same machine that passes the Host header on.
func WithHosts(hosts ...string) Option {
	return func(h *handler) { h.hosts = append(h.hosts, hosts...) }
}

// rebound reports whether a request to a loopback address asks for another host: so does
// the page of another site whose name has come to stand for this machine, and which the
// browser takes for the same site as this.
func (h *handler) rebound(r *http.Request) bool {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	if !ok || !local.IP.IsLoopback() {
		return false
	}
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = strings.Trim(r.Host, "[]")
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return false
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsLoopback() {
		return false
	}
	return !slices.ContainsFunc(h.hosts, func(known string) bool {
		return strings.EqualFold(known, host)
	})
}
