package model

import (
	"go/types"

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
		target: t, fn: fn, site: t.World.Site(fn), shape: d.Shape(fn, t.Methods), problems: problems,
		model: &templates.Method{
			Name: fn.Name(), Signature: fn.Signature(), Context: -1, Carrier: -1, Request: -1, Response: -1, Key: -1,
		},
	}
	m.model.Row.Method = fn.Name()
	m.model.Locked = decide.Locked(fn.Signature())
	m.readSettings(common, out.Path)
	if m.model.Through = m.through(); m.model.Through != "" {
		m.model.Row.Through = m.model.Through
		return m
	}
	m.model.Context, m.model.Carrier, m.model.Request = m.shape.Context, m.shape.Carrier, m.shape.Request
	m.model.LivesOn, m.model.ErrorInResult = m.livesOn() != "", m.shape.InResult
	if m.model.AsksForRetry = m.asksForRetry(); !m.model.AsksForRetry || m.shape.Sequence {
		m.model.NotRepeated, m.model.ReadOnce = m.shape.NotRepeated, m.shape.ReadOnce
	}
	if m.shape.Sequence {
		m.sequence()
	}
	if m.shape.Sequence || m.shape.Until != "" {
		m.lasting()
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
				m.fault(m.settings.First(link), "%s has nothing to act on: %s", link, m.shape.Through)
			}
		}
		return m.shape.Through
	case m.settings.Skip.Off.Set:
		if s := m.settings.Skip.Off; s.Own && wanted {
			m.fault(s.Mark, "skip leaves nothing for the method's other directives to act on")
		}
		return "//breakergen:skip"
	case wanted:
		return ""
	}
	return m.shape.Direct
}

func (m *method) noContext() bool { return m.shape.Context < 0 && m.shape.Carrier < 0 }

// asksForRetry says whether the method's own directive has it repeated, which goes over
// what the types decide.
func (m *method) asksForRetry() bool { return m.settings.Own("retry") && !m.settings.Retry.Off.Set }

// sequence decides what is special of a call that is a ranging.
func (m *method) sequence() {
	m.model.Pair, m.model.AsksForRetry = decide.PairOf(m.fn.Signature()), false
	if m.asksForRetry() {
		m.fault(m.settings.First("retry"), "a sequence is never repeated: its pairs can't be taken back")
	}
	if detach := m.settings.Timeout.Detach; detach.Own {
		m.fault(detach.Mark, "a sequence can't be detached: it runs in its caller's loop")
	}
}

// lasting leaves a call that lasts as long as its caller wants, for a loop or until it is told to
// end, without a deadline but where the method's own directive asks.
func (m *method) lasting() {
	if !m.settings.Own("timeout") {
		m.settings.Drop("timeout")
		m.settings.Timeout.Off = directive.Setting[bool]{Mark: directive.Mark{Set: true}, Value: true}
	}
}

// retries says whether failed calls are made again.
func (m *method) retries() bool {
	return m.model.NotRepeated == "" && m.repeatsItself() == "" && !m.settings.Retry.Off.Set
}

// policy turns the settings into those of the model's policy.
func (m *method) policy() {
	s, p := m.settings, &m.model.Policy
	b := s.Breaker
	p.Breaker = list(field("FailureRate", b.FailureRate), field("MinCalls", b.MinCalls),
		field("Window", b.Window), field("WindowCalls", b.WindowCalls), field("OpenFor", b.OpenFor),
		field("MaxOpenFor", b.MaxOpenFor), field("Probes", b.Probes), field("Consecutive", b.Consecutive),
		field("Slow", b.Slow), field("SlowRate", b.SlowRate), off(b.Link))
	if r := s.Retry; m.model.NotRepeated == "" {
		p.Retry = list(field("Attempts", r.Attempts), field("Backoff", r.Backoff),
			field("MaxBackoff", r.MaxBackoff), off(r.Link))
	} else if s.Own("retry") { // The types turn it off; the runtime is told so.
		p.Retry = list(off(r.Link))
	}
	if !m.noContext() || s.Own("timeout") {
		t := s.Timeout
		p.Timeout = list(field("Attempt", t.Attempt), field("Total", t.Total), field("Detach", t.Detach), off(t.Link))
	}
	if !s.Bulkhead.Off.Set {
		p.Bulkhead = list(field("Limit", s.Bulkhead.Limit), field("Wait", s.Bulkhead.Wait))
	}
	m.checkSettings()
}

// field is a setting as a field of the policy; nil where it isn't set.
func field[T any](name string, s directive.Setting[T]) *templates.Setting {
	if !s.Set {
		return nil
	}
	return &templates.Setting{Field: name, Value: s.Value}
}

// off is that a link is turned off, as a field of the policy.
func off(link directive.Link) *templates.Setting { return field("Off", link.Off) }

// list returns the fields that are set.
func list(fields ...*templates.Setting) (set []templates.Setting) {
	for _, f := range fields {
		if f != nil {
			set = append(set, *f)
		}
	}
	return set
}

// checkSettings reports settings that make no sense together.
func (m *method) checkSettings() {
	b, bulkhead, circuit := m.settings.Breaker, m.settings.Bulkhead, m.settings.Circuit
	if window, least := b.WindowCalls, b.MinCalls; window.Set && least.Set && least.Value > window.Value {
		m.fault(least.Mark, "min-calls=%d is more than the window's %d calls", least.Value, window.Value)
	}
	if b.SlowRate.Set && !b.Slow.Set {
		m.fault(b.SlowRate.Mark, "slow-rate needs slow: how long is a slow call?")
	}
	if bulkhead.Wait.Set && !bulkhead.Limit.Set {
		m.fault(bulkhead.Wait.Mark, "wait needs a limit, as in bulkhead 10 wait=50ms")
	}
	if circuit.Max.Set && !circuit.Key.Set {
		m.fault(circuit.Max.Mark, "max needs key: there is one circuit")
	}
	attempt, total := m.settings.Timeout.Attempt, m.settings.Timeout.Total
	if attempt.Set && total.Set && total.Value < attempt.Value {
		m.fault(total.Mark, "total=%v is less than one attempt's %v", total.Value, attempt.Value)
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

func (m *method) fault(s directive.Mark, format string, args ...any) {
	subject := m.target.Subject(m.fn)
	if !s.Own {
		subject = m.target.Name
	}
	m.problems.Add(m.target.World.Fset.Position(s.Pos), subject, format, args...)
}

// DeciderOf returns a decider over a world's own context and io packages.
func DeciderOf(w *load.World) (*decide.Decider, error) {
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
