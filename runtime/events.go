package runtime

import (
	"slices"
	"sync"
	"sync/atomic"
)

// events delivers state changes to a registry's listeners, in order and outside of
// every lock, so that a listener may call anything: also what causes the next event.
type events struct {
	pending atomic.Bool // something may be queued: spares callers the lock

	mu         sync.Mutex // guards all below
	queued     []Event
	delivering bool
	listeners  []*func(Event)
}

// queue keeps an event for the next deliver. It may be called under other locks.
func (e *events) queue(event Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.listeners) > 0 {
		e.queued = append(e.queued, event)
		e.pending.Store(true)
	}
}

// deliver hands out what is queued, unless another caller is at it, who then does
// that too.
func (e *events) deliver() {
	for e.pending.Load() {
		event, listeners, ok := e.next()
		if !ok {
			return
		}
		e.notify(event, listeners)
	}
}

// next takes an event from the queue. Whoever gets one delivers it before the next
// is to be had.
func (e *events) next() (Event, []*func(Event), bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.delivering || len(e.queued) == 0 {
		return Event{}, nil, false
	}
	event := e.queued[0]
	e.queued = e.queued[1:]
	e.pending.Store(len(e.queued) > 0)
	e.delivering = true
	return event, e.listeners, true
}

// notify calls the listeners, and lets the next event be taken. The panic of one goes
// up to the caller once the others have been told, and all that is queued.
func (e *events) notify(event Event, listeners []*func(Event)) {
	if len(listeners) == 0 {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.delivering = false
		return
	}
	told := false
	defer func() {
		if !told {
			e.notify(event, listeners[1:])
			e.deliver()
		}
	}()
	(*listeners[0])(event)
	told = true
	e.notify(event, listeners[1:])
}

// subscribe adds a listener. The slice is replaced, never changed, as a delivery
// may be reading it.
func (e *events) subscribe(listener func(Event)) (cancel func()) {
	entry := &listener
	e.mu.Lock()
	defer e.mu.Unlock()
	e.listeners = append(slices.Clone(e.listeners), entry)
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.listeners = slices.DeleteFunc(slices.Clone(e.listeners), func(other *func(Event)) bool {
			return other == entry
		})
	}
}
