package dashboard

import (
	"math"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// maxColumns is also the greatest number of seconds over which what came in them is spread
// evenly, where nobody looked in between: beyond that nothing is known.
const maxColumns = 60

// column is what a circuit's totals grew by in one second; nil where nobody looked.
type column = *[3]float64 // answered, failed, turned away

// history is the last minute of one circuit, a column a second, oldest first.
type history struct {
	at      time.Time
	total   total
	columns []column
}

// begin takes what the window knows of the time before anybody looked: its mean.
func (h *history) begin(at time.Time, s *runtime.Snapshot) {
	h.at, h.total = at, newTotal(&s.Total)
	span := min(s.WindowSpan, at.Sub(s.Made))
	if s.State == runtime.Closed {
		span = min(span, at.Sub(s.Since)) // It began anew then.
	}
	seconds := int(math.Round(span.Seconds()))
	if seconds < 1 {
		return
	}
	grown := growth(total{}, newTotal(&s.Lately), seconds)
	for range min(seconds, maxColumns) {
		h.columns = append(h.columns, grown)
	}
}

// push adds what happened up to at.
func (h *history) push(at time.Time, now total) {
	seconds := int(math.Round(at.Sub(h.at).Seconds()))
	if seconds < 1 {
		return
	}
	var grown column
	if seconds <= maxColumns {
		grown = growth(h.total, now, seconds)
	}
	for range min(seconds, maxColumns) {
		h.columns = append(h.columns, grown)
	}
	h.columns = h.columns[max(0, len(h.columns)-maxColumns):]
	h.at, h.total = at, now
}

// growth is nil where now belongs to another circuit of the same name.
func growth(from, now total, seconds int) column {
	if now.Answered < from.Answered || now.Failed < from.Failed || now.Turned < from.Turned {
		return nil
	}
	mean := func(n uint64) float64 { return round(float64(n)/float64(seconds), 100) }
	return &[3]float64{
		mean(now.Answered - from.Answered),
		mean(now.Failed - from.Failed),
		mean(now.Turned - from.Turned),
	}
}
