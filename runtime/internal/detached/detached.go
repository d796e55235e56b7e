// Package detached runs a function in a goroutine of its own that may be left alone.
//
// It knows the standard library. However the function ends, by a panic or runtime.Goexit too,
// that is known before Done is closed; who waits can have it happen to himself.
package detached

import (
	"fmt"
	goruntime "runtime"
	"runtime/debug"
)

// Run is a function under way. Its fields are there once Done is closed.
type Run struct {
	Err   error  // what the function returned
	Value any    // what it has panicked with
	Stack []byte // where, as debug.Stack prints it; nil where it hasn't

	exited bool // by runtime.Goexit
	done   chan struct{}
}

// Start runs f. Afterwards end is called, then Done is closed, and then told called of a panic;
// it ends there, as it would end the process where nobody waits, and could be recovered by nobody.
func Start(f func() error, end func(*Run), told func(*Run)) *Run {
	r := &Run{done: make(chan struct{})}
	go func() {
		returned := false
		defer func() {
			if !returned {
				if r.Value = recover(); r.Value != nil {
					r.Stack = debug.Stack()
				}
				r.exited = r.Value == nil
			}
			end(r)
			close(r.done)
			if r.Value != nil {
				told(r)
			}
		}()
		r.Err = f()
		returned = true
	}()
	return r
}

// Done is closed when the function has ended.
func (r *Run) Done() <-chan struct{} { return r.done }

// Over reports whether it has.
func (r *Run) Over() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

// Returned reports whether it has returned, and not ended otherwise.
func (r *Run) Returned() bool { return r.Value == nil && !r.exited }

// Raise ends the caller's goroutine as the function's ended: by a panic with the
// same value, or by runtime.Goexit.
//
// A panic that crosses goroutines loses its stack. So a first panic carries that as
// text, and while it unwinds, a second one carries the value: recover returns the
// value, and a crash prints both.
func (r *Run) Raise() {
	if r.exited {
		goruntime.Goexit()
	}
	defer panic(r.Value)
	panic(stackText(fmt.Sprintf("in a detached call:\n%s", r.Stack)))
}

// stackText is a panic value that prints as its text.
type stackText string

// Error returns the text.
func (s stackText) Error() string { return string(s) }
