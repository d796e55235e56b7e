package dashboard

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/breakergen/breakergen/runtime"
)

// post asks h to control a circuit.
func post(h http.Handler, circuit, action string, headers map[string]string) (int, string) {
	form := url.Values{"circuit": {circuit}, "action": {action}}
	w := serve(h, "POST", "/circuits/control", strings.NewReader(form.Encode()), headers)
	return w.Code, w.Body.String()
}

func TestControl(t *testing.T) {
	registry := runtime.NewRegistry()
	newCircuit(t, registry, "users")
	h := NewHandler(registry, WithControl())
	for _, c := range []struct {
		action string
		state  runtime.State
		forced bool
	}{
		{"force-open", runtime.Open, true},
		{"force-close", runtime.Closed, true},
		{"force-open", runtime.Open, true},
		{"reset", runtime.Closed, false},
	} {
		code, body := post(h, "users", c.action, nil)
		var answer view
		if err := json.Unmarshal([]byte(body), &answer); code != http.StatusOK || err != nil {
			t.Fatalf("%s: %d %q, %v", c.action, code, body, err)
		}
		if answer.Name != "users" || answer.State != c.state.String() || answer.Forced != c.forced {
			t.Errorf("%s: answer %+v", c.action, answer)
		}
		if got := state(t, registry, "users"); got != c.state {
			t.Errorf("%s: circuit is %v; want %v", c.action, got, c.state)
		}
	}
}

func TestControlOfHostileNames(t *testing.T) {
	registry := runtime.NewRegistry()
	h := NewHandler(registry, WithControl())
	newCircuit(t, registry, "bystander")
	for _, name := range hostile {
		newCircuit(t, registry, name)
		if code, body := post(h, name, "force-open", nil); code != http.StatusOK {
			t.Errorf("%q: %d %s", name, code, body)
		}
		if got := state(t, registry, name); got != runtime.Open {
			t.Errorf("%q is %v", name, got)
		}
	}
	if got := state(t, registry, "bystander"); got != runtime.Closed {
		t.Errorf("bystander is %v", got)
	}
}

func TestPostIsRefusedWithoutControl(t *testing.T) {
	registry := runtime.NewRegistry()
	newCircuit(t, registry, "users")
	h := NewHandler(registry)
	for _, target := range []string{
		"/", "/control", "/circuits/", "/circuits/control", "/nothing", "/main.js",
	} {
		form := strings.NewReader("circuit=users&action=force-open")
		w := serve(h, "POST", target, form, map[string]string{"Sec-Fetch-Site": "same-origin"})
		if w.Code != http.StatusForbidden {
			t.Errorf("POST %s: %d", target, w.Code)
		}
	}
	if got := state(t, registry, "users"); got != runtime.Closed {
		t.Errorf("circuit is %v", got)
	}
}

func TestPostFromAnotherSiteIsRefused(t *testing.T) {
	registry := runtime.NewRegistry()
	newCircuit(t, registry, "users")
	h := NewHandler(registry, WithControl())
	for _, c := range []struct {
		headers map[string]string
		code    int
	}{
		{map[string]string{"Sec-Fetch-Site": "cross-site"}, http.StatusForbidden},
		{map[string]string{"Sec-Fetch-Site": "same-site"}, http.StatusForbidden},
		{map[string]string{"Origin": "https://evil.example"}, http.StatusForbidden},
		{map[string]string{"Origin": "http://example.com:81"}, http.StatusForbidden},
		{map[string]string{"Origin": "null"}, http.StatusForbidden},
		{map[string]string{"Sec-Fetch-Site": "same-origin"}, http.StatusOK},
		{map[string]string{"Origin": "http://example.com"}, http.StatusOK}, // httptest's host
		{nil, http.StatusOK}, // not a browser
	} {
		code, _ := post(h, "users", "force-open", c.headers)
		if code != c.code {
			t.Errorf("%v: %d; want %d", c.headers, code, c.code)
		}
		if forced := state(t, registry, "users") == runtime.Open; forced != (c.code == http.StatusOK) {
			t.Errorf("%v: forced open: %v", c.headers, forced)
		}
		post(h, "users", "reset", nil)
	}
}

func TestImpossibleControl(t *testing.T) {
	registry := runtime.NewRegistry()
	newCircuit(t, registry, "users")
	h := NewHandler(registry, WithControl())
	for _, c := range []struct {
		circuit, action string
		code            int
	}{
		{"user", "force-open", http.StatusNotFound},
		{"", "force-open", http.StatusNotFound},
		{"users", "", http.StatusBadRequest},
		{"users", "explode", http.StatusBadRequest},
		{strings.Repeat("x", maxForm), "reset", http.StatusBadRequest},
	} {
		if code, body := post(h, c.circuit, c.action, nil); code != c.code || body == "" {
			t.Errorf("%.10s, %s: %d %q; want %d", c.circuit, c.action, code, body, c.code)
		}
	}
	if w := serve(h, "POST", "/circuits/", nil, nil); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST to the page: %d", w.Code)
	}
	w := serve(h, "GET", "/circuits/control?circuit=users&action=force-open", nil, nil)
	if w.Code != http.StatusNotFound {
		t.Errorf("GET: %d", w.Code)
	}
	for _, method := range []string{"PUT", "DELETE", "PATCH", "OPTIONS"} {
		if w := serve(h, method, "/circuits/control", nil, nil); w.Code != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d", method, w.Code)
		}
	}
	if got := state(t, registry, "users"); got != runtime.Closed {
		t.Errorf("circuit is %v", got)
	}
}

func TestControlMeantForAnotherProcess(t *testing.T) {
	registry := runtime.NewRegistry()
	newCircuit(t, registry, "users")
	h := NewHandler(registry, WithControl()).(*handler)
	for _, c := range []struct {
		process string
		code    int
	}{
		{"another", http.StatusConflict}, {h.process.ID, http.StatusOK},
	} {
		form := url.Values{"circuit": {"users"}, "action": {"force-open"}, "process": {c.process}}
		w := serve(h, "POST", "/circuits/control", strings.NewReader(form.Encode()), nil)
		if w.Code != c.code {
			t.Errorf("process %s: %d; want %d", c.process, w.Code, c.code)
		}
		if c.code == http.StatusConflict && (!strings.Contains(w.Body.String(), h.process.ID) ||
			!strings.Contains(w.Body.String(), c.process)) {
			t.Errorf("the refusal names not both processes: %s", w.Body)
		}
		if forced := state(t, registry, "users") == runtime.Open; forced != (c.code == http.StatusOK) {
			t.Errorf("process %s: forced open: %v", c.process, forced)
		}
	}
}

func TestControlIsLogged(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	defer slog.SetDefault(before)
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))

	registry := runtime.NewRegistry()
	newCircuit(t, registry, "users")
	h := NewHandler(registry, WithControl())
	post(h, "users", "explode", nil)
	if log.Len() > 0 {
		t.Errorf("what wasn't done is logged: %s", &log)
	}
	post(h, "users", "force-open", map[string]string{"X-Forwarded-For": "203.0.113.9"})
	for _, part := range []string{
		"circuit=users", "action=force-open", "remote=192.0.2.1:1234", "forwarded_for=203.0.113.9",
	} {
		if !strings.Contains(log.String(), part) {
			t.Errorf("no %s in the log: %s", part, &log)
		}
	}
}
