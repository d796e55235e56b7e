// Package health answers who asks whether the process is well: an orchestrator, a load balancer,
// a script.
//
//	mux.Handle("GET /ready", health.NewHandler(nil, health.Open("Users.Get")))
//
// The answer says which circuits are not, by a rule of the service's choice, and what is wrong
// with them. It has no error's text, nor any circuit that is well: package dashboard's
// circuits.txt and circuits.json show all of that.
package health

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/breakergen/breakergen/runtime"
)

// Rule says what is wrong with a circuit; "" where the process is well in spite of it. Think
// twice before one dependency's outage takes a process out of service that can do without: the
// circuit is there so that it can.
type Rule func(runtime.Snapshot) (problem string)

// Open is the rule that none of these circuits may be open, half-open, or forced open; without
// names, none at all. The name of circuits by key, without a key, stands for each of them.
func Open(circuits ...string) Rule {
	return func(s runtime.Snapshot) string {
		family, _, _ := strings.Cut(s.Circuit, "[")
		if s.State == runtime.Closed ||
			len(circuits) > 0 && !slices.Contains(circuits, s.Circuit) && !slices.Contains(circuits, family) {
			return ""
		}
		if s.Forced {
			return "forced " + s.State.String()
		}
		return s.State.String()
	}
}

// Trouble is the rule that in no circuit at least that share, over 0 and at most 1, of at least so many
// calls may have failed, timed out or been turned away lately: in its window, or in 10 s where that is a
// number of calls.
func Trouble(share float64, calls uint64) Rule {
	return func(s runtime.Snapshot) string {
		got := s.Lately.Trouble()
		if s.Lately.Calls() < max(calls, 1) || got < share {
			return ""
		}
		return fmt.Sprintf("%.0f%% of its calls end badly", 100*got)
	}
}

// NewHandler returns a handler that asks rule about each circuit of r, nil meaning
// runtime.Default, as it is at the request. The status is 200, or 503 Service Unavailable with a
// line for each circuit in which rule finds a problem, in the order of their names. Where one
// rule isn't enough, a Rule of your own may ask several. It panics where rule is nil.
func NewHandler(r *runtime.Registry, rule Rule) http.Handler {
	if rule == nil {
		panic("health.NewHandler: rule is nil")
	}
	r = cmp.Or(r, runtime.Default)
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if request.Method != http.MethodGet && request.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "health is asked for with GET", http.StatusMethodNotAllowed)
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		body := strings.Join(problems(r, rule), "")
		if body != "" {
			w.WriteHeader(http.StatusServiceUnavailable)
		} else {
			body = "well\n"
		}
		_, _ = io.WriteString(w, body) // who has gone needs no answer
	})
}

// problems is a line for each circuit that has one.
func problems(r *runtime.Registry, rule Rule) []string {
	var lines []string
	for c := range r.Circuits() {
		if problem := rule(c.Snapshot()); problem != "" {
			lines = append(lines, oneLine(c.Name())+": "+oneLine(problem)+"\n")
		}
	}
	return lines
}

// oneLine is text that keeps to its line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
