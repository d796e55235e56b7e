package deadline

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
	"weak"
)

// lifeline ends a Living's inner context, and is all that parent knows of it.
//
// Inner is one of the standard library's, so that contexts derived from it need no
// goroutine to follow it. The lifeline poses as its parent, to end it with an error
// of its own choice.
//
// Nobody says when a result is done with, and parent may live as long as the process.
// So a result that is forgotten must leave nothing behind at parent. But who holds no
// more than the channel from Done, or has registered a function with
// context.AfterFunc, must still be told of parent's end. So the lifeline holds inner
// while anybody holds the Living, as everything does that is derived from it
// or registered with it. After that it holds the channel alone, weakly, and leaves
// parent when the channel is gone. A goroutine that waits for a channel holds it.
//
// A weak pointer to a channel takes package unsafe. Without it there is the choice to
// hold the channel, and leave 100,000 of them behind after 100,000 streams, or to watch
// only the Living, and let wait forever who has dropped it but not its channel. A stream that
// was left behind took 550 bytes, and 3.8 kB with a goroutine where parent takes one to follow,
// until parent ended: fasthttp's contexts, for one, do as their server does.
type lifeline struct {
	context.Context // parent

	// finished is what inner has ended as. Inner asks for it while mu is held.
	finished atomic.Pointer[context.Context]

	mu          sync.Mutex
	timer       *time.Timer // nil: no deadline
	leave       func() bool // takes the lifeline from parent
	polls       bool        // it leaves by itself when forgotten
	inner       context.Context
	cancelInner func()
	done        weak.Pointer[byte] // inner's channel, in the place of inner
}

// newLifeline returns the lifeline of a new context that ends with parent.
func newLifeline(parent context.Context) *lifeline {
	l := &lifeline{Context: parent}
	l.mu.Lock() // parent may be ending
	defer l.mu.Unlock()
	inner, cancel := context.WithCancel(l)
	_ = cancel // finish does that, with the right error
	l.inner = inner
	if runsFuncs(parent) {
		l.leave = context.AfterFunc(parent, l.parentEnded)
	} else {
		l.leave = pollUntil(parent, l.parentEnded, l.forgotten)
		l.polls = true
	}
	return l
}

// AfterFunc is called by context.WithCancel, for inner.
func (l *lifeline) AfterFunc(cancel func()) (stop func() bool) {
	l.cancelInner = cancel
	return func() bool { return false }
}

// Done makes context.WithCancel believe that the lifeline can end.
func (l *lifeline) Done() <-chan struct{} { return neverClosed }

var neverClosed = make(chan struct{})

// Err is the error that inner ends with.
func (l *lifeline) Err() error {
	if end := l.end(); end != nil {
		return end.Err()
	}
	return nil
}

// Value leads context.Cause to the cause that inner ends with.
func (l *lifeline) Value(key any) any {
	if end := l.end(); end != nil {
		if value := end.Value(key); value != nil {
			return value
		}
	}
	return l.Context.Value(key)
}

// end returns what inner has ended as, nil while it lives.
func (l *lifeline) end() context.Context {
	if end := l.finished.Load(); end != nil {
		return *end
	}
	return nil
}

// expireAfter has inner end at a deadline too.
func (l *lifeline) expireAfter(left time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var timer *time.Timer
	timer = time.AfterFunc(left, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.timer == timer { // else it was taken back as it fired
			l.finish(exceeded)
		}
	})
	l.timer = timer
}

// release takes the deadline back.
func (l *lifeline) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.timer != nil {
		l.timer.Stop()
		l.timer = nil
	}
}

func (l *lifeline) parentEnded() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.inner != nil {
		l.finish(l.Context)
	} else if channel := l.done.Value(); channel != nil {
		close(channelAt(channel))
	}
}

// finish ends inner as end has ended, if it hasn't yet. Call it with mu held.
func (l *lifeline) finish(end context.Context) {
	if l.finished.CompareAndSwap(nil, &end) {
		if l.timer != nil {
			l.timer.Stop()
		}
		l.leave()
		l.cancelInner()
	}
}

// weaken lets go of inner. It runs when nobody holds the Living any more.
func (l *lifeline) weaken() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.end() != nil {
		return
	}
	channel := pointerTo(l.inner.Done())
	l.done = weak.Make(channel)
	l.inner, l.cancelInner = nil, nil
	if !l.polls {
		runtime.AddCleanup(channel, func(leave func() bool) { leave() }, l.leave)
	}
}

// forgotten reports whether nobody can see inner's end any more.
func (l *lifeline) forgotten() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.inner == nil && l.done.Value() == nil
}

// A channel is a pointer to an object on the heap: reflect.Value.UnsafePointer says so
// too, but offers no way back.
func pointerTo(c <-chan struct{}) *byte { return *(**byte)(unsafe.Pointer(&c)) }
func channelAt(p *byte) chan struct{}   { return *(*chan struct{})(unsafe.Pointer(&p)) }
