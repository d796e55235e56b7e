package runtime_test

import (
	"testing"
	"time"

	"github.com/breakergen/breakergen/runtime"
)

// orders is one table for both orders of the chain. Most of its cases are those by
// which the tests of MicroProfile Fault Tolerance and of resilience4j tell what a
// breaker, a retry and a timeout are, told again for this package.
type orders []struct {
	name   string
	policy runtime.Policy
	both   story // in both orders; or
	// where the breaker counts calls, and where it counts attempts
	calls, attempts story
}

func (cases orders) play(t *testing.T, options ...option) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if c.both != "" {
				c.calls, c.attempts = c.both, c.both
			}
			bubble(t, "breaker first", func(t *testing.T) { c.calls.play(t, c.policy, options...) })
			bubble(t, "retry first", func(t *testing.T) {
				c.attempts.play(t, c.policy, append(options, retryFirst)...)
			})
		})
	}
}

// threeOfFour opens at 75% of four calls, as most of MicroProfile's cases do.
var threeOfFour = breakerPolicy{
	FailureRate: 0.75, MinCalls: 4, WindowCalls: 4, OpenFor: time.Second, Consecutive: -1,
}

// with returns b with some changes.
func with(b breakerPolicy, change func(*breakerPolicy)) runtime.Policy {
	change(&b)
	return breakerOnly(b)
}

func probes(n int) func(*breakerPolicy) {
	return func(b *breakerPolicy) { b.Probes = n }
}

func TestOrdersOfWindows(t *testing.T) {
	rate := func(rate float64, calls int) runtime.Policy {
		return breakerOnly(breakerPolicy{FailureRate: rate, WindowCalls: calls, Consecutive: -1})
	}
	overTime := breakerOnly(breakerPolicy{MinCalls: 4, Window: 10 * time.Second, Consecutive: -1})
	orders{
		{name: "closed, then open", policy: breakerOnly(threeOfFour),
			both: "F F F =closed F =open R R R"},
		{name: "three of four, the success first", policy: breakerOnly(threeOfFour),
			both: "S F F F =open R"},
		{name: "three of four, the success last", policy: breakerOnly(threeOfFour),
			both: "F F F S =open R"},
		{name: "two of four", policy: breakerOnly(threeOfFour), both: "S F S F S F S F =closed"},
		{name: "the window slides", policy: breakerOnly(threeOfFour),
			both: "S S F F =closed F =open R"},
		{name: "a success opens it", policy: rate(0.5, 5), both: "F F F S =closed S =open R"},
		{name: "exactly the rate", policy: rate(0.5, 10),
			both: "F F F F F S S S S =closed S =open"},
		{name: "just below it", policy: rate(0.5, 10),
			both: "F F F F S S S S S S =closed F =closed F =closed S"},
		{name: "a third of three", policy: rate(1.0/3, 3), both: "S S F =open"},
		{name: "all of them", policy: rate(1, 4), both: "F F F S F F F =closed F =open"},
		{name: "too few calls", policy: rate(0.01, 5), both: "F F F F =closed F =open"},
		{name: "what is old doesn't count", policy: overTime,
			both: "F F F +11s F F F =closed F =open R"},
		{name: "what is young counts", policy: overTime, both: "F F F +8900ms F =open R"},
		{name: "an idle hour", policy: overTime, both: "F F F +1h S =closed F F =closed F =open"},
		{name: "a window of calls has no age", policy: breakerOnly(threeOfFour),
			both: "F F F +1h F =open"},
		{name: "in a row", policy: breakerOnly(breakerPolicy{Consecutive: 3}),
			both: "F F S F F =closed F =open R"},
		{name: "in a row, however slow", policy: breakerOnly(breakerPolicy{Consecutive: 3}),
			both: "F +1h F +1h F =open"},
		{name: "neither counts", policy: breakerOnly(threeOfFour),
			both: "I F I F I F I =closed F =open"},
		{name: "an answer is a success", policy: breakerOnly(threeOfFour),
			both: "A A F F =closed F =open"},
		{name: "panics and exits are failures", policy: breakerOnly(threeOfFour),
			both: "P G P =closed G =open R"},
		{name: "a caller's cancel is neither", policy: breakerOnly(threeOfFour),
			both: "C C C C F F F =closed C F =open"},
		{name: "a caller's deadline is a failure", policy: breakerOnly(threeOfFour),
			both: "D D D =closed D =open R"},
		{name: "off", policy: breakerOnly(breakerPolicy{Off: true}),
			both: story(times20("F") + "=closed S")},
	}.play(t)
}

