package runtime_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// attemptsOf is a policy with that many attempts and no waits to speak of.
func attemptsOf(n int, b breakerPolicy) runtime.Policy {
	return runtime.Policy{Breaker: b, Retry: runtime.RetryPolicy{Attempts: n, Backoff: 1}}
}

func TestOrdersOfRetries(t *testing.T) {
	only := func(of error) runtime.Policy {
		p := attemptsOf(3, threeOfFour)
		p.Retry.On = func(err error) bool { return errors.Is(err, of) }
		return p
	}
	inARow := func(n int) runtime.Policy {
		return attemptsOf(3, breakerPolicy{Consecutive: n})
	}
	orders{
		{name: "until one succeeds", policy: attemptsOf(3, threeOfFour),
			both: "FS S FS S FS =closed"},
		{name: "until there are enough", policy: attemptsOf(3, threeOfFour), both: "FFF =closed"},
		{name: "none", policy: attemptsOf(1, threeOfFour), both: "F F F =closed F =open R"},
		{name: "more than the breaker stands", policy: attemptsOf(8, threeOfFour),
			calls: "FFFFFFFF =closed S", attempts: "FFFF =open R"},
		{name: "fewer", policy: attemptsOf(3, threeOfFour),
			calls: "FFF FFF FFF =closed FFF =open R", attempts: "FFF =closed F =open R"},
		{name: "timeouts", policy: attemptsOf(8, threeOfFour),
			calls: "TTTTTTTT =closed", attempts: "TTTT =open R"},
		{name: "a success after failures", policy: attemptsOf(4, threeOfFour),
			calls: "FFFS =closed", attempts: "FFFS =open R"},
		{name: "in a row", policy: inARow(4),
			calls: "FFF FFF FFF =closed FFS FFF =closed", attempts: "FFF =closed F =open"},
		{name: "no probe is retried", policy: attemptsOf(3, threeOfFour),
			calls:    "FFF FFF FFF FFF =open +1s F =open R +1s S =closed FFS",
			attempts: "FFF F =open +1s F =open R +1s S =closed FFS"},
		{name: "no rejection", policy: attemptsOf(3, threeOfFour), both: "!open R +1h R R"},
		{name: "an ignored outcome ends them", policy: attemptsOf(3, threeOfFour),
			both: "I FI FFI =closed"},
		{name: "so does an answer", policy: attemptsOf(3, threeOfFour), both: "A FA A FA =closed"},
		{name: "so does a panic", policy: attemptsOf(3, threeOfFour), both: "P FP =closed"},
		{name: "so does the caller", policy: attemptsOf(3, threeOfFour), both: "C FC D =closed"},
		{name: "only what On wants", policy: only(errBoom), both: "FFF =closed"},
		{name: "not what it doesn't", policy: only(context.DeadlineExceeded),
			calls: "F TF TTF =closed F =open", attempts: "F TF =closed T =open"},
		{name: "with the breaker off", policy: attemptsOf(3, breakerPolicy{Off: true}),
			both: "FFF FFF FFF FFF =closed"},
		{name: "with the breaker forced", policy: attemptsOf(3, threeOfFour),
			both: "!closed FFF FFF FFF FFF =closed !reset =closed"},
	}.play(t)
}

func TestOrdersOfTimeouts(t *testing.T) {
	total := func(total time.Duration) runtime.Policy {
		p := attemptsOf(9, threeOfFour)
		p.Timeout.Total = total
		return p
	}
	long := attemptsOf(1, threeOfFour)
	long.Timeout.Attempt = time.Hour
	detached := attemptsOf(2, threeOfFour)
	detached.Timeout.Detach = true
	orders{
		{name: "inside", policy: attemptsOf(1, threeOfFour), both: "T T T =closed T =open R"},
		{name: "and retried", policy: attemptsOf(2, threeOfFour), both: "TS =closed"},
		{name: "a late result is a timeout", policy: attemptsOf(3, threeOfFour),
			both: "L L L =closed L =open R"},
		{name: "a probe's", policy: attemptsOf(3, threeOfFour),
			calls:    "TTT FFF FFF FFF =open +1s T =open +1s L =open R +1s S =closed",
			attempts: "TTT T =open +1s T =open +1s L =open R +1s S =closed"},
		{name: "outside", policy: total(2500 * time.Millisecond),
			calls: "TTT =closed TTT TTT =closed TTT =open R", attempts: "TTT =closed T =open"},
		{name: "outside, of one attempt", policy: total(time.Millisecond),
			both: "T T T =closed T =open"},
		{name: "outside, in time", policy: total(2500 * time.Millisecond), both: "TTS =closed"},
		{name: "none in time", policy: long, both: "L L L L =closed"},
		{name: "detached", policy: detached,
			calls: "TS TT TT =closed TT =open R", attempts: "TS TT =open R"},
	}.play(t)
}

func TestOrdersOfBulkheads(t *testing.T) {
	p := attemptsOf(3, threeOfFour)
	p.Bulkhead.Limit = 1
	waits := p
	waits.Bulkhead.Wait = time.Second
	waits.Timeout.Attempt = time.Hour
	orders{
		{name: "full", policy: p, both: "S ( U U U U U =closed ) S FFS =closed"},
		{name: "full after a wait", policy: waits, both: "( U U U U ) S =closed"},
		{name: "none is lost", policy: p, both: "P S G S C S FS =closed"},
		{name: "a full probe", policy: p,
			calls:    "( !open R !reset ) FFF FFF FFF FFF =open +1s S =closed",
			attempts: "( !open R !reset ) FFF F =open +1s S =closed"},
	}.play(t)
}

func TestOrdersOfFallbacks(t *testing.T) {
	orders{
		{name: "after the retries", policy: attemptsOf(3, threeOfFour),
			calls:    "S FFFb FFFb =closed FFFb =open b b +1s S =closed",
			attempts: "S FFFb =open b b +1s S =closed"},
		{name: "after a timeout", policy: attemptsOf(1, threeOfFour), both: "Tb Tb Tb Tb =open b"},
		{name: "after the one probe", policy: attemptsOf(1, threeOfFour),
			both: "Fb Fb Fb Fb =open +1s Fb =open b"},
		{name: "not for these", policy: attemptsOf(1, threeOfFour),
			both: "A I S P C S S G S S D =closed"},
		{name: "forced", policy: attemptsOf(1, threeOfFour), both: "!open b b !reset S"},
	}.play(t, fallsBack(giving(100)))
}
