package model

import (
	"go/types"
	"time"

	"github.com/breakergen/breakergen/gen/internal/decide"
	"github.com/breakergen/breakergen/gen/internal/directive"
	"github.com/breakergen/breakergen/gen/internal/load"
	"github.com/breakergen/breakergen/gen/internal/problem"
	"github.com/breakergen/breakergen/gen/internal/source"
	"github.com/breakergen/breakergen/gen/internal/target"
	"github.com/breakergen/breakergen/templates"
)

// method is a method on its way to its model.
type method struct {
	target   *target.Target
	fn       *types.Func
	site     *source.Site // nil if there is no source
	shape    decide.Shape
	settings directive.Settings
	model    *templates.Method
	problems *problem.List
}

// links are the directives that need a circuit to act on.
var links = []string{"breaker", "retry", "timeout", "bulkhead", "circuit", "success", "ignore", "classify", "protocol"}

// methodOf decides a method: from its types, then what the directives ask for.
func methodOf(
	t *target.Target, fn *types.Func, d *decide.Decider, common directive.Settings, out *target.Destination, fns *functions, problems *problem.List,
) *method {
	m := &method{
		target: t, fn: fn, site: t.World.Site(fn), shape: d.Shape(fn), problems: problems,
		model: &templates.Method{
			Name: fn.Name(), Signature: fn.Signature(), Context: -1, Carrier: -1, Request: -1, Response: -1, Key: -1,
		},
	}
	if decide.IsTransaction(t.Methods) && m.shape.NotRepeated == "" {
		m.shape.NotRepeated = "a failed transaction has to begin anew"
	}
	m.model.Row.Method = fn.Name()
	m.model.Locked = decide.Locked(fn.Signature())
	m.readSettings(common, out.Path)
	if m.model.Through = m.through(); m.model.Through != "" {
		m.model.Row.Through = m.model.Through
		return m
	}
	m.model.Context, m.model.Carrier, m.model.Request = m.shape.Context, m.shape.Carrier, m.shape.Request
	m.model.LivesOn, m.model.ErrorInResult = m.shape.Lives != "", m.shape.InResult
	if m.model.AsksForRetry = m.asksForRetry(); !m.model.AsksForRetry || m.shape.Sequence {
		m.model.NotRepeated = m.shape.NotRepeated
	}
	if m.shape.Sequence {
		m.sequence()
	}
	m.protocol()
	m.circuit(out)
	m.policy()
	m.functions(fns, d, out)
	m.model.Row = m.row(t.Prefix(out))
	return m
}

// readSettings reads the method's directives over those of the interface that
// declares it and of the one that is wrapped.
func (m *method) readSettings(common directive.Settings, home string) {
	m.settings = directive.Settings{}
	if pkg := m.fn.Pkg(); m.site == nil && pkg != nil && pkg != types.Unsafe {
		m.problems.Add(m.target.Position(), m.target.Subject(m.fn), "%s", target.Unread(pkg))
	}
	if m.site != nil && m.site.Owner != nil && m.site.Owner.Name != m.target.SiteName() {
		// An embedded interface's own directives: the wrapped one's go over them.
		owner := m.site.Owner
		m.settings = directive.Read(m.target.World.Fset, owner, owner.Doc, owner.Name.Name, m.problems)
	}
	m.settings = m.settings.Over(common)
	if m.site != nil {
		m.model.Doc = source.DocLines(m.site.Doc)
		if m.site.Path != home {
			m.model.Doc = abridged(m.model.Doc, m.target.MethodPrefix(m.fn))
		}
		own := directive.Read(m.target.World.Fset, m.site, m.site.Doc, m.target.Subject(m.fn), m.problems)
		m.settings = m.settings.Over(own.OfMethod())
	}
}

// through says why the method is called straight through; "" if it is wrapped.
func (m *method) through() string {
	wanted := m.settings.Own(links...)
	switch {
	case m.shape.Through != "":
		for _, link := range links {
			if m.settings.Own(link) {
				s, _ := m.settings.First(link)
				m.fault(s, "%s has nothing to act on: %s", link, m.shape.Through)
			}
		}
		return m.shape.Through
	case m.settings.Off("skip"):
		if s := m.settings["skip.Off"]; s.Own && wanted {
			m.fault(s, "skip leaves nothing for the method's other directives to act on")
		}
		return "//breakergen:skip"
	case m.shape.Closer && !wanted:
		return "io.Closer: a rejected Close would leak"
	}
	return ""
}

func (m *method) noContext() bool { return m.shape.Context < 0 && m.shape.Carrier < 0 }

