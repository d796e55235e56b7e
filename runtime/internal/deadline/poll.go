package deadline

import (
	"context"
	"time"
)

// pollEvery is how often pollUntil looks.
const pollEvery = 10 * time.Second

// pollUntil is context.AfterFunc for a parent that takes a goroutine to follow. The
// goroutine leaves when stop is called, at most once, or when forgotten reports true.
// That it has to look for: a cleanup of the collector's would have to close a channel
// to stop it, which ends the process if the channel belongs to a testing/synctest
// bubble, because cleanups run outside. That is all it is for: with context.AfterFunc
// 20,000 forgotten streams left nothing behind either, but some user's test would crash.
func pollUntil(parent context.Context, run func(), forgotten func() bool) (stop func() bool) {
	stopped := make(chan struct{})
	go func() {
		ticker := time.NewTicker(pollEvery)
		defer ticker.Stop()
		for !forgotten() {
			select {
			case <-parent.Done():
				run()
				return
			case <-stopped:
				return
			case <-ticker.C:
			}
		}
	}()
	return func() bool {
		close(stopped)
		return true
	}
}

// runsFuncs reports whether context.AfterFunc on parent does without a goroutine, by
// the standard library's own test.
func runsFuncs(parent context.Context) bool {
	done := parent.Done()
	if done == nil {
		return true
	}
	if _, ok := parent.(interface{ AfterFunc(func()) func() bool }); ok {
		return true
	}
	inner, ok := parent.Value(cancelCtxKey).(context.Context)
	return ok && inner.Done() == done
}

// cancelCtxKey is the key for which the standard library's cancellable contexts return
// themselves. context.Cause asks for it. Should that change, runsFuncs takes every
// parent for one that needs a goroutine.
var cancelCtxKey = func() any {
	var asked keyRecorder
	context.Cause(&asked)
	return asked.key
}()

// keyRecorder is a context that has ended and remembers what it was asked for last.
type keyRecorder struct {
	context.Context
	key any
}

func (*keyRecorder) Err() error { return context.Canceled }

func (r *keyRecorder) Value(key any) any {
	r.key = key
	return nil
}
