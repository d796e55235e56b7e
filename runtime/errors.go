package runtime

import (
	"context"
	"fmt"
	"time"

	"github.com/slok/goresilience/errors"
)

// OpenError says that an open circuit turned the call away: the call wasn't made.
// errors.Is finds goresilience's ErrCircuitOpen in it. All calls that one opening
// rejects share one OpenError: don't change it.
type OpenError struct {
	// Circuit is the circuit's name.
	Circuit string
	// Until is when the circuit lets the next probe in. It is zero where only
	// Reset or ForceClose end the opening, and where the engine doesn't say.
	Until time.Time

	engine  error // what another engine's breaker said, or nil
	refused refusal
}

// Error returns one line that names the circuit.
func (e *OpenError) Error() string {
	return fmt.Sprintf("circuit %s is open: the call was not made", e.Circuit)
}

// RetryAfter returns how long the circuit stays open: at least 0.
func (e *OpenError) RetryAfter() time.Duration {
	return max(0, time.Until(e.Until))
}

// Is reports whether target is goresilience's ErrCircuitOpen.
func (e *OpenError) Is(target error) bool { return target == errors.ErrCircuitOpen }

// Unwrap returns what the engine's breaker said, nil for the built-in one.
func (e *OpenError) Unwrap() error { return e.engine }

// TimeoutError says that a call's time was over before it had returned. errors.Is
// finds context.DeadlineExceeded and goresilience's ErrTimeout in it.
type TimeoutError struct {
	// Circuit is the circuit's name.
	Circuit string
	// After is the time that the call had: TimeoutPolicy.Attempt, or Total.
	After time.Duration
	// Total says that After bounds the whole call and not one attempt.
	Total bool
	// Err is what the call returned once it was told, or the last attempt's error
	// where the time was over between two attempts. It is nil for a detached call.
	Err error
}

// Error returns one line that names the circuit and the limit.
func (e *TimeoutError) Error() string {
	what := "attempt"
	if e.Total {
		what = "call"
	}
	if e.Err == nil {
		return fmt.Sprintf("%s: %s timed out after %s", e.Circuit, what, e.After)
	}
	return fmt.Sprintf("%s: %s timed out after %s: %v", e.Circuit, what, e.After, e.Err)
}

// Is reports whether target is context.DeadlineExceeded or goresilience's ErrTimeout.
func (e *TimeoutError) Is(target error) bool {
	return target == context.DeadlineExceeded || target == errors.ErrTimeout
}

// Unwrap returns Err.
func (e *TimeoutError) Unwrap() error { return e.Err }

// Timeout returns true, as net.Error asks of timeouts.
func (e *TimeoutError) Timeout() bool { return true }

// Temporary returns true, which net.Error asks for too: the next call may have the time.
func (e *TimeoutError) Temporary() bool { return true }

// ResultsError is what [CauseFrom] tells a fallback whose call has returned no error, but results that were
// judged a failure, as an HTTP response with 503 is. They are closed by then: a fallback that returns it
// gives its caller an error in their place.
type ResultsError struct {
	// Circuit is the circuit's name.
	Circuit string
}

// Error returns one line that names the circuit.
func (e *ResultsError) Error() string {
	return fmt.Sprintf("%s: the call returned no error, but results that count as a failure", e.Circuit)
}

// errNoEnd is what a call has come to where a link of the user's has returned no error, though
// the method hasn't returned: to its caller no error would say that it has.
func errNoEnd(c *circuit) error {
	return fmt.Errorf("circuit %s: a link in Outer or Inner has returned no error, but it made no call, or didn't wait for its end", c.name)
}

// PanicError is a panic in a detached call, which happened in a goroutine of its own. The
// caller, if he hasn't left, gets a panic with the same value; the error is the circuit's last
// failure, and goes to those who have asked for the events of calls, LogTo among them.
type PanicError struct {
	// Circuit is the circuit's name.
	Circuit string
	// Value is what the call has panicked with, and Stack where, as debug.Stack prints it.
	Value any
	Stack []byte
}

// Error returns one line, without the stack.
func (e *PanicError) Error() string {
	return fmt.Sprintf("%s: panic in a detached call: %v", e.Circuit, e.Value)
}

// Unwrap returns the value, if that is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// FullError says that the bulkhead had no place for the call: it wasn't made.
// errors.Is finds goresilience's ErrTimeoutWaitingForExecution in it.
type FullError struct {
	// Circuit is the circuit's name.
	Circuit string
	// Limit is the number of places, all of which were taken.
	Limit int
}

// Error returns one line that names the circuit and the limit.
func (e *FullError) Error() string {
	return fmt.Sprintf("circuit %s is full: all %d places are taken", e.Circuit, e.Limit)
}

// Is reports whether target is goresilience's ErrTimeoutWaitingForExecution.
func (e *FullError) Is(target error) bool {
	return target == errors.ErrTimeoutWaitingForExecution
}
