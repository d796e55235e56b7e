package dashboard

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/breakergen/breakergen/runtime"
)

func TestLoopbackListenerAnswersForItsOwnHosts(t *testing.T) {
	h := NewHandler(runtime.NewRegistry(), WithControl(), WithHosts("Status.example"))
	for _, c := range []struct {
		local, host string
		refused     bool
	}{
		{"127.0.0.1", "127.0.0.1:8080", false},
		{"127.0.0.1", "127.0.0.1", false},
		{"127.0.0.1", "localhost:8080", false},
		{"127.0.0.1", "app.localhost.:8080", false},
		{"::1", "[::1]:8080", false},
		{"::1", "[::1]", false},
		{"127.0.0.1", "status.example:8080", false},
		{"127.0.0.1", "evil.example:8080", true},
		{"127.0.0.1", "localhost.evil.example", true},
		{"127.0.0.1", "192.0.2.1:8080", true},
		{"::1", "evil.example", true},
		{"127.0.0.1", "", true},
		{"192.0.2.1", "circuits.example", false}, // It isn't the machine's own to guard.
	} {
		for _, method := range []string{"GET", "POST"} {
			r := httptest.NewRequest(method, "/circuits.txt", nil)
			r.Host = c.host
			local := &net.TCPAddr{IP: net.ParseIP(c.local), Port: 8080}
			r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, local))
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if refused := w.Code == http.StatusForbidden; refused != c.refused {
				t.Errorf("%s to %s as %q: %d", method, c.local, c.host, w.Code)
			}
		}
	}
}

// The address of the listener is what net/http says it is.
func TestRebindingIsRefusedByARealServer(t *testing.T) {
	server := httptest.NewServer(NewHandler(runtime.NewRegistry()))
	defer server.Close()
	r, err := http.NewRequest("GET", server.URL+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "evil.example"
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusForbidden {
		t.Error(response.Status)
	}
}
