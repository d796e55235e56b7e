package dashboard

import (
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/breakergen/breakergen/runtime"
)

// reference finds what a page, a style sheet or a script asks for.
var reference = regexp.MustCompile(
	`(?:src|href)="([^"]+)"|from "([^"]+)"|url\(([^)]+)\)|fetch\("([^"]+)"`)

func TestPageAsksForNothingButItsOwnFiles(t *testing.T) {
	h := NewHandler(runtime.NewRegistry(), WithControl())
	sources := map[string]string{"": serve(h, "GET", "/", nil, nil).Body.String()}
	files, err := fs.ReadDir(assets, "assets")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if file.Name() != "page.html" {
			sources[file.Name()] = serve(h, "GET", "/"+file.Name(), nil, nil).Body.String()
		}
	}
	asked := map[string]bool{}
	for name, source := range sources {
		if source == "" {
			t.Errorf("%s is empty", name)
		}
		for _, match := range reference.FindAllStringSubmatch(source, -1) {
			target := match[1] + match[2] + match[3] + match[4]
			if strings.Contains(target, ":") || strings.HasPrefix(target, "/") {
				t.Errorf("%s asks for %s, which isn't relative", name, target)
			}
			asked[path.Clean(target)] = true
		}
	}
	for name := range asked {
		if name == "control" {
			continue // It is posted to.
		}
		if w := serve(h, "GET", "/"+name, nil, nil); w.Code != http.StatusOK {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	for name := range sources {
		if name != "" && !asked[name] {
			t.Errorf("nothing asks for %s", name)
		}
	}
}

func TestHeaders(t *testing.T) {
	h := NewHandler(runtime.NewRegistry())
	for target, contentType := range map[string]string{
		"/":         "text/html; charset=utf-8",
		"/main.js":  "text/javascript; charset=utf-8",
		"/page.css": "text/css; charset=utf-8",
		"/icon.svg": "image/svg+xml",
	} {
		w := serve(h, "GET", target, nil, nil)
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != contentType {
			t.Errorf("%s: %d, %s", target, w.Code, w.Header().Get("Content-Type"))
		}
		csp := w.Header().Get("Content-Security-Policy")
		if !strings.HasPrefix(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: Content-Security-Policy %q", target, csp)
		}
		if !strings.Contains(csp, "frame-ancestors 'none'") {
			t.Errorf("%s can be framed, and its buttons clicked for another", target)
		}
	}
}

func TestControlIsInThePageOnlyWhereGranted(t *testing.T) {
	for _, c := range []struct {
		options []Option
		in      bool
		code    int
	}{
		{nil, false, http.StatusNotFound},
		{[]Option{WithControl()}, true, http.StatusOK},
	} {
		h := NewHandler(runtime.NewRegistry(), c.options...)
		page := serve(h, "GET", "/", nil, nil).Body.String()
		for _, part := range []string{"data-action=", "Force open", "control.js"} {
			if strings.Contains(page, part) != c.in {
				t.Errorf("with %d options, page holds %q: %v", len(c.options), part, !c.in)
			}
		}
		if w := serve(h, "GET", "/control.js", nil, nil); w.Code != c.code {
			t.Errorf("with %d options, control.js: %d; want %d", len(c.options), w.Code, c.code)
		}
	}
}

func TestFilesThatAreNotThePages(t *testing.T) {
	h := NewHandler(runtime.NewRegistry(), WithControl())
	for _, target := range []string{
		"/page.html", "/nothing.js", "/dashboard.go", "/assets", "/favicon.ico",
	} {
		if w := serve(h, "GET", target, nil, nil); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
}
