package dashboard

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/internal/sse"
)

// update is a message with its circuits decoded.
type update struct {
	At       int64
	All      bool
	Process  *process
	Circuits []view
	Events   map[string][]event
	History  map[string][]*[3]float64
	Gone     []string
}

func next(t testing.TB, r *bufio.Reader) update {
	t.Helper()
	line, err := r.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	if blank, err := r.ReadString('\n'); err != nil || blank != "\n" {
		t.Fatalf("after %q: %q, %v; want an empty line", line, blank, err)
	}
	data, ok := strings.CutPrefix(line, "data: ")
	var got update
	if err := json.Unmarshal([]byte(data), &got); err != nil || !ok {
		t.Fatalf("%v in %q", err, line)
	}
	return got
}

func (u update) names() []string {
	var names []string
	for _, c := range u.Circuits {
		names = append(names, c.Name)
	}
	slices.Sort(names)
	return names
}

func TestStreamSaysWhatHasChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry := runtime.NewRegistry()
		call := newCircuit(t, registry, "users")
		newCircuit(t, registry, "orders")
		client, cancel, done := connect(NewHandler(registry))
		events := bufio.NewReader(client)

		first := next(t, events)
		if got := first.names(); !first.All || !slices.Equal(got, []string{"orders", "users"}) {
			t.Errorf("first message: all %v, %q; want both circuits", first.All, got)
		}
		start := time.Now()
		if idle := next(t, events); idle.All || idle.Circuits != nil || idle.Gone != nil {
			t.Errorf("idle message: %+v", idle)
		}
		if took := time.Since(start); took != time.Second {
			t.Errorf("second message after %v; want 1s", took)
		}
		for range 10 {
			call(errDependency)
		}
		opened := next(t, events)
		if got := opened.names(); opened.All || !slices.Equal(got, []string{"users"}) {
			t.Fatalf("after ten failures: all %v, %q", opened.All, got)
		}
		c := opened.Circuits[0]
		if c.State != "open" || c.Window.Failures != 10 || c.Errors != 1 || c.Total.Failed != 10 {
			t.Errorf("after ten failures: %+v", c)
		}
		registry.Remove("orders")
		if gone := next(t, events); !slices.Equal(gone.Gone, []string{"orders"}) {
			t.Errorf("after the removal: %+v", gone)
		}
		hangUp(client, cancel, done)
	})
}

func TestNamesArriveWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry := runtime.NewRegistry()
		for _, name := range hostile {
			newCircuit(t, registry, name)
		}
		client, cancel, done := connect(NewHandler(registry))
		got := next(t, bufio.NewReader(client)).names()
		want := slices.Sorted(slices.Values(hostile))
		if !slices.Equal(got, want) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
		hangUp(client, cancel, done)
	})
}

func TestPageThatDoesNotReadIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry := runtime.NewRegistry()
		call := newCircuit(t, registry, "users")
		_, cancel, done := connect(NewHandler(registry))
		defer cancel()
		synctest.Wait() // It is stuck in its first write now.

		start := time.Now()
		call(nil)
		newCircuit(t, registry, "orders")
		if held := time.Since(start); held != 0 {
			t.Errorf("the slow page held calls up for %v", held)
		}
		<-done
		if after := time.Since(start); after > 15*time.Second {
			t.Errorf("handler left the page after %v", after)
		}
	})
}

func TestHandlerReturnsWhenItsRequestIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, cancel, done := connect(NewHandler(runtime.NewRegistry()))
		next(t, bufio.NewReader(client))
		start := time.Now()
		cancel()
		<-done
		if took := time.Since(start); took != 0 {
			t.Errorf("it returned after %v", took)
		}
	})
}

func TestPageThatGoesAwayIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, cancel, done := connect(NewHandler(runtime.NewRegistry()))
		defer cancel()
		next(t, bufio.NewReader(client))
		client.Close()
		<-done
	})
}

func TestStreamOutlivesTheServersWriteTimeout(t *testing.T) {
	registry := runtime.NewRegistry()
	newCircuit(t, registry, "users")
	server := httptest.NewUnstartedServer(NewHandler(registry))
	server.Config.WriteTimeout = 50 * time.Millisecond
	server.Start()
	defer server.Close()
	response, err := http.Get(server.URL + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if got := response.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("Content-Type is %q", got)
	}
	events := bufio.NewReader(response.Body)
	for range 2 {
		next(t, events)
	}
}

func TestServerThatCannotStreamSaysSo(t *testing.T) {
	w := httptest.NewRecorder()
	plain := struct{ http.ResponseWriter }{w} // It hides Flush.
	NewHandler(nil).ServeHTTP(plain, httptest.NewRequest("GET", "/events", nil))
	if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), "stream") {
		t.Errorf("%d %q", w.Code, w.Body)
	}
}

// BenchmarkSecond is what a second costs of ten pages that show 300 busy circuits.
func BenchmarkSecond(b *testing.B) {
	registry := runtime.NewRegistry()
	var calls []func(error) error
	for i := range 300 {
		calls = append(calls, newCircuit(b, registry, fmt.Sprint("circuit-", i)))
	}
	h := NewHandler(registry).(*handler)
	var pages [10]viewer
	var streams [len(pages)]*sse.Stream
	for i := range streams {
		var err error
		if streams[i], err = sse.NewStream(&nowhere{http.Header{}}); err != nil {
			b.Fatal(err)
		}
	}
	for now := time.Now(); b.Loop(); now = now.Add(interval) {
		b.StopTimer()
		for _, call := range calls {
			call(nil)
		}
		b.StartTimer()
		for i := range pages {
			if err := streams[i].Send(h.sampler.next(now, &pages[i])); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// nowhere is a client that costs nothing.
type nowhere struct{ header http.Header }

func (n *nowhere) Header() http.Header         { return n.header }
func (n *nowhere) WriteHeader(int)             {}
func (n *nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (n *nowhere) FlushError() error           { return nil }
