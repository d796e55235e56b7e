package dashboard

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"path"

	"github.com/breakergen/breakergen/runtime"
)

// maxForm bounds the body of a request to control a circuit.
const maxForm = 64 << 10

var actions = map[string]func(*runtime.Circuit){
	"force-open":  (*runtime.Circuit).ForceOpen,
	"force-close": (*runtime.Circuit).ForceClose,
	"reset":       (*runtime.Circuit).Reset,
}

// serveControl does what the form values circuit and action ask for, and answers
// with the circuit as it is then. The value process, where there is one, is the id of the
// process that is to do it: behind a load balancer that may be another than this.
func (h *handler) serveControl(w http.ResponseWriter, r *http.Request) {
	if !h.control {
		http.Error(w, "this dashboard only shows circuits; one that may change them is made "+
			"with dashboard.WithControl()", http.StatusForbidden)
		return
	}
	if err := new(http.CrossOriginProtection).Check(r); err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	if path.Base(r.URL.Path) != "control" {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "post to control", http.StatusMethodNotAllowed)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if meant := r.Form.Get("process"); meant != "" && meant != h.process.ID {
		http.Error(w, fmt.Sprintf("this reached process %s, and you look at %s: several answer "+
			"under this address", h.process.ID, meant), http.StatusConflict)
		return
	}
	action := r.Form.Get("action")
	act, ok := actions[action]
	if !ok {
		http.Error(w, "action is force-open, force-close or reset", http.StatusBadRequest)
		return
	}
	circuit, ok := h.registry.Circuit(r.Form.Get("circuit"))
	if !ok {
		http.Error(w, "no such circuit", http.StatusNotFound)
		return
	}
	act(circuit)
	h.sampler.touch()
	logged := []any{"circuit", circuit.Name(), "action", action, "remote", r.RemoteAddr}
	if from := r.Header.Get("X-Forwarded-For"); from != "" {
		logged = append(logged, "forwarded_for", from)
	}
	slog.InfoContext(r.Context(), "circuit changed by hand", logged...)
	snapshot := circuit.Snapshot()
	_, _, left := h.record.of(snapshot.Circuit)
	setHeaders(w.Header(), "application/json")
	json.NewEncoder(w).Encode(newView(&snapshot, left))
}
