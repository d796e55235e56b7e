package dashboard

import (
	"net/http"
	"time"

	"github.com/breakergen/breakergen/runtime/internal/sse"
)

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
	var page viewer
	for {
		if err := stream.Send(h.sampler.next(time.Now(), &page)); err != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-ticker.C:
		}
	}
}
