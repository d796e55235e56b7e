// Package notify tells listeners what has happened.
//
// It knows functions, and not what they are told. Events are delivered in the order in which
// they were queued, one at a time and outside of every lock, by the goroutine that asks for it
// or by one that is at it already. What a listener causes comes after what it was told, for
// all of them. The panic of one keeps nothing from the others.
package notify

import (
	"slices"
	"sync"
	"sync/atomic"
)

// Queue keeps events until they are delivered, outside of every lock, so that a listener may
// call anything: also what causes the next event. The zero value is empty and has no
// listeners. It is safe for concurrent use.
type Queue[Event any] struct {
	pending atomic.Bool // something may be queued: spares callers the lock

	mu         sync.Mutex // guards all below
	queued     []Event
	delivering bool
	listeners  []*func(Event)
}

// Put keeps an event for the next Deliver. It may be called under other locks.
func (q *Queue[Event]) Put(event Event) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.listeners) > 0 {
		q.queued = append(q.queued, event)
		q.pending.Store(true)
	}
}

// Deliver hands out what is queued, unless another caller is at it, who then does
// that too.
func (q *Queue[Event]) Deliver() {
	for q.pending.Load() {
		event, listeners, ok := q.next()
		if !ok {
			return
		}
		q.notify(event, listeners)
	}
}

// next takes an event from the queue. Whoever gets one delivers it before the next
// is to be had.
func (q *Queue[Event]) next() (event Event, listeners []*func(Event), ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.delivering || len(q.queued) == 0 {
		return event, nil, false
	}
	event = q.queued[0]
	q.queued = q.queued[1:]
	q.pending.Store(len(q.queued) > 0)
	q.delivering = true
	return event, q.listeners, true
}

// notify calls the listeners, and lets the next event be taken. The panic of one goes
// up to the caller once the others have been told, and all that is queued.
func (q *Queue[Event]) notify(event Event, listeners []*func(Event)) {
	if len(listeners) == 0 {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.delivering = false
		return
	}
	told := false
	defer func() {
		if !told {
			q.notify(event, listeners[1:])
			q.Deliver()
		}
	}()
	(*listeners[0])(event)
	told = true
	q.notify(event, listeners[1:])
}

// Subscribe adds a listener until cancel is called, which may be called again. The slice is replaced, never changed, as a delivery
// may be reading it.
func (q *Queue[Event]) Subscribe(listener func(Event)) (cancel func()) {
	entry := &listener
	q.mu.Lock()
	defer q.mu.Unlock()
	q.listeners = append(slices.Clone(q.listeners), entry)
	return func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.listeners = slices.DeleteFunc(slices.Clone(q.listeners), func(other *func(Event)) bool {
			return other == entry
		})
	}
}
