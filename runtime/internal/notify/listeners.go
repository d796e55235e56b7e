package notify

import (
	"slices"
	"sync"
	"sync/atomic"
)

// Listeners are told at once, by the goroutine whose doing it is. That there are none costs one
// look. The zero value has none; it is safe for concurrent use.
type Listeners[F any] struct {
	mu  sync.Mutex // held to replace all
	all atomic.Pointer[[]*F]
}

// Subscribe adds a listener until cancel is called, which may be called again.
func (l *Listeners[F]) Subscribe(listener F) (cancel func()) {
	entry := &listener
	l.replace(func(all []*F) []*F { return append(all, entry) })
	return func() {
		l.replace(func(all []*F) []*F {
			return slices.DeleteFunc(all, func(other *F) bool { return other == entry })
		})
	}
}

// All returns the listeners that there are, nil for none. The slice isn't changed later.
func (l *Listeners[F]) All() []*F {
	if all := l.all.Load(); all != nil {
		return *all
	}
	return nil
}

// replace puts another slice in place of the one that there is.
func (l *Listeners[F]) replace(change func([]*F) []*F) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if all := change(slices.Clone(l.All())); len(all) > 0 {
		l.all.Store(&all)
	} else {
		l.all.Store(nil)
	}
}
