package hystrix_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/hystrix"
	"go.uber.org/goleak"
)

// tile is what these tests read of an event.
type tile struct {
	Name        string `json:"name"`
	Open        bool   `json:"isCircuitBreakerOpen"`
	DeleteData  string `json:"deleteData"`
	EscapedName string `json:"escapedName"`
}

func nextTile(t *testing.T, r *bufio.Reader) tile {
	t.Helper()
	var got tile
	event := nextEvent(t, r)
	if err := json.Unmarshal([]byte(event), &got); err != nil {
		t.Fatalf("%v in %q", err, event)
	}
	return got
}

func get(target string) (*http.Request, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	return httptest.NewRequest("GET", target, nil).WithContext(ctx), cancel
}

func TestRoundsComeAtTheDelayAskedFor(t *testing.T) {
	for query, want := range map[string]time.Duration{
		"":                             500 * time.Millisecond,
		"?delay=":                      500 * time.Millisecond,
		"?delay=soon":                  500 * time.Millisecond,
		"?delay=-3":                    500 * time.Millisecond,
		"?delay=2000":                  2 * time.Second,
		"?delay=1":                     100 * time.Millisecond,
		"?delay=3600000":               time.Minute,
		"?delay=9223372036854775807":   time.Minute,
		"?origin=elsewhere&delay=3000": 3 * time.Second,
	} {
		t.Run(query, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				registry := runtime.NewRegistry()
				newCircuit(t, registry, "users")
				r, cancel := get("/hystrix.stream" + query)
				client, done := connect(hystrix.NewHandler(registry), r)
				events := bufio.NewReader(client)

				start := time.Now()
				nextTile(t, events)
				if first := time.Since(start); first != 0 {
					t.Errorf("first event after %v; want it at once", first)
				}
				for nextEvent(t, events) == ": ping" {
				}
				if got := time.Since(start); got != want {
					t.Errorf("second round after %v; want %v", got, want)
				}
				hangUp(client, cancel, done)
			})
		})
	}
}

func TestPingsComeBeforeTheProxyGivesUp(t *testing.T) {
	for _, circuits := range []int{0, 1} {
		t.Run(fmt.Sprint(circuits, " circuits"), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				registry := runtime.NewRegistry()
				for i := range circuits {
					newCircuit(t, registry, fmt.Sprint("users-", i))
				}
				r, cancel := get("/hystrix.stream?delay=60000")
				client, done := connect(hystrix.NewHandler(registry), r)
				events := bufio.NewReader(client)
				var pings int
				for start, last := time.Now(), time.Now(); last.Sub(start) < 2*time.Minute; last = time.Now() {
					if nextEvent(t, events) == ": ping" {
						pings++
					}
					if gap := time.Since(last); gap >= 10*time.Second {
						t.Fatalf("%v without a byte", gap)
					}
				}
				if pings == 0 {
					t.Error("no ping in two minutes")
				}
				hangUp(client, cancel, done)
			})
		})
	}
}

func TestTilesComeChangeAndGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry := runtime.NewRegistry()
		r, cancel := get("/hystrix.stream?delay=1000")
		client, done := connect(hystrix.NewHandler(registry), r)
		events := bufio.NewReader(client)

		if first := nextEvent(t, events); first != ": ping" {
			t.Fatalf("without circuits the stream begins with %q; want a ping", first)
		}
		newCircuit(t, registry, "Users.Get")
		if got := nextTile(t, events); got != (tile{Name: "Users.Get"}) {
			t.Errorf("new circuit: %+v", got)
		}
		circuit, _ := registry.Circuit("Users.Get")
		circuit.ForceOpen()
		if got := nextTile(t, events); !got.Open {
			t.Errorf("opened circuit: %+v", got)
		}
		registry.Remove("Users.Get")
		want := tile{Name: "Users.Get", DeleteData: "true", EscapedName: `Users\.Get_0`}
		if got := nextTile(t, events); got != want {
			t.Errorf("removed circuit: %+v; want %+v", got, want)
		}
		for range 5 {
			if event := nextEvent(t, events); event != ": ping" {
				t.Errorf("after the removal: %q; want pings only", event)
			}
		}
		hangUp(client, cancel, done)
	})
}

