// Package hystrix serves a registry's circuits as the event stream that the Netflix
// Hystrix dashboard reads.
//
// Mount it where that dashboard looks for it:
//
//	mux.Handle("/hystrix.stream", hystrix.NewHandler(nil))
//
// then give the dashboard the address, such as http://localhost:8080/hystrix.stream.
package hystrix

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/internal/sse"
)

const (
	defaultDelay = 500 * time.Millisecond
	minDelay     = 100 * time.Millisecond
	maxDelay     = time.Minute

	// pingEvery keeps the dashboard's proxy from hanging up: it does after 10s
	// without a byte.
	pingEvery = 5 * time.Second
)

// NewHandler returns a handler that streams every circuit of registry, nil meaning
// [runtime.Default], for as long as its client reads.
//
// A client asks for the time between two rounds with the query parameter delay, in
// milliseconds: 500 if it names none, and not outside of 100 to 60000. A circuit's
// name arrives with everything but ASCII letters, digits, '_', '.' and '-' replaced
// by '_', since the dashboard writes it into its page as it comes.
//
// The error percentage is what Hystrix' own is: failures, timeouts and what a full bulkhead
// turned away, among those and the successes. What an open circuit turned away counts for
// neither; the tile says beside it that the circuit is open, and whether it was forced.
//
// The dashboard takes its rates from the window. Of a circuit whose window is a number
// of calls it shows that number, however long ago they were.
//
// The stream runs in the request's own goroutine and ends when the client goes
// away or stops reading: nothing runs while nobody looks. [http.Server.Shutdown]
// waits for open streams as it does for every request; to end them, cancel the
// context that the server's BaseContext gives.
func NewHandler(registry *runtime.Registry) http.Handler {
	return &handler{registry: cmp.Or(registry, runtime.Default)}
}

type handler struct{ registry *runtime.Registry }

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "the stream is read with GET", http.StatusMethodNotAllowed)
		return
	}
	s, err := sse.NewStream(w)
	if err != nil {
		http.Error(w, "this server can't stream: "+err.Error(), http.StatusInternalServerError)
		return
	}
	if r.Method == http.MethodHead {
		return
	}
	round := time.NewTicker(delay(r))
	defer round.Stop()
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()

	shown, err := h.round(s, nil)
	for err == nil { // Else the client has gone, or is too slow to be worth a goroutine.
		select {
		case <-r.Context().Done():
			return
		case <-ping.C:
			err = s.Ping()
		case <-round.C:
			shown, err = h.round(s, shown)
		}
	}
}

// round sends every circuit once, takes away the tiles of circuits that are no
// more, and returns the names of the tiles that are left.
func (h *handler) round(s *sse.Stream, shown map[string]bool) (map[string]bool, error) {
	circuits := slices.Collect(h.registry.Circuits())
	names := make([]string, len(circuits))
	for i, c := range circuits {
		names[i] = c.Name()
	}
	left := make(map[string]bool, len(names))
	for i, name := range tileNames(names) {
		left[name] = true
		snapshot := circuits[i].Snapshot()
		if err := s.Send(newCommand(name, &snapshot)); err != nil {
			return nil, err
		}
	}
	for name := range shown {
		if !left[name] {
			if err := s.Send(newRemoval(name)); err != nil {
				return nil, err
			}
		}
	}
	if len(circuits) == 0 {
		return left, s.Ping()
	}
	return left, nil
}

// delay is the time between two rounds that r asks for.
func delay(r *http.Request) time.Duration {
	ms, err := strconv.ParseInt(r.URL.Query().Get("delay"), 10, 64)
	if err != nil || ms <= 0 {
		return defaultDelay
	}
	ms = min(ms, int64(maxDelay/time.Millisecond)) // So many may overflow a Duration.
	return max(time.Duration(ms)*time.Millisecond, minDelay)
}