func TestOrdersOfSlowCalls(t *testing.T) {
	slow := func(b *breakerPolicy) { b.Slow, b.SlowRate, b.FailureRate = 2*time.Second, 0.5, 1 }
	orders{
		{name: "half of them", policy: with(threeOfFour, slow), both: "L S L =closed S =open R"},
		{name: "fewer", policy: with(threeOfFour, slow), both: "L S S S =closed S L S S =closed"},
		{name: "a slow probe", policy: with(threeOfFour, slow),
			both: "L L S S =open +1s L =open +1s S =closed"},
	}.play(t)
}

func TestOrdersOfProbes(t *testing.T) {
	orders{
		{name: "one closes it", policy: breakerOnly(threeOfFour),
			both: "F F F F =open +1s =open S =closed S"},
		{name: "not before its time", policy: breakerOnly(threeOfFour),
			both: "F F F F +999ms R =open +1ms S =closed"},
		{name: "and empties the window", policy: breakerOnly(threeOfFour),
			both: "F F F F R +1s S F F F =closed F =open R"},
		{name: "two close it", policy: with(threeOfFour, probes(2)),
			both: "F F F F +1s S =half-open S =closed S"},
		{name: "three, one of which fails", policy: with(threeOfFour, probes(3)),
			both: "F F F F R +1s S S =half-open F =open R"},
		{name: "a failure opens it for as long", policy: breakerOnly(threeOfFour),
			both: "F F F F +1s F =open R +999ms R +1ms S =closed"},
		{name: "an ignored one", policy: breakerOnly(threeOfFour),
			both: "F F F F +1s I =half-open I S =closed"},
		{name: "a cancelled one", policy: breakerOnly(threeOfFour),
			both: "F F F F +1s C =half-open S =closed"},
		{name: "an answer", policy: breakerOnly(threeOfFour), both: "F F F F +1s A =closed"},
		{name: "a panic", policy: breakerOnly(threeOfFour),
			both: "F F F F +1s P =open R +1s G =open R +1s S =closed"},
		{name: "a caller's deadline", policy: breakerOnly(threeOfFour),
			both: "F F F F +1s D =open R"},
	}.play(t)
}

func TestOrdersOfForcedStates(t *testing.T) {
	three := breakerOnly(threeOfFour)
	orders{
		{name: "open", policy: three, both: "S !open =open R +1h R =open !reset =closed S"},
		{name: "open while open", policy: three,
			both: "F F F F =open !open +1h R !reset =closed F F F =closed"},
		{name: "open while half-open", policy: with(threeOfFour, probes(2)),
			both: "F F F F +1s S !open R +1h R"},
		{name: "closed", policy: three,
			both: "!closed F F F F F =closed !reset F F F =closed F =open"},
		{name: "closed while open", policy: three,
			both: "F F F F R !closed =closed F F F F F S =closed"},
		{name: "reset while open", policy: three,
			both: "F F F F R !reset =closed S F F =closed F =open"},
		{name: "reset empties the window", policy: three,
			both: "F F F !reset F F F =closed F =open"},
		{name: "from open to closed", policy: three,
			both: "!open R !closed S F F F F =closed !open R"},
	}.play(t)
}
