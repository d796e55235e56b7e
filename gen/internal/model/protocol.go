package model

import (
	"github.com/breakergen/breakergen/gen/internal/protocol"
)

// protocol decides whose protocol the method's errors are read by.
func (m *method) protocol() {
	m.model.Protocol, m.model.Response = m.shape.Protocol, m.shape.Response
	asked := m.settings.Protocol.Name
	if asked.Set {
		m.model.Protocol = asked.Value
	}
	switch {
	case m.model.Protocol == protocol.None:
		m.model.Protocol = ""
	case m.model.Protocol != protocol.HTTP:
	case m.shape.Response < 0:
		m.fault(asked.Mark, "protocol http needs an *http.Response among the results")
	case m.shape.Request < 0 && m.model.NotRepeated == "" && !m.asksForRetry():
		m.model.NotRepeated = "no *http.Request says that it may be"
	}
}

// repeatsItself says who repeats the calls of a protocol whose failures aren't retried
// here; "" where they are.
func (m *method) repeatsItself() string {
	if m.settings.Retry.On.Set {
		return ""
	}
	return protocol.Repeats(m.model.Protocol)
}

// retriedOn says on which failures alone a call is made again; "" is on all of them.
func (m *method) retriedOn() string {
	if on := m.settings.Retry.On; on.Set {
		return texts(on.Value)
	}
	return protocol.RetriedOn(m.model.Protocol)
}
