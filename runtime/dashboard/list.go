package dashboard

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
	"unicode"

	"github.com/breakergen/breakergen/runtime/internal/text"
)

// list is the answer to circuits.json.
type list struct {
	At       int64    `json:"at"` // the server's clock, in ms since 1970
	Process  process  `json:"process"`
	Circuits []listed `json:"circuits"` // trouble first
}

type listed struct {
	view
	Events []event `json:"events"`
}

func (h *handler) list(now time.Time) list {
	l := list{At: now.UnixMilli(), Process: h.process, Circuits: []listed{}}
	for c := range h.registry.Circuits() {
		snapshot := c.Snapshot()
		events, _, left := h.record.of(snapshot.Circuit)
		if events == nil {
			events = []event{}
		}
		l.Circuits = append(l.Circuits, listed{newView(&snapshot, left), events})
	}
	slices.SortFunc(l.Circuits, func(a, b listed) int { return byTrouble(&a.view, &b.view) })
	return l
}

func (h *handler) serveJSON(w http.ResponseWriter) {
	setHeaders(w.Header(), "application/json")
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.Encode(h.list(time.Now()))
}

func (h *handler) serveText(w http.ResponseWriter) {
	setHeaders(w.Header(), "text/plain; charset=utf-8")
	l := h.list(time.Now())
	w.Write(l.text())
}

// text is a line a circuit: for grep, and for eyes.
func (l *list) text() []byte {
	var buf bytes.Buffer
	started := time.UnixMilli(l.Process.Started).UTC().Format(time.RFC3339)
	fmt.Fprintf(&buf, "# process %s, started %s, version %s\n",
		l.Process.ID, started, cmp.Or(l.Process.Version, "unknown"))
	table := tabwriter.NewWriter(&buf, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "UNSERVED\tSTATE\tFOR\tIN FLIGHT\tCIRCUIT\tWHY")
	for i := range l.Circuits {
		v := &l.Circuits[i].view
		state := v.State
		if v.Forced {
			state = "forced " + state
		}
		since := time.Duration(l.At-cmp.Or(v.DownSince, v.Since)) * time.Millisecond
		reason := cmp.Or(v.Why, "-")
		if rank(v) < 3 && v.LastError != "" {
			reason += "; last error: " + v.LastError
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%s\t%s\n", whole(v.Trouble), state,
			text.Short(max(0, since).Truncate(time.Second)), v.InFlight, plain(v.Name), plain(reason))
	}
	table.Flush()
	return buf.Bytes()
}

// plain keeps what would end a line or move a terminal's cursor out of it.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, s)
}
