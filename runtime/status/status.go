// Package status serves one process's circuits to curl, to scripts, and to whoever asks whether
// the process is well.
//
//	mux.Handle("GET /circuits.txt", status.NewHandler(nil, nil))
//	mux.Handle("GET /ready", status.NewHandler(nil, status.Open("Users.Get")))
//
// A table comes by default, the circuits with the most trouble first; JSON to those who ask for
// it, by "Accept: application/json" or ?format=json. With a rule the answer is 503 Service
// Unavailable where a circuit breaks it, and says which and why.
package status

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

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
		return "it is " + stateOf(&s)
	}
}

// Trouble is the rule that in no circuit's window at least that share, over 0 and at most 1, of at
// least so many calls may have failed, timed out or been turned away.
func Trouble(share float64, calls uint64) Rule {
	return func(s runtime.Snapshot) string {
		got := s.Window.Trouble()
		if s.Window.Calls() < max(calls, 1) || got < share {
			return ""
		}
		return percent(got) + " of its calls end badly"
	}
}

// NewHandler returns a handler that shows all circuits of r, nil meaning runtime.Default, as they
// are at the request. The status is 200, or 503 where rule, which may be nil for none, finds
// a problem. The answer has the last errors' texts: mount it where those may be read.
func NewHandler(r *runtime.Registry, rule Rule) http.Handler {
	return &handler{cmp.Or(r, runtime.Default), rule}
}

type handler struct {
	registry *runtime.Registry
	rule     Rule
}

// ServeHTTP satisfies http.Handler.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "the circuits are read with GET", http.StatusMethodNotAllowed)
		return
	}
	report := h.report(time.Now())
	var body bytes.Buffer
	if asksForJSON(r) {
		w.Header().Set("Content-Type", "application/json")
		encoder := json.NewEncoder(&body)
		encoder.SetIndent("", "  ")
		_ = encoder.Encode(report) // it is plain data
	} else {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		report.writeTable(&body)
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if !report.Well {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_, _ = w.Write(body.Bytes()) // who has gone needs no answer
}

func asksForJSON(r *http.Request) bool {
	if format := r.URL.Query().Get("format"); format != "" {
		return format == "json"
	}
	return strings.Contains(r.Header.Get("Accept"), "application/json")
}

// report is what is served.
type report struct {
	Well     bool      `json:"well"`
	At       time.Time `json:"at"`
	Circuits []circuit `json:"circuits"`
}

type circuit struct {
	Name      string         `json:"name"`
	Problem   string         `json:"problem,omitzero"` // by the rule
	State     string         `json:"state"`            // closed, open, half-open, forced open, forced closed
	DownSince time.Time      `json:"downSince,omitzero"`
	Trouble   float64        `json:"trouble"` // of the window's calls
	InFlight  int            `json:"inFlight"`
	Limit     int            `json:"limit,omitzero"` // the bulkhead's
	P50       seconds        `json:"p50"`
	P99       seconds        `json:"p99"`
	LastError string         `json:"lastError,omitzero"`
	ErrorAt   time.Time      `json:"lastErrorAt,omitzero"`
	Window    runtime.Counts `json:"window"`
	Total     runtime.Counts `json:"total"`
}

// seconds are a duration, in JSON a number of seconds.
type seconds time.Duration

// MarshalJSON satisfies json.Marshaler.
func (s seconds) MarshalJSON() ([]byte, error) { return json.Marshal(time.Duration(s).Seconds()) }

func (h *handler) report(now time.Time) *report {
	report := &report{Well: true, At: now, Circuits: []circuit{}}
	for c := range h.registry.Circuits() {
		s := c.Snapshot()
		shown := circuit{
			Name: s.Circuit, State: stateOf(&s), DownSince: s.DownSince, Trouble: s.Window.Trouble(),
			InFlight: s.InFlight, Limit: s.Policy.Bulkhead.Limit,
			P50: seconds(s.Latency.Percentile(50)), P99: seconds(s.Latency.Percentile(99)),
			Window: s.Window, Total: s.Total, ErrorAt: s.LastErrorAt,
		}
		if s.LastError != nil {
			shown.LastError = s.LastError.Error()
		}
		if h.rule != nil {
			shown.Problem = h.rule(s)
			report.Well = report.Well && shown.Problem == ""
		}
		report.Circuits = append(report.Circuits, shown)
	}
	slices.SortStableFunc(report.Circuits, func(a, b circuit) int {
		return cmp.Or(cmp.Compare(min(1, len(b.Problem)), min(1, len(a.Problem))), cmp.Compare(b.Trouble, a.Trouble))
	})
	return report
}

func stateOf(s *runtime.Snapshot) string {
	if s.Forced {
		return "forced " + s.State.String()
	}
	return s.State.String()
}

func percent(share float64) string { return fmt.Sprintf("%.0f%%", 100*share) }

func (r *report) writeTable(to *bytes.Buffer) {
	for _, c := range r.Circuits {
		if c.Problem != "" {
			fmt.Fprintf(to, "%s: %s\n", oneLine(c.Name), oneLine(c.Problem))
		}
	}
	if !r.Well {
		fmt.Fprintln(to)
	}
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "CIRCUIT\tSTATE\tDOWN FOR\tTROUBLE\tCALLS\tIN FLIGHT\tP50\tP99\tLAST ERROR")
	for _, c := range r.Circuits {
		down, inFlight := "", fmt.Sprint(c.InFlight)
		if !c.DownSince.IsZero() {
			down = r.At.Sub(c.DownSince).Round(time.Second).String()
		}
		if c.Limit > 0 {
			inFlight += fmt.Sprintf("/%d", c.Limit)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%d\t%s\t%v\t%v\t%s\n", oneLine(c.Name), c.State, down, percent(c.Trouble),
			c.Window.Calls(), inFlight, short(c.P50), short(c.P99), oneLine(c.LastError))
	}
	table.Flush()
}

// short rounds a duration to what can be told of it.
func short(d seconds) time.Duration {
	if time.Duration(d) < time.Millisecond {
		return time.Duration(d).Round(time.Microsecond)
	}
	return time.Duration(d).Round(time.Millisecond)
}

// oneLine is text in which nothing breaks the table.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
