package dashboard

import (
	"bytes"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// interval is the time between two samples, each a column of the sparklines.
const interval = time.Second

// sampler looks at all circuits once a second for all pages together, while there is one.
// What it keeps outlives a page, so that the next one begins with it.
type sampler struct {
	registry *runtime.Registry
	record   *record
	process  process

	mu       sync.Mutex // guards all below
	at       time.Time  // of the last sample
	stale    bool       // something has been changed by hand since
	number   uint64     // of the last sample
	circuits map[string]*sampled
	names    map[string]bool // of circuits; replaced where they change
}

// sampled is what is kept of one circuit. What is encoded is replaced where it changes.
type sampled struct {
	number        uint64 // of the last sample that had it
	view, events  json.RawMessage
	viewAt        uint64 // the number of the sample in which view changed,
	eventsAt      uint64 // and events
	eventsVersion int
	history       history
}

// message is what a page gets once a second, also where nothing has changed: it
// shows that the stream is alive.
type message struct {
	At       int64                      `json:"at"`            // the server's clock, in ms since 1970
	All      bool                       `json:"all,omitempty"` // Circuits are all there are.
	Process  *process                   `json:"process,omitempty"`
	Circuits []json.RawMessage          `json:"circuits,omitempty"`
	Events   map[string]json.RawMessage `json:"events,omitempty"`
	History  map[string][]column        `json:"history,omitempty"`
	Gone     []string                   `json:"gone,omitempty"`
}

// viewer is what a page was told.
type viewer struct {
	number uint64          // of the sample
	names  map[string]bool // of its circuits; replaced where they change
}

// next returns the message that brings a page from what it was told to now.
func (s *sampler) next(now time.Time, to *viewer) message {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stale || now.Sub(s.at) >= interval*9/10 {
		s.sample(now)
	}
	m := message{At: s.at.UnixMilli(), All: to.names == nil, Events: map[string]json.RawMessage{}}
	if m.All {
		m.Process, m.History = &s.process, make(map[string][]column, len(s.circuits))
	}
	for name, c := range s.circuits {
		if m.All || c.viewAt > to.number {
			m.Circuits = append(m.Circuits, c.view)
		}
		if c.events != nil && (m.All || c.eventsAt > to.number) {
			m.Events[name] = c.events
		}
		if m.All {
			m.History[name] = append([]column{}, c.history.columns...) // null means none was sent
		}
	}
	for name := range to.names {
		if !s.names[name] {
			m.Gone = append(m.Gone, name)
		}
	}
	slices.Sort(m.Gone)
	to.number, to.names = s.number, s.names
	return m
}

// sample looks at all circuits.
func (s *sampler) sample(now time.Time) {
	s.at, s.stale = now, false
	s.number++
	same := s.names != nil
	for c := range s.registry.Circuits() {
		snapshot := c.Snapshot()
		kept := s.circuits[snapshot.Circuit]
		if kept == nil {
			same = false
			kept = &sampled{}
			if kept.history = s.record.historyOf(snapshot.Circuit); kept.history.at.IsZero() {
				kept.history.begin(now, &snapshot)
			}
			s.circuits[snapshot.Circuit] = kept
		}
		kept.number = s.number
		if now.Sub(kept.history.at) > interval*3/2 { // Nobody has looked for a while.
			if marked := s.record.historyOf(snapshot.Circuit); marked.at.After(kept.history.at) {
				kept.history = marked
			}
		}
		kept.history.push(now, newTotal(&snapshot.Total))
		s.encode(kept, &snapshot)
	}
	for name, kept := range s.circuits {
		if kept.number != s.number {
			same = false
			delete(s.circuits, name)
		}
	}
	if !same {
		s.names = make(map[string]bool, len(s.circuits))
		for name := range s.circuits {
			s.names[name] = true
		}
	}
}

func (s *sampler) encode(kept *sampled, snapshot *runtime.Snapshot) {
	events, version, left := s.record.of(snapshot.Circuit)
	if version != kept.eventsVersion {
		if events == nil { // They were forgotten.
			events = []event{}
		}
		kept.events, _ = json.Marshal(events) // It holds nothing that could fail; nor does a view.
		kept.eventsVersion, kept.eventsAt = version, s.number
	}
	encoded, _ := json.Marshal(newView(snapshot, left))
	if !bytes.Equal(encoded, kept.view) {
		kept.view, kept.viewAt = encoded, s.number
	}
}

// touch has the next message sample anew: a page that has changed a circuit mustn't be
// told once more what that was before.
func (s *sampler) touch() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stale = true
}
