package deadline

import (
	"context"
	"errors"
	"testing/synctest"
	"time"
)

// An ending is what happens to a context, and what must come of it.
type ending struct {
	name    string
	parent  func(root context.Context) (context.Context, func()) // nil: root itself
	before  steps                                                // before the context is made
	timeout time.Duration
	happens steps
	fate

	// watched: the order of events shows only to who asked for Done before them.
	watched bool
}

type fate struct {
	err, cause error
	expired    bool // the context's own deadline has ended it
}

var (
	errParent  = errors.New("the parent's cause")
	errForeign = errors.New("the foreign context's error")

	isAlive       = fate{}
	isExceeded    = fate{context.DeadlineExceeded, context.DeadlineExceeded, true}
	isCanceled    = fate{context.Canceled, context.Canceled, false}
	hasRootsEnd   = fate{context.Canceled, errParent, false}
	hasParentsEnd = fate{context.DeadlineExceeded, errParent, false}
	hasForeignEnd = fate{errForeign, errForeign, false}
)

// A contextScene is a context and what can end it.
type contextScene struct {
	ctx        *derived
	cancelRoot context.CancelCauseFunc
	endParent  func()
}

type steps []func(*contextScene)

func callReturns(s *contextScene) { s.ctx.cancel() }
func rootEnds(s *contextScene)    { s.cancelRoot(errParent) }
func parentEnds(s *contextScene)  { s.endParent() }
func someoneAsks(s *contextScene) { _ = s.ctx.Err() }

func passes(d time.Duration) func(*contextScene) {
	return func(*contextScene) { time.Sleep(d) }
}

// play lets what a step sets off come to rest before the next.
func (s *contextScene) play(steps steps) {
	synctest.Wait()
	for _, step := range steps {
		step(s)
		synctest.Wait()
	}
}

const aSecond, aMinute, anHour = time.Second, time.Minute, time.Hour

var endings = []ending{
	{name: "nothing", timeout: aSecond, fate: isAlive},
	{name: "almost the deadline", timeout: aSecond,
		happens: steps{passes(aSecond - 1)}, fate: isAlive},
	{name: "deadline", timeout: aSecond, happens: steps{passes(aSecond)}, fate: isExceeded},
	{name: "long past it", timeout: aSecond, happens: steps{passes(anHour)}, fate: isExceeded},
	{name: "no time", timeout: 0, fate: isExceeded},
	{name: "negative time", timeout: -aSecond, fate: isExceeded},
	{name: "cancel", timeout: aSecond, happens: steps{callReturns}, fate: isCanceled},
	{name: "cancel twice", timeout: aSecond,
		happens: steps{callReturns, callReturns}, fate: isCanceled},
	{name: "cancel, deadline", timeout: aSecond,
		happens: steps{callReturns, passes(anHour)}, fate: isCanceled},
	{name: "deadline, cancel", timeout: aSecond,
		happens: steps{passes(aSecond), callReturns}, fate: isExceeded},

	{name: "parent", timeout: aSecond, happens: steps{rootEnds}, fate: hasRootsEnd},
	{name: "parent, cancel", timeout: aSecond,
		happens: steps{rootEnds, callReturns}, fate: hasRootsEnd},
	{name: "cancel, parent", timeout: aSecond,
		happens: steps{callReturns, rootEnds}, fate: isCanceled},
	{name: "deadline, parent", timeout: aSecond,
		happens: steps{passes(aSecond), rootEnds}, fate: isExceeded},
	{name: "parent, deadline", timeout: aSecond,
		happens: steps{rootEnds, passes(aSecond)}, fate: hasRootsEnd, watched: true},
	{name: "parent, a look, deadline", timeout: aSecond,
		happens: steps{rootEnds, someoneAsks, passes(aSecond)}, fate: hasRootsEnd},
	{name: "parent, cancel, deadline", timeout: aSecond,
		happens: steps{rootEnds, callReturns, passes(aSecond)}, fate: hasRootsEnd},

	{name: "over before", before: steps{rootEnds}, timeout: aSecond, fate: hasRootsEnd},
	{name: "over before, no time", before: steps{rootEnds}, timeout: 0, fate: hasRootsEnd},
	{name: "over before, deadline", before: steps{rootEnds}, timeout: aSecond,
		happens: steps{passes(aSecond)}, fate: hasRootsEnd},
	{name: "over before, cancel", before: steps{rootEnds}, timeout: aSecond,
		happens: steps{callReturns}, fate: hasRootsEnd},

	{name: "earlier parent", parent: parentWithin(aSecond), timeout: aMinute,
		happens: steps{passes(aSecond)}, fate: hasParentsEnd},
	{name: "earlier parent, deadline", parent: parentWithin(aSecond), timeout: aMinute,
		happens: steps{passes(anHour)}, fate: hasParentsEnd},
	{name: "earlier parent, deadline, cancel", parent: parentWithin(aSecond), timeout: aMinute,
		happens: steps{passes(anHour), callReturns}, fate: hasParentsEnd},
	{name: "cancel, earlier parent", parent: parentWithin(aSecond), timeout: aMinute,
		happens: steps{callReturns, passes(anHour)}, fate: isCanceled},
	{name: "careless earlier parent", parent: carelessParent, timeout: aMinute,
		happens: steps{passes(anHour)}, fate: isAlive},
	{name: "later parent", parent: parentWithin(aMinute), timeout: aSecond,
		happens: steps{passes(aSecond)}, fate: isExceeded},
	{name: "deadline, later parent", parent: parentWithin(aMinute), timeout: aSecond,
		happens: steps{passes(anHour)}, fate: isExceeded},
	{name: "endless parent", parent: endlessParent, timeout: aSecond,
		happens: steps{rootEnds}, fate: isAlive},
	{name: "endless parent, deadline", parent: endlessParent, timeout: aSecond,
		happens: steps{passes(aSecond)}, fate: isExceeded},

	{name: "foreign parent", parent: foreignParent, timeout: aSecond,
		happens: steps{parentEnds}, fate: hasForeignEnd},
	{name: "deadline, foreign parent", parent: foreignParent, timeout: aSecond,
		happens: steps{passes(aSecond), parentEnds}, fate: isExceeded},
	{name: "cancel, foreign parent", parent: foreignParent, timeout: aSecond,
		happens: steps{callReturns, parentEnds}, fate: isCanceled},
	{name: "foreign parent with AfterFunc", parent: foreignFuncParent, timeout: aSecond,
		happens: steps{parentEnds}, fate: hasForeignEnd},
	{name: "deadline, foreign parent with AfterFunc", parent: foreignFuncParent, timeout: aSecond,
		happens: steps{passes(aSecond), parentEnds}, fate: isExceeded},
}