// asksForRetry says whether the method's own directive has it repeated, which goes over
// what the types decide.
func (m *method) asksForRetry() bool { return m.settings.Own("retry") && !m.settings.Off("retry") }

// sequence decides what is special of a call that is a ranging: it lasts as long as its
// caller's loop, so that it has a deadline only where the method's own directive asks.
func (m *method) sequence() {
	m.model.Pair, m.model.AsksForRetry = decide.PairOf(m.fn.Signature()), false
	if m.asksForRetry() {
		s, _ := m.settings.First("retry")
		m.fault(s, "a sequence is never repeated: its pairs can't be taken back")
	}
	if detach, ok := m.settings["timeout.Detach"]; ok && detach.Own {
		m.fault(detach, "a sequence can't be detached: it runs in its caller's loop")
	}
	if !m.settings.Own("timeout") {
		m.settings.Drop("timeout")
		m.settings["timeout.Off"] = directive.Setting{Value: true}
	}
}

// retries says whether failed calls are made again.
func (m *method) retries() bool {
	return m.model.NotRepeated == "" && m.repeatsItself() == "" && !m.settings.Off("retry") && !(m.shape.Closer && !m.settings.Own("retry"))
}

// policy turns the settings into those of the model's policy.
func (m *method) policy() {
	s, p := m.settings, &m.model.Policy
	p.Breaker = m.fields("breaker", "FailureRate", "MinCalls", "Window", "WindowCalls", "OpenFor",
		"MaxOpenFor", "Probes", "Consecutive", "Slow", "SlowRate", "Off")
	switch {
	case m.model.NotRepeated != "":
		// The types turn it off; the runtime is told so.
		if s.Own("retry") {
			p.Retry = m.fields("retry", "Off")
		}
	case m.shape.Closer && !s.Own("retry"):
		p.Retry = []templates.Setting{{Field: "Off", Value: true}}
	default:
		p.Retry = m.fields("retry", "Attempts", "Backoff", "MaxBackoff", "Off")
	}
	if !m.noContext() || s.Own("timeout") {
		p.Timeout = m.fields("timeout", "Attempt", "Total", "Detach", "Off")
	}
	if !s.Off("bulkhead") {
		p.Bulkhead = m.fields("bulkhead", "Limit", "Wait")
	}
	m.checkSettings()
}

// fields returns the settings of a link that are set, in this order.
func (m *method) fields(link string, names ...string) []templates.Setting {
	var list []templates.Setting
	for _, name := range names {
		if s, ok := m.settings[link+"."+name]; ok {
			list = append(list, templates.Setting{Field: name, Value: s.Value})
		}
	}
	return list
}

// checkSettings reports settings that make no sense together.
func (m *method) checkSettings() {
	s := m.settings
	if window, ok := s["breaker.WindowCalls"].Value.(int); ok {
		if least, ok := s["breaker.MinCalls"].Value.(int); ok && least > window {
			m.fault(s["breaker.MinCalls"], "min-calls=%d is more than the window's %d calls", least, window)
		}
	}
	if rate, ok := s["breaker.SlowRate"]; ok && s["breaker.Slow"].Value == nil {
		m.fault(rate, "slow-rate needs slow: how long is a slow call?")
	}
	if wait, ok := s["bulkhead.Wait"]; ok && s["bulkhead.Limit"].Value == nil {
		m.fault(wait, "wait needs a limit, as in bulkhead 10 wait=50ms")
	}
	if most, ok := s["circuit.Max"]; ok && s["circuit.Key"].Value == nil {
		m.fault(most, "max needs key: there is one circuit")
	}
	attempt, total := s["timeout.Attempt"], s["timeout.Total"]
	if a, ok := attempt.Value.(time.Duration); ok && total.Value != nil && total.Value.(time.Duration) < a {
		m.fault(total, "total=%v is less than one attempt's %v", total.Value, a)
	}
}

func paramNames(params *types.Tuple) []string {
	var names []string
	for v := range params.Variables() {
		if v.Name() != "" && v.Name() != "_" {
			names = append(names, v.Name())
		}
	}
	return names
}

func (m *method) fault(s directive.Setting, format string, args ...any) {
	subject := m.target.Subject(m.fn)
	if !s.Own {
		subject = m.target.Name
	}
	m.problems.Add(m.target.World.Fset.Position(s.Pos), subject, format, args...)
}

// deciderOf returns a decider over a world's own context and io packages.
func deciderOf(w *load.World) (*decide.Decider, error) {
	context, err := w.Package("context")
	if err != nil {
		return nil, err
	}
	io, err := w.Package("io")
	if err != nil {
		return nil, err
	}
	return decide.New(context, io, &w.Plain, w.Imports), nil
}
