package runtime

import (
	"errors"
	"sync/atomic"
	"time"
)

// Outcome is what the end of a call says of the dependency's health.
type Outcome uint8

const (
	// Failure counts against the circuit and may be retried.
	Failure Outcome = iota
	// Success counts for the circuit: the dependency gave its answer.
	Success
	// Ignored counts as neither, and isn't retried.
	Ignored
)

// String returns "failure", "success" or "ignored".
func (o Outcome) String() string {
	switch o {
	case Success:
		return "success"
	case Ignored:
		return "ignored"
	default:
		return "failure"
	}
}

// MarshalText returns what String does.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// Protocol says what the errors of one protocol's calls mean: which are answers that
// blame the caller, and which are worth another attempt. The packages beside this one
// have those that the generator knows: grpccalls, sqlcalls, rediscalls, awscalls.
// Its functions must be safe for concurrent use.
type Protocol struct {
	// Name is the protocol's, as in //breakergen:protocol.
	Name string
	// Judge says who is at fault for an error. It is never asked about nil.
	Judge func(err error) Outcome
	// Retry says which failures are worth another attempt, unless RetryPolicy.On is set.
	Retry func(err error) bool
	// RetryAfter, if set, returns the least wait that an error asks for; false where it
	// asks for none. An error's own method RetryAfter is asked where it doesn't.
	RetryAfter func(err error) (time.Duration, bool)
	// Refuse, if set, returns the error of a call that the chain itself ended as one that also
	// speaks the protocol: an *OpenError, *FullError or *TimeoutError, or one in which errors.Is finds
	// that of the caller's context. It must wrap err.
	Refuse func(err error) error
}

// ended has the end of a caller's context speak the protocol.
func (p *Protocol) ended(err error) error {
	if p == nil || p.Refuse == nil {
		return err
	}
	return p.Refuse(err)
}

// refuse has what the chain itself ended speak the protocol.
func (p *Protocol) refuse(err error) error {
	if err == nil || p == nil || p.Refuse == nil {
		return err
	}
	switch own := err.(type) {
	case *OpenError:
		return own.refused.get(p, own)
	case *FullError, *TimeoutError:
		return p.Refuse(own)
	default:
		return err
	}
}

// refusal keeps what a protocol has made of an OpenError, as all calls that one opening
// rejects share that.
type refusal struct{ made atomic.Pointer[madeRefusal] }

type madeRefusal struct {
	by  *Protocol
	err error
}

func (r *refusal) get(by *Protocol, open *OpenError) error {
	if made := r.made.Load(); made != nil && made.by == by {
		return made.err
	}
	made := &madeRefusal{by, by.Refuse(open)}
	r.made.Store(made)
	return made.err
}

// least returns the least wait that an error asks for before another attempt; 0 for none.
func (p *Protocol) least(err error) time.Duration {
	if err == nil {
		return 0
	}
	if p != nil && p.RetryAfter != nil {
		if wait, ok := p.RetryAfter(err); ok {
			return wait
		}
	}
	var asks interface{ RetryAfter() time.Duration }
	if errors.As(err, &asks) {
		return asks.RetryAfter()
	}
	return 0
}
