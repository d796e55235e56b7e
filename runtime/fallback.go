package runtime

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/breakergen/breakergen/runtime/internal/fault"
	"github.com/breakergen/breakergen/runtime/internal/slot"
)

// failed reports whether the fallback is to answer: the chain turned the call away
// or the dependency is at fault, the caller still wants an answer, and the arguments are there.
func (c *call) failed(err error) bool {
	if err == nil && !c.plan.judgesResult || c.caller.Err() != nil {
		return false // to look into the error of a success would allocate
	}
	if c.used && !c.method.canRepeat(c.args) || c.loopWasGiven() {
		return false // it would take what is left of them for all there was, or give anew what was given
	}
	return c.circuit.turnedAway(err) || c.method.judge(c.plan, c.result, err) == Failure
}

// turnedAway reports whether err is the circuit's own word: nobody is asked to judge it.
func (c *circuit) turnedAway(err error) bool {
	var open *OpenError
	var full *FullError
	return errors.As(err, &open) && open.Circuit == c.name ||
		errors.As(err, &full) && full.Circuit == c.name
}

// fallBack answers a failed call. The fallback's own error is joined with the first,
// unless it is that.
func (c *call) fallBack(first error) error {
	if c.used {
		if err := c.renew(); err != nil {
			slot.Forget(c.result)
			return errors.Join(first, err)
		}
	}
	c.used = true
	begun, answered := c.circuit.registry.clock.Now(), false
	defer func() { c.circuit.fellBack(begun, answered) }()
	slot.SetNext(c.slot, c.method.fallback)
	cause := first
	if cause == nil {
		cause = &ResultsError{Circuit: c.circuit.name}
	}
	err := c.method.invoke(context.WithValue(c.caller, causeKey{}, cause), c.slot)
	answered = err == nil
	c.circuit.tellCall(c.caller, CallEvent{What: FellBack, Err: err})
	if err != nil && first != nil && !fault.ComesFrom(err, first) {
		err = errors.Join(first, err)
	}
	return err
}

// fellBack counts an end of the fallback; a panic isn't an answer.
func (c *circuit) fellBack(begun int64, answered bool) {
	now := c.registry.clock.Now()
	c.stats.CountFallback(rand.Uint32(), answered, time.Duration(now-begun), now, c.machine.Current().Epoch)
}
