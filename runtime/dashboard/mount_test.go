package dashboard

import (
	"bufio"
	"cmp"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/breakergen/breakergen/runtime"
)

func TestWorksUnderAnyPath(t *testing.T) {
	h := NewHandler(runtime.NewRegistry())
	strip := http.StripPrefix
	mounts := map[string]struct {
		mount func(*http.ServeMux)
		base  string
	}{
		"root":    {func(m *http.ServeMux) { m.Handle("/", h) }, "/"},
		"subtree": {func(m *http.ServeMux) { m.Handle("/circuits/", h) }, "/circuits/"},
		"deep subtree": {func(m *http.ServeMux) {
			m.Handle("GET /ops/a b/circuits/", h)
		}, "/ops/a%20b/circuits/"},
		"prefix stripped": {func(m *http.ServeMux) {
			m.Handle("/circuits/", strip("/circuits", h))
		}, "/circuits/"},
		"slash stripped": {func(m *http.ServeMux) {
			m.Handle("/circuits/", strip("/circuits/", h))
		}, "/circuits/"},
		"both forms": {func(m *http.ServeMux) {
			m.Handle("/circuits", strip("/circuits", h))
			m.Handle("/circuits/", strip("/circuits", h))
		}, "/circuits/"},
		"both forms, unstripped": {func(m *http.ServeMux) {
			m.Handle("/circuits", h)
			m.Handle("/circuits/", h)
		}, "/circuits/"},
		"named events": {func(m *http.ServeMux) { m.Handle("/events/", h) }, "/events/"},
	}
	for name, c := range mounts {
		t.Run(name, func(t *testing.T) {
			mux := http.NewServeMux()
			c.mount(mux)
			server := httptest.NewServer(mux)
			defer server.Close()
			base := server.URL + c.base

			if page := fetch(t, base); !strings.Contains(page, `src="main.js"`) {
				t.Errorf("the page is %.60q", page)
			}
			if script := fetch(t, base+"main.js"); !strings.Contains(script, "import ") {
				t.Errorf("main.js is %.60q", script)
			}
			if event := fetch(t, base+"events"); !strings.HasPrefix(event, "data: {") {
				t.Errorf("the stream begins with %.60q", event)
			}
			// The address without its slash leads to the page, query and all.
			response, err := http.Get(strings.TrimSuffix(base, "/") + "?from=mail")
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			got := response.Request.URL
			if response.StatusCode != http.StatusOK || cmp.Or(got.EscapedPath(), "/") != c.base ||
				got.RawQuery != "from=mail" {
				t.Errorf("without its slash: %d at %s", response.StatusCode, got)
			}
		})
	}
}

// fetch returns what a page holds, or the first line of a stream.
func fetch(t *testing.T, address string) string {
	t.Helper()
	response, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("%s: %s", address, response.Status)
	}
	if response.Header.Get("Content-Type") == "text/event-stream" {
		line, err := bufio.NewReader(response.Body).ReadString('\n')
		if err != nil {
			t.Error(err)
		}
		return line
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Error(err)
	}
	return string(body)
}

// A proxy may serve the dashboard under a path that the handler knows nothing of.
func TestRedirectStaysUnderAProxysPath(t *testing.T) {
	h := http.StripPrefix("/circuits", NewHandler(runtime.NewRegistry()))
	w := serve(h, "GET", "/circuits", nil, nil)
	got := w.Header().Get("Location")
	if w.Code != http.StatusTemporaryRedirect || got != "circuits/" {
		t.Errorf("%d to %q", w.Code, got)
	}
	// Nor does it lead to another site, whatever the path looks like.
	h = http.StripPrefix("//evil.example", NewHandler(nil))
	w = serve(h, "GET", "http://here//evil.example", nil, nil)
	if got := w.Header().Get("Location"); got != "evil.example/" {
		t.Errorf("redirected to %q", got)
	}
}
