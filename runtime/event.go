package runtime

import (
	"context"
	"fmt"
	"time"

	"github.com/breakergen/breakergen/runtime/internal/state"
)

// Event is one change of a circuit's state, or the forcing of the state that it is in.
type Event struct {
	// Circuit is the circuit's name.
	Circuit string
	// From and To are the states before and after; they are the same where a circuit is
	// forced into the state that it has already.
	From, To State
	// At is when it happened.
	At time.Time
	// Counts are the window's counts that caused the change, the last result
	// included. For a forced change they are the window's counts at that moment.
	Counts Counts
	// Cause is why it happened.
	Cause Cause
	// Forced says that the new state is a forced one.
	Forced bool
	// Err is the last failure's error; nil where none is known.
	Err error
	// Down is the time since the circuit left the closed state, and TurnedAway the number
	// of callers that it has rejected in that time. Both are zero where it leaves it now.
	Down       time.Duration
	TurnedAway uint64
}

// CallEvent is something that happened to one call on its way through a chain. A call
// that passes at once has none.
type CallEvent struct {
	// Circuit is the circuit's name.
	Circuit string
	// What happened.
	What CallEventKind
	// Attempt is the number of the attempt that begins, for Retried; Err is then the error
	// of the one before, nil where its results were judged a failure, and Wait how long
	// it waited. For TimedOut and WasIgnored Err is what the call ended with, for FellBack the
	// fallback's own error, for Panicked the *PanicError.
	Attempt int
	Err     error
	Wait    time.Duration
	// From and To are the states before and after, for ChangedState.
	From, To State
}

// CallEventKind says what a CallEvent is about.
type CallEventKind uint8

const (
	// Retried is an attempt after a call's first; it may still be turned away.
	Retried CallEventKind = iota
	// Rejected is a call that was not made because the circuit was open.
	Rejected
	// FoundFull is a call that was not made because the bulkhead was full.
	FoundFull
	// ChangedState is a change of the circuit's state that came with the call.
	ChangedState
	// Panicked is a panic in a detached call, told by that call's own goroutine.
	Panicked
	// TimedOut is a call that counts as a timeout.
	TimedOut
	// WasIgnored is a call that counts as neither success nor failure.
	WasIgnored
	// FellBack is an answer of the fallback, or its failure.
	FellBack
)

// String says in words what happened, on one line.
func (e CallEvent) String() string {
	what := e.What.String()
	switch e.What {
	case Retried:
		what = fmt.Sprintf("attempt %d after %v", e.Attempt, e.Wait)
		if e.Err != nil {
			what += ": " + e.Err.Error()
		}
	case ChangedState:
		what = fmt.Sprintf("from %v to %v", e.From, e.To)
	case Panicked:
		return e.Err.Error() // which names the circuit
	}
	return e.Circuit + ": " + what
}

// String says in words what happened.
func (k CallEventKind) String() string {
	switch k {
	case Retried:
		return "retried"
	case Rejected:
		return "rejected"
	case FoundFull:
		return "found full"
	case ChangedState:
		return "changed state"
	case Panicked:
		return "panicked"
	case TimedOut:
		return "timed out"
	case WasIgnored:
		return "was ignored"
	case FellBack:
		return "fell back"
	default:
		return "unknown"
	}
}

// SubscribeCalls has listener called with what happens to single calls, by the
// goroutine of the call and with the context that it came with: so that tracing can
// note it on the caller's span. A call that passes at once costs nothing for it. The
// listener must be safe for concurrent use, and quick.
func (r *Registry) SubscribeCalls(
	listener func(context.Context, CallEvent),
) (cancel func()) {
	return registryIn(r).calls.Subscribe(listener)
}

// tellCall tells the listeners of one event.
func (c *circuit) tellCall(ctx context.Context, e CallEvent) {
	e.Circuit = c.name
	for _, listener := range c.registry.calls.All() {
		(*listener)(ctx, e)
	}
}

// moved tells of a change of state that came with the call.
func (p *pass) moved(m state.Move) {
	if m.From != m.To {
		p.circuit.tellCall(p.caller, CallEvent{What: ChangedState, From: State(m.From), To: State(m.To)})
	}
}
