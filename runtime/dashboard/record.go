package dashboard

import (
	"slices"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/breakergen/breakergen/runtime"
)

const (
	maxEvents = 16   // of one circuit
	maxRings  = 1000 // circuits whose events are kept, those by key included
	maxError  = 300  // bytes of an error's text
)

// event is what a page is told of one change of a circuit's state.
type event struct {
	At     int64  `json:"at"` // in ms since 1970
	From   string `json:"from"`
	To     string `json:"to"`
	Cause  string `json:"cause"`
	Forced bool   `json:"forced,omitempty"`
	Error  string `json:"error,omitempty"`
	Down   int64  `json:"down,omitempty"`       // ms since it left the closed state
	Turned uint64 `json:"turnedAway,omitempty"` // callers, in that time
	Times  int    `json:"times,omitempty"`      // failed probes in a row are one event
}

// record keeps the last events of each circuit, and a history with a mark at each of them: in
// an outage there are probes, so that a page finds the last minute where nobody has looked
// yet. It listens to its registry for good.
type record struct {
	registry *runtime.Registry

	mu      sync.Mutex // guards all below
	rings   map[string]*ring
	version int // of all rings together
}

// ring is what is kept of one circuit.
type ring struct {
	events  []event // oldest first; replaced where it changes
	left    *runtime.Event
	version int // the record's, when events changed
	history history
}

func newRecord(registry *runtime.Registry) *record {
	r := &record{registry: registry, rings: map[string]*ring{}}
	registry.Subscribe(r.add)
	return r
}

func (r *record) add(e runtime.Event) {
	var now runtime.Snapshot
	circuit, there := r.registry.Circuit(e.Circuit)
	if there {
		now = circuit.Snapshot() // before the lock, as it may tell of events
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	kept := r.rings[e.Circuit]
	if kept == nil {
		r.makeRoom()
		kept = &ring{}
		kept.history.begin(time.Now(), &now)
		r.rings[e.Circuit] = kept
	}
	if there {
		kept.history.push(time.Now(), newTotal(&now.Total))
	}
	switch {
	case e.To == runtime.Closed:
		kept.left = nil
	case e.From == runtime.Closed:
		kept.left = &e
	}
	r.version++
	kept.version = r.version
	kept.add(event{
		At: e.At.UnixMilli(), From: e.From.String(), To: e.To.String(), Cause: e.Cause.String(),
		Forced: e.Forced, Error: errorText(e.Err), Down: e.Down.Milliseconds(), Turned: e.TurnedAway,
	})
}

// makeRoom forgets circuits that are no more, or else the one that has changed least lately.
func (r *record) makeRoom() {
	if len(r.rings) < maxRings {
		return
	}
	var oldest string
	for name, kept := range r.rings {
		if _, there := r.registry.Circuit(name); !there {
			delete(r.rings, name)
		} else if oldest == "" || kept.last() < r.rings[oldest].last() {
			oldest = name
		}
	}
	if len(r.rings) >= maxRings {
		delete(r.rings, oldest)
	}
}

func (k *ring) last() int64 { return k.events[len(k.events)-1].At }

// add keeps e. A probe that failed as the one before it is counted there: a long outage
// would else push out what it began with.
func (k *ring) add(e event) {
	n := len(k.events)
	if e.Cause == runtime.CauseProbeFailed.String() && n >= 2 &&
		k.events[n-1].Cause == runtime.CauseProbing.String() && k.events[n-2].Cause == e.Cause {
		e.Times = max(1, k.events[n-2].Times) + 1
		n -= 2
	}
	k.events = append(slices.Clone(k.events[max(0, n+1-maxEvents):n]), e)
}

// of returns a circuit's events, their version, and the event by which it left the closed
// state, nil where it hasn't or that isn't known.
func (r *record) of(name string) (events []event, version int, left *runtime.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	kept := r.rings[name]
	if kept == nil {
		return nil, 0, nil
	}
	return kept.events, kept.version, kept.left
}

// historyOf returns a history of that circuit's own; it is empty where nothing has happened.
func (r *record) historyOf(name string) history {
	r.mu.Lock()
	defer r.mu.Unlock()
	kept := r.rings[name]
	if kept == nil {
		return history{}
	}
	h := kept.history
	h.columns = slices.Clone(h.columns)
	return h
}

// errorText is what err says, cut where that is long. The error is a stranger's: where it
// panics, the page goes on.
func errorText(err error) (text string) {
	if err == nil {
		return ""
	}
	defer func() {
		if recover() != nil {
			text = "an error whose text can't be read"
		}
	}()
	text = err.Error()
	if len(text) <= maxError {
		return text
	}
	cut := maxError
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}
