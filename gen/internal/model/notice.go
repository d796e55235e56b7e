package model

import (
	"fmt"
	"slices"
	"strings"

	"github.com/breakergen/breakergen/templates"
)

// mostMethods is how many methods of another package's type are wrapped without a word: few of
// its users call more.
const mostMethods = 100

// noticesOf returns the lines by which the user hears what nobody asked for. Undecided are the
// methods behind a circuit that have no directive about retries.
func noticesOf(w *templates.Wrapper, undecided []*method) (notices []string) {
	if notice := noticeOf(w, undecided); notice != "" {
		notices = append(notices, notice)
	}
	if len(w.Methods) > mostMethods && w.Prefix != w.Interface {
		notices = append(notices, fmt.Sprintf("%s: the wrapper has %d methods; an interface of your own, of those "+
			"that you call, makes less code", w.Interface, len(w.Methods)))
	}
	return notices
}

// noticeOf says that nothing is protected, or which methods are called again, and on what, and that
// their errors are all failures where nothing says otherwise; "" where there is nothing to say.
func noticeOf(w *templates.Wrapper, undecided []*method) string {
	isThrough := func(m *templates.Method) bool { return m.Through != "" && m.Inner == nil }
	if len(w.Methods) > 0 && !slices.ContainsFunc(w.Methods, func(m *templates.Method) bool { return !isThrough(m) }) {
		return w.Interface + ": every method is called straight through: the wrapper protects nothing"
	}
	retried := slices.DeleteFunc(slices.Clone(undecided), func(m *method) bool { return !m.retries() })
	if len(retried) == 0 {
		if len(undecided) == 0 || slices.ContainsFunc(undecided, (*method).isJudged) {
			return ""
		}
		return w.Interface + ": " + eachFails
	}
	names := map[string][]string{} // by what they are retried on
	var order []string
	for _, m := range retried {
		on := m.retriedOn()
		if names[on] == nil {
			order = append(order, on)
		}
		names[on] = append(names[on], m.fn.Name())
	}
	var parts []string
	for _, on := range order {
		part := strings.Join(names[on], ", ") + " are retried"
		if len(names[on]) == 1 {
			part = names[on][0] + " is retried"
		}
		if on != "" {
			part += " on " + on
		}
		parts = append(parts, part)
	}
	notice := fmt.Sprintf("%s: %s; mark what must not be with //breakergen:retry off",
		w.Interface, strings.Join(parts, "; "))
	if !slices.ContainsFunc(retried, (*method).isJudged) {
		notice += "; " + eachFails
	}
	return notice
}

// eachFails says what an error means where nothing else does.
const eachFails = "each error counts as a failure, but those that //breakergen:success names"

// isJudged says whether a protocol, a directive or an end that it comes to says what the method's
// errors mean.
func (m *method) isJudged() bool {
	isSet := func(directive string) bool { return m.settings.Has(directive) }
	return m.model.Protocol != "" || m.shape.Ends ||
		slices.ContainsFunc([]string{"success", "ignore", "classify", "protocol"}, isSet)
}
