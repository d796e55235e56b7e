package model

import (
	"cmp"
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
		Protocol: m.model.Protocol, LivesOn: m.livesOn(), NotRepeated: m.model.NotRepeated, Notes: m.notes(),
	}
	if m.shape.Lives != "" && m.shape.Culprit != m.shape.Lives {
		row.LivesOn += ", which holds " + m.shape.Culprit
	}
	if name := m.settings.Circuit.Name; name.Set {
		row.Circuit = name.Value
	}
	if m.model.HasKey() {
		row.Circuit += "[" + m.settings.Circuit.Key.Value + "]"
	}
	return row
}

// livesOn returns what may go on using the context of a call that has returned: a result, or a
// parameter; "" for none.
func (m *method) livesOn() string {
	if m.noContext() {
		return m.shape.Lives
	}
	return cmp.Or(m.shape.Lives, m.shape.Kept)
}

func (m *method) breakerCell() string {
	b := m.settings.Breaker
	if b.Off.Set {
		return "off"
	}
	calls, window := defaultMinCalls, brief(b.Window.Or(defaultWindow))
	if n := b.WindowCalls; n.Set {
		calls, window = min(calls, n.Value), fmt.Sprintf("%d calls", n.Value)
	}
	cell := fmt.Sprintf("%s of %d in %s", rate(b.FailureRate.Or(defaultRate)), b.MinCalls.Or(calls), window)
	if n := b.Consecutive.Value; n > 0 {
		cell += fmt.Sprintf(", or %d in a row", n)
	}
	if b.Slow.Set {
		cell += fmt.Sprintf(", or %s over %s", rate(b.SlowRate.Or(defaultRate)), brief(b.Slow.Value))
	}
	if b.OpenFor.Set {
		cell += ", open " + brief(b.OpenFor.Value)
		if b.MaxOpenFor.Set {
			cell += " to " + brief(b.MaxOpenFor.Value)
		}
	}
	return cell
}

func (m *method) retryCell() string {
	s := m.settings
	switch {
	case m.model.NotRepeated != "":
		return "off (" + m.model.NotRepeated + ")"
	case s.Retry.Off.Set:
		return "off"
	case m.repeatsItself() != "":
		return "off (" + m.repeatsItself() + " repeats)"
	}
	cell := fmt.Sprintf("%d attempts", s.Retry.Attempts.Or(defaultAttempts))
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
	for _, question := range []string{m.resets(), m.locksOut()} {
		if question != "" {
			cell += " (" + question + ")"
		}
	}
	return cell
}

func (m *method) timeoutCell() string {
	s := m.settings
	attempt, total := s.Timeout.Attempt, s.Timeout.Total
	switch {
	case m.shape.Sequence && !s.Own("timeout"):
		return "off (it lasts as long as the loop)"
	case m.shape.Until != "" && !s.Own("timeout"):
		return "off (it lasts until " + m.shape.Until + " ends it)"
	case s.Timeout.Off.Set:
		return "off"
	case m.noContext() && !s.Own("timeout"):
		return "none (no context)"
	}
	cell := brief(attempt.Or(defaultTimeout))
	if m.noContext() && !attempt.Set && total.Set {
		cell = ""
	}
	if total.Set {
		cell = strings.TrimPrefix(cell+", "+brief(total.Value)+" in total", ", ")
	}
	if lives := m.livesOn(); lives != "" {
		cell += ", until it returns (" + lives + " lives on)"
	}
	if question := m.waits(); question != "" {
		cell += " (" + question + ")"
	}
	if s.Timeout.Detach.Set || m.noContext() {
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
	limit, wait := m.settings.Bulkhead.Limit, m.settings.Bulkhead.Wait
	if !limit.Set {
		return ""
	}
	cell := strconv.Itoa(limit.Value)
	if wait.Set {
		cell += ", wait " + brief(wait.Value)
	}
	return cell
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
