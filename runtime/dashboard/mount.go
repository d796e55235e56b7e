package dashboard

import (
	"net/http"
	"net/url"
	"path"
)

// pathSent is the path as the client sent it, whatever http.StripPrefix left of it.
func pathSent(r *http.Request) string {
	if u, err := url.ParseRequestURI(r.RequestURI); err == nil {
		return u.Path
	}
	return r.URL.Path
}

// redirectToSlash adds the slash from which the page's relative addresses start. Its
// own address is relative too: a proxy may have cut off what the path began with.
func redirectToSlash(w http.ResponseWriter, r *http.Request) {
	target := url.URL{Path: path.Base(pathSent(r)) + "/", RawQuery: r.URL.RawQuery}
	w.Header().Set("Location", target.String())
	w.WriteHeader(http.StatusTemporaryRedirect)
}
