package templates

import (
	"cmp"
	"strings"
	"unicode/utf8"
)

// Table returns the rows of w as aligned lines, the headings first.
func Table(w *Wrapper) []string {
	bulkhead, protocol := false, false
	for _, m := range w.Methods {
		bulkhead = bulkhead || m.Row.Bulkhead != ""
		protocol = protocol || m.Row.Protocol != ""
	}
	line := func(r Row) []string {
		if r.Through != "" {
			return []string{r.Method, "called straight through (" + r.Through + ")" + r.returns()}
		}
		cells := []string{r.Method, r.Circuit}
		if protocol {
			cells = append(cells, cmp.Or(r.Protocol, "none"))
		}
		cells = append(cells, r.Breaker, r.Retry)
		if bulkhead {
			cells = append(cells, r.Bulkhead)
		}
		return append(cells, r.Timeout+r.returns())
	}
	rows := [][]string{line(Row{
		Method: "method", Circuit: "circuit", Breaker: "breaker", Retry: "retry",
		Bulkhead: "bulkhead", Timeout: "timeout", Protocol: "protocol",
	})}
	for _, m := range w.Methods {
		rows = append(rows, line(m.Row))
	}
	return align(rows)
}

// returns names the wrapper of what the method returns.
func (r Row) returns() string {
	if r.Wraps == "" {
		return ""
	}
	return ", returns " + article(r.Wraps)
}

// align pads all cells of a column to one width, but for the last of each row,
// which may be as long as it likes.
func align(rows [][]string) []string {
	var widths []int
	for _, row := range rows {
		for i, cell := range row[:len(row)-1] {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	lines := make([]string, len(rows))
	for r, row := range rows {
		var b strings.Builder
		for i, cell := range row {
			b.WriteString(cell)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+3))
			}
		}
		lines[r] = strings.TrimRight(b.String(), " ")
	}
	return lines
}
