package model

import (
	"github.com/breakergen/breakergen/gen/internal/directive"
	"github.com/breakergen/breakergen/gen/internal/protocol"
)

// protocol decides whose protocol the method's errors are read by.
func (m *method) protocol() {
	m.model.Protocol, m.model.Response = m.shape.Protocol, m.shape.Response
	asked, ok := m.settings["protocol.Name"]
	if ok {
		m.model.Protocol = asked.Value.(string)
	}
	switch {
	case m.model.Protocol == protocol.None:
		m.model.Protocol = ""
	case m.model.Protocol != protocol.HTTP:
	case m.shape.Response < 0:
		m.fault(asked, "protocol http needs an *http.Response among the results")
	case m.shape.Request < 0 && m.model.NotRepeated == "" && !m.asksForRetry():
		m.model.NotRepeated = "no *http.Request says that it may be"
	}
}

// repeatsItself says who repeats the calls of a protocol whose failures aren't retried
// here; "" where they are.
func (m *method) repeatsItself() string {
	if m.settings["retry.On"].Value != nil {
		return ""
	}
	return protocol.Repeats(m.model.Protocol)
}

// retriedOn says on which failures alone a call is made again; "" is on all of them.
func (m *method) retriedOn() string {
	if on, ok := m.settings["retry.On"].Value.([]directive.Word); ok {
		return texts(on)
	}
	return protocol.RetriedOn(m.model.Protocol)
}
