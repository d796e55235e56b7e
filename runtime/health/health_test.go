package health_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/health"
	"github.com/breakergen/breakergen/runtime/internal/testcircuit"
)

// newCircuit makes a circuit; each call of what it returns takes so long and returns err.
func newCircuit(t *testing.T, r *runtime.Registry, name string, p runtime.Policy) func(time.Duration, error) error {
	t.Helper()
	return testcircuit.Spec{Registry: r, Circuit: name, Policy: p}.New(t).Take
}

func get(h http.Handler) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/ready", nil))
	return w
}

// registry has a circuit that is well, one that fails, and one that is forced open.
func registry(t *testing.T) *runtime.Registry {
	r := runtime.NewRegistry()
	well := newCircuit(t, r, "Avatars.Get", runtime.Policy{Bulkhead: runtime.BulkheadPolicy{Limit: 4}})
	failing := newCircuit(t, r, "Orders.List", runtime.Policy{Breaker: runtime.BreakerPolicy{Consecutive: 3}})
	forced := newCircuit(t, r, "Users.Get", runtime.Policy{})
	well(20*time.Millisecond, nil)
	failing(0, nil)
	for range 3 {
		failing(0, errors.New("refused:\n\tno route"))
	}
	circuit, _ := r.Circuit("Users.Get")
	circuit.ForceOpen()
	forced(0, nil)
	time.Sleep(2 * time.Second)
	return r
}

func TestAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := registry(t)
		w := get(health.NewHandler(r, health.Open()))
		if want := "Orders.List: open\nUsers.Get: forced open\n"; w.Code != http.StatusServiceUnavailable || w.Body.String() != want {
			t.Errorf("%d %q, want %q", w.Code, w.Body, want)
		}
		for name, want := range map[string]string{
			"Cache-Control": "no-store", "Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff",
		} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s is %q", name, got)
			}
		}
		if want := "Orders.List: 75% of its calls end badly\nUsers.Get: 100% of its calls end badly\n"; get(health.NewHandler(r, health.Trouble(0.5, 0))).Body.String() != want {
			t.Errorf("got %q, want %q", get(health.NewHandler(r, health.Trouble(0.5, 0))).Body, want)
		}
		if w := get(health.NewHandler(r, health.Open("Avatars.Get"))); w.Code != http.StatusOK || w.Body.String() != "well\n" {
			t.Errorf("%d %q", w.Code, w.Body)
		}
		rule := func(s runtime.Snapshot) string { return "see\n" + s.LastErrorAt.Format("2006") }
		if got := strings.Count(get(health.NewHandler(r, rule)).Body.String(), "\n"); got != 3 {
			t.Errorf("%d lines for three circuits", got)
		}
	})
}

func TestRules(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := registry(t)
		for i, c := range []struct {
			rule health.Rule
			want int
		}{
			{health.Open(), 503},
			{health.Open("Avatars.Get", "Nobody"), 200},
			{health.Open("Avatars.Get", "Users.Get"), 503},
			{health.Trouble(0.5, 4), 503},
			{health.Trouble(0.5, 5), 200},
			{health.Trouble(0.76, 2), 200},
			{func(s runtime.Snapshot) string { return "I don't like " + s.Circuit }, 503},
		} {
			if got := get(health.NewHandler(r, c.rule)).Code; got != c.want {
				t.Errorf("rule %d: %d, want %d", i, got, c.want)
			}
		}
		acme := runtime.Snapshot{Circuit: "Users.Get[acme]", State: runtime.HalfOpen}
		for name, want := range map[string]string{"Users.Get": "half-open", "Users.Get[acme]": "half-open", "Users.Get[b]": ""} {
			if got := health.Open(name)(acme); got != want {
				t.Errorf("%s of a circuit by key: %q", name, got)
			}
		}
	})
}

// Of a window of calls, those may be a day old; and what was turned away lately is none of them.
func TestTroubleIsOfLately(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := runtime.NewRegistry()
		users := newCircuit(t, r, "Users.Get", runtime.Policy{Breaker: runtime.BreakerPolicy{WindowCalls: 100}})
		handler := health.NewHandler(r, health.Trouble(0.5, 10))
		is := func(what string, want int) {
			t.Helper()
			if got := get(handler); got.Code != want {
				t.Errorf("%s: %d %s", what, got.Code, got.Body)
			}
		}
		for range 100 {
			users(0, nil)
		}
		time.Sleep(time.Minute)
		c, _ := r.Circuit("Users.Get")
		c.ForceOpen()
		for range 20 {
			users(0, nil)
		}
		is("everybody is turned away", 503)
		c.Reset()
		time.Sleep(time.Minute)
		for i := range 20 {
			users(0, map[bool]error{true: errors.New("down")}[i%2 == 0])
		}
		is("half of the calls fail", 503)
		time.Sleep(time.Hour)
		is("nobody has called for an hour", 200)
	})
}

func TestNoRule(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a handler without a rule was made")
		}
	}()
	health.NewHandler(nil, nil)
}

func TestOnlyGetAndHead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := registry(t)
		for method, want := range map[string]int{"GET": 200, "HEAD": 200, "POST": http.StatusMethodNotAllowed} {
			w := httptest.NewRecorder()
			asked := false
			health.NewHandler(r, func(runtime.Snapshot) string { asked = true; return "" }).
				ServeHTTP(w, httptest.NewRequest(method, "/", nil))
			if w.Code != want || asked != (want == 200) || want != 200 && w.Header().Get("Allow") != "GET, HEAD" {
				t.Errorf("%s: %d, Allow %q, the rule was asked: %v", method, w.Code, w.Header().Get("Allow"), asked)
			}
		}
	})
}

func ExampleNewHandler() {
	mux := http.NewServeMux()
	mux.Handle("GET /ready", health.NewHandler(nil, health.Open("Users.Get")))
	w := get(mux)
	fmt.Print(w.Code, " ", w.Body)
	// Output: 200 well
}
