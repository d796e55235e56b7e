package status_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slok/goresilience"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/status"
)

// newCircuit makes a circuit; each call of what it returns takes so long and returns err.
func newCircuit(t *testing.T, r *runtime.Registry, name string, p runtime.Policy) func(time.Duration, error) {
	t.Helper()
	b := runtime.Builder[goresilience.Runner]{Constructor: "New", Next: goresilience.RunnerFunc(nil), Registry: r}
	runtime.NewMethod(&b, runtime.Spec{Name: "Do", Circuit: name, Config: &p},
		func(goresilience.Runner, context.Context, int) (int, error) { return 0, nil })
	if err := b.Build(); err != nil {
		t.Fatal(err)
	}
	circuit, _ := r.Circuit(name)
	return func(took time.Duration, err error) {
		_ = circuit.Runner().Run(context.Background(), func(context.Context) error {
			time.Sleep(took)
			return err
		})
	}
}

func get(h http.Handler, target string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", target, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
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

func TestTable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := get(status.NewHandler(registry(t), nil), "/")
		want := []string{
			"CIRCUIT STATE DOWN FOR TROUBLE CALLS IN FLIGHT P50 P99 LAST ERROR",
			"Users.Get forced open 2s 100% 1 0 0s 0s",
			"Orders.List open 2s 75% 4 0 33µs 65µs refused: no route",
			"Avatars.Get closed 0% 1 0/4 19ms 21ms",
			"",
		}
		var got []string
		for line := range strings.SplitSeq(w.Body.String(), "\n") {
			got = append(got, strings.Join(strings.Fields(line), " "))
		}
		if w.Code != http.StatusOK || strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%d\n%s\nwant\n%s", w.Code, w.Body, strings.Join(want, "\n"))
		}
		if got := w.Header().Get("Cache-Control"); got != "no-store" {
			t.Errorf("Cache-Control is %q", got)
		}
	})
}

func TestJSON(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := status.NewHandler(registry(t), status.Open("Orders.List"))
		for name, w := range map[string]*httptest.ResponseRecorder{
			"by query":  get(h, "/?format=json"),
			"by header": get(h, "/", "Accept", "application/json"),
		} {
			var got struct {
				Well     bool
				Circuits []struct {
					Name, State, Problem, LastError string
					DownSince                       time.Time
					Trouble, P99                    float64
					Window                          runtime.Counts
				}
			}
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || len(got.Circuits) != 3 {
				t.Fatalf("%s: %v in %s", name, err, w.Body)
			}
			first := got.Circuits[0] // what breaks the rule goes before what has more trouble
			if w.Code != http.StatusServiceUnavailable || got.Well || first.Name != "Orders.List" ||
				first.State != "open" || first.Problem != "it is open" || first.LastError != "refused:\n\tno route" ||
				first.Trouble != 0.75 || first.Window.Failures != 3 || time.Since(first.DownSince) != 2*time.Second {
				t.Errorf("%s: %d %+v", name, w.Code, first)
			}
			if last := got.Circuits[2]; last.P99 < 0.016 || last.P99 > 0.025 {
				t.Errorf("the p99 is %v s", last.P99)
			}
		}
		if w := get(h, "/?format=text", "Accept", "application/json"); !strings.HasPrefix(w.Body.String(), "Orders.List: it is open\n\nCIRCUIT") {
			t.Errorf("got %s", w.Body)
		}
	})
}

func TestRules(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := registry(t)
		for i, c := range []struct {
			rule status.Rule
			want int
		}{
			{nil, 200},
			{status.Open(), 503},
			{status.Open("Avatars.Get", "Nobody"), 200},
			{status.Open("Avatars.Get", "Users.Get"), 503},
			{status.Trouble(0.5, 4), 503},
			{status.Trouble(0.5, 5), 200},
			{status.Trouble(0.76, 2), 200},
			{func(s runtime.Snapshot) string { return "I don't like " + s.Circuit }, 503},
		} {
			if got := get(status.NewHandler(r, c.rule), "/").Code; got != c.want {
				t.Errorf("rule %d: %d, want %d", i, got, c.want)
			}
		}
		if got := status.Open("Users.Get")(runtime.Snapshot{Circuit: "Users.Get[acme]", State: runtime.HalfOpen}); got != "it is half-open" {
			t.Errorf("a circuit by key: %q", got)
		}
	})
}

func TestEmptyRegistry(t *testing.T) {
	h := status.NewHandler(runtime.NewRegistry(), status.Trouble(0.1, 0))
	if w := get(h, "/?format=json"); w.Code != 200 || !strings.Contains(w.Body.String(), `"circuits": []`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestOnlyGetAndHead(t *testing.T) {
	w := httptest.NewRecorder()
	status.NewHandler(nil, nil).ServeHTTP(w, httptest.NewRequest("POST", "/", nil))
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
}

func ExampleNewHandler() {
	mux := http.NewServeMux()
	mux.Handle("GET /circuits.txt", status.NewHandler(nil, nil))
	mux.Handle("GET /ready", status.NewHandler(nil, status.Open("Users.Get")))
	fmt.Println(get(mux, "/ready").Code)
	// Output: 200
}