func TestNumbersOfALiveCircuit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry := runtime.NewRegistry()
		call := newCircuit(t, registry, "users")
		for range 10 {
			call(40*time.Millisecond, nil)
		}
		for range 5 {
			call(100*time.Millisecond, errDependency)
			call(1200*time.Millisecond, errDependency) // Over its timeout.
		}
		for range 3 {
			call(0, nil) // The circuit has opened.
		}
		r, cancel := get("/hystrix.stream")
		client, done := connect(hystrix.NewHandler(registry), r)
		type numbers struct {
			Open     bool    `json:"isCircuitBreakerOpen"`
			Errors   float64 `json:"errorPercentage"`
			Requests int     `json:"requestCount"`
			Success  int     `json:"rollingCountSuccess"`
			Failure  int     `json:"rollingCountFailure"`
			Timeout  int     `json:"rollingCountTimeout"`
			Rejected int     `json:"rollingCountShortCircuited"`
			Mean     int     `json:"latencyExecute_mean"`
		}
		var got struct {
			numbers
			Latency map[string]int `json:"latencyExecute"`
		}
		event := nextEvent(t, bufio.NewReader(client))
		if err := json.Unmarshal([]byte(event), &got); err != nil {
			t.Fatal(err)
		}
		mean := (10*40 + 5*100 + 5*1200) / 20
		want := numbers{
			Open: true, Errors: 50, Requests: 20,
			Success: 10, Failure: 5, Timeout: 5, Rejected: 3, Mean: mean,
		}
		if got.numbers != want {
			t.Errorf("got  %+v\nwant %+v", got.numbers, want)
		}
		for percentile, ms := range map[string]int{"50": 40, "90": 1200, "99": 1200, "99.5": 1200} {
			if p := got.Latency[percentile]; p < ms*4/5 || p > ms*6/5 {
				t.Errorf("percentile %s is %d ms; want about %d ms", percentile, p, ms)
			}
		}
		hangUp(client, cancel, done)
	})
}

func TestClientThatDoesNotReadIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry := runtime.NewRegistry()
		call := newCircuit(t, registry, "users")
		r, cancel := get("/hystrix.stream")
		defer cancel()
		_, done := connect(hystrix.NewHandler(registry), r)
		synctest.Wait() // It is stuck in its first write now.

		start := time.Now()
		if err := call(0, nil); err != nil {
			t.Error(err)
		}
		newCircuit(t, registry, "orders")
		if held := time.Since(start); held != 0 {
			t.Errorf("the slow client held calls up for %v", held)
		}
		<-done
		if after := time.Since(start); after > 15*time.Second {
			t.Errorf("handler left the client after %v", after)
		}
	})
}

func TestHandlerReturnsWhenItsRequestIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, cancel := get("/hystrix.stream?delay=60000")
		client, done := connect(hystrix.NewHandler(runtime.NewRegistry()), r)
		nextEvent(t, bufio.NewReader(client))
		start := time.Now()
		cancel()
		<-done
		if took := time.Since(start); took != 0 {
			t.Errorf("it returned after %v", took)
		}
	})
}

func TestClientThatGoesAwayIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry := runtime.NewRegistry()
		newCircuit(t, registry, "users")
		r, cancel := get("/hystrix.stream")
		defer cancel()
		client, done := connect(hystrix.NewHandler(registry), r)
		nextTile(t, bufio.NewReader(client))
		client.Close()
		<-done
	})
}

func TestManyClientsOverHTTP(t *testing.T) {
	defer goleak.VerifyNone(t)
	registry := runtime.NewRegistry()
	for i := range 20 {
		newCircuit(t, registry, fmt.Sprint("circuit-", i))
	}
	server := httptest.NewUnstartedServer(hystrix.NewHandler(registry))
	server.Config.WriteTimeout = 50 * time.Millisecond // The stream outlives it.
	server.Start()
	defer server.Close()

	var clients sync.WaitGroup
	for range 50 {
		clients.Go(func() {
			response, err := server.Client().Get(server.URL + "/hystrix.stream?delay=100")
			if err != nil {
				t.Error(err)
				return
			}
			defer response.Body.Close()
			if got := response.Header.Get("Content-Type"); got != "text/event-stream" {
				t.Errorf("Content-Type is %q", got)
			}
			events := bufio.NewReader(response.Body)
			seen := map[string]int{}
			for range 60 {
				var got tile
				line, err := events.ReadString('\n')
				if err != nil {
					t.Error(err)
					return
				}
				events.ReadString('\n')
				if data, ok := strings.CutPrefix(line, "data: "); ok { // else a ping
					json.Unmarshal([]byte(data), &got)
					seen[got.Name]++
				}
			}
			if len(seen) != 20 {
				t.Errorf("saw %d circuits; want 20", len(seen))
			}
		})
	}
	clients.Wait()
}

func TestOnlyGetAndHead(t *testing.T) {
	h := hystrix.NewHandler(runtime.NewRegistry())
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("POST", "/hystrix.stream", nil))
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
	w = httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("HEAD", "/hystrix.stream", nil))
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/event-stream" {
		t.Errorf("HEAD: %d, %v", w.Code, w.Header())
	}
}

func TestServerThatCannotStreamSaysSo(t *testing.T) {
	w := httptest.NewRecorder()
	plain := struct{ http.ResponseWriter }{w} // It hides Flush.
	hystrix.NewHandler(nil).ServeHTTP(plain, httptest.NewRequest("GET", "/", nil))
	if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), "stream") {
		t.Errorf("%d %q", w.Code, w.Body)
	}
}
