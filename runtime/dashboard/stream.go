package dashboard

import (
	"bytes"
	"encoding/json"
	"iter"
	"net/http"
	"slices"
	"time"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/internal/sse"
)

// interval is the time between two messages, each a column of the sparklines.
const interval = time.Second

// message is what a page gets once a second, also where nothing has changed: it
// shows that the stream is alive.
type message struct {
	At       int64             `json:"at"`            // the server's clock, in ms since 1970
	All      bool              `json:"all,omitempty"` // Circuits are all there are.
	Circuits []json.RawMessage `json:"circuits,omitempty"`
	Gone     []string          `json:"gone,omitempty"`
}

// serveEvents streams messages: all circuits first, then what has changed.
func (h *handler) serveEvents(w http.ResponseWriter, r *http.Request) {
	protect(w.Header())
	stream, err := sse.NewStream(w)
	if err != nil {
		http.Error(w, "this server can't stream: "+err.Error(), http.StatusInternalServerError)
		return
	}
	if r.Method == http.MethodHead {
		return
	}
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	sent := sent{}
	for {
		m := sent.next(time.Now(), snapshots(h.registry))
		if err := stream.Send(m); err != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-ticker.C:
		}
	}
}

// snapshots takes one at a time: there may be thousands.
func snapshots(registry *runtime.Registry) iter.Seq[runtime.Snapshot] {
	return func(yield func(runtime.Snapshot) bool) {
		for c := range registry.Circuits() {
			if !yield(c.Snapshot()) {
				return
			}
		}
	}
}

// sent holds what a page was told last of each circuit, by name.
type sent map[string][]byte

// next returns the message that brings the page from what it was sent to snapshots.
func (s sent) next(now time.Time, snapshots iter.Seq[runtime.Snapshot]) message {
	m := message{At: now.UnixMilli(), All: len(s) == 0}
	seen := make(map[string]bool, len(s))
	for snapshot := range snapshots {
		view := newView(&snapshot)
		seen[view.Name] = true
		encoded, _ := json.Marshal(view) // It holds nothing that could fail.
		if !bytes.Equal(encoded, s[view.Name]) {
			s[view.Name] = encoded
			m.Circuits = append(m.Circuits, encoded)
		}
	}
	for name := range s {
		if !seen[name] {
			delete(s, name)
			m.Gone = append(m.Gone, name)
		}
	}
	slices.Sort(m.Gone)
	return m
}
