package dashboard

import (
	"encoding/json"
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
// with the circuit as it is then.
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
	act, ok := actions[r.Form.Get("action")]
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
	snapshot := circuit.Snapshot()
	setHeaders(w.Header(), "application/json")
	json.NewEncoder(w).Encode(newView(&snapshot))
}
