package model

import (
	"fmt"
	"go/types"
	"strconv"
	"strings"
	"time"

	"github.com/breakergen/breakergen/gen/internal/directive"
	"github.com/breakergen/breakergen/gen/internal/protocol"
	"github.com/breakergen/breakergen/gen/internal/typeutil"
	"github.com/breakergen/breakergen/templates"
)

// The runtime's defaults, as the table shows them.
const (
	defaultRate     = 0.5
	defaultMinCalls = 20
	defaultWindow   = 10 * time.Second
	defaultAttempts = 3
	defaultTimeout  = time.Second
)

// row describes a wrapped method in the table.
func (m *method) row(prefix string) templates.Row {
	row := templates.Row{
		Method:  m.model.Name,
		Circuit: prefix + "." + m.model.Name,
		Breaker: m.breakerCell(), Retry: m.retryCell(), Timeout: m.timeoutCell(), Bulkhead: m.bulkheadCell(),
		Protocol: m.model.Protocol, LivesOn: m.shape.Lives, NotRepeated: m.model.NotRepeated, Notes: m.notes(),
	}
	if row.LivesOn != "" && m.shape.Culprit != row.LivesOn {
		row.LivesOn += ", which holds " + m.shape.Culprit
	}
	if name, ok := m.settings["circuit.Name"].Value.(string); ok {
		row.Circuit = name
	}
	if m.model.HasKey() {
		row.Circuit += "[" + m.settings["circuit.Key"].Value.(string) + "]"
	}
	return row
}

func (m *method) breakerCell() string {
	s := m.settings
	if s.Off("breaker") {
		return "off"
	}
	calls, window := defaultMinCalls, brief(get(s, "breaker.Window", defaultWindow))
	if n, ok := s["breaker.WindowCalls"].Value.(int); ok {
		calls, window = min(calls, n), fmt.Sprintf("%d calls", n)
	}
	cell := fmt.Sprintf("%s of %d in %s", rate(get(s, "breaker.FailureRate", defaultRate)),
		get(s, "breaker.MinCalls", calls), window)
	if n, ok := s["breaker.Consecutive"].Value.(int); ok && n > 0 {
		cell += fmt.Sprintf(", or %d in a row", n)
	}
	if slow, ok := s["breaker.Slow"].Value.(time.Duration); ok {
		cell += fmt.Sprintf(", or %s over %s", rate(get(s, "breaker.SlowRate", defaultRate)), brief(slow))
	}
	if open, ok := s["breaker.OpenFor"].Value.(time.Duration); ok {
		cell += ", open " + brief(open)
		if most, ok := s["breaker.MaxOpenFor"].Value.(time.Duration); ok {
			cell += " to " + brief(most)
		}
	}
	return cell
}

func (m *method) retryCell() string {
	s := m.settings
	switch {
	case m.model.NotRepeated != "":
		return "off (" + m.model.NotRepeated + ")"
	case s.Off("retry"):
		return "off"
	case m.repeatsItself() != "":
		return "off (" + m.repeatsItself() + " repeats)"
	case m.shape.Closer && !s.Own("retry"):
		return "off (io.Closer: closing twice is an error)"
	}
	cell := fmt.Sprintf("%d attempts", get(s, "retry.Attempts", defaultAttempts))
	if cell == "1 attempts" {
		cell = "1 attempt"
	}
	if on := m.retriedOn(); on != "" {
		cell += " on " + on
	}
	switch {
	case m.model.Request >= 0 && m.model.Protocol == protocol.HTTP:
		cell += " (if idempotent, and the body can be sent again)"
	case m.model.Request >= 0:
		cell += " (if the body can be sent again)"
	}
	if question := m.resets(); question != "" {
		cell += " (" + question + ")"
	}
	return cell
}

func (m *method) timeoutCell() string {
	s := m.settings
	attempt, hasAttempt := s["timeout.Attempt"].Value.(time.Duration)
	total, hasTotal := s["timeout.Total"].Value.(time.Duration)
	switch {
	case m.shape.Sequence && !s.Own("timeout"):
		return "off (it lasts as long as the loop)"
	case s.Off("timeout"):
		return "off"
	case m.noContext() && !s.Own("timeout"):
		return "none (no context)"
	}
	if !hasAttempt {
		attempt = defaultTimeout
	}
	cell := brief(attempt)
	if m.noContext() && !hasAttempt && hasTotal {
		cell = ""
	}
	if hasTotal {
		cell = strings.TrimPrefix(cell+", "+brief(total)+" in total", ", ")
	}
	if m.shape.Lives != "" {
		cell += ", until it returns (" + m.shape.Lives + " lives on)"
	}
	if question := m.waits(); question != "" {
		cell += " (" + question + ")"
	}
	if s["timeout.Detach"].Value == true || m.noContext() {
		cell += ", detached"
		if shared := m.shared(); shared != "" {
			cell += " (a late call still has " + shared + ")"
		}
	}
	return cell
}

// shared lists the parameters that a detached call and its caller both hold.
func (m *method) shared() string {
	var names []string
	for v := range m.model.Signature.Params().Variables() {
		switch v.Type().Underlying().(type) {
		case *types.Slice, *types.Map, *types.Pointer:
			names = append(names, typeutil.ParamText(v))
		}
	}
	return strings.Join(names, ", ")
}

func (m *method) bulkheadCell() string {
	limit, ok := m.settings["bulkhead.Limit"].Value.(int)
	if !ok {
		return ""
	}
	cell := strconv.Itoa(limit)
	if wait, ok := m.settings["bulkhead.Wait"].Value.(time.Duration); ok {
		cell += ", wait " + brief(wait)
	}
	return cell
}

func get[T any](s directive.Settings, name string, otherwise T) T {
	if v, ok := s[name].Value.(T); ok {
		return v
	}
	return otherwise
}

func rate(r float64) string { return strconv.FormatFloat(r*100, 'g', 6, 64) + "%" }

// brief writes a duration as short as it goes: 1m, not 1m0s.
func brief(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = s[:len(s)-len("0s")]
	}
	if strings.HasSuffix(s, "h0m") {
		s = s[:len(s)-len("0m")]
	}
	return s
}

func texts(words []directive.Word) string {
	var list []string
	for _, w := range words {
		list = append(list, w.Text)
	}
	return strings.Join(list, ", ")
}
