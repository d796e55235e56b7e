package dashboard

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"path"
)

//go:embed assets
var assets embed.FS

var page = template.Must(template.ParseFS(assets, "assets/page.html"))

// policy allows the page its own files and its own stream, and nothing else: no
// inline script or style, no other host, no frame around it, no markup from strings.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types 'none'"

var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

func setHeaders(header http.Header, contentType string) {
	protect(header)
	header.Set("Content-Type", contentType)
	header.Set("Cache-Control", "no-cache")
}

// protect has the browser keep others' scripts, frames and guesses away from an answer.
func protect(header http.Header) {
	header.Set("Content-Security-Policy", policy)
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
}

func (h *handler) servePage(w http.ResponseWriter) {
	var buf bytes.Buffer
	if err := page.Execute(&buf, struct{ Control bool }{h.control}); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	setHeaders(w.Header(), "text/html; charset=utf-8")
	w.Write(buf.Bytes())
}

// asset is one of the page's files.
type asset struct{ file, contentType string }

// asset returns the file of that name if it belongs to this handler's page.
func (h *handler) asset(name string) (asset, bool) {
	contentType, ok := contentTypes[path.Ext(name)]
	if !ok || name == "control.js" && !h.control {
		return asset{}, false
	}
	a := asset{file: "assets/" + name, contentType: contentType}
	f, err := assets.Open(a.file)
	if err != nil {
		return asset{}, false
	}
	return a, f.Close() == nil
}

func (a asset) serve(w http.ResponseWriter, r *http.Request) {
	setHeaders(w.Header(), a.contentType)
	http.ServeFileFS(w, r, assets, a.file)
}
