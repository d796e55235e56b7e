package runtime

import (
	"context"

	"github.com/slok/goresilience"
)

// Order is the order of a chain's links.
type Order uint8

const (
	// BreakerFirst is
	// Fallback(Outer(Total(Breaker(Retry(Bulkhead(Timeout(Inner(call)))))))):
	// the breaker counts calls, not attempts.
	BreakerFirst Order = iota
	// RetryFirst is
	// Fallback(Outer(Total(Retry(Breaker(Bulkhead(Timeout(Inner(call)))))))):
	// the breaker counts attempts, as in resilience4j and MicroProfile.
	RetryFirst
)

// newChain builds a method's chain. fresh makes the pass of a call that comes through
// links of the user's own.
func newChain(
	order Order, fresh func(context.Context) (*pass, error), outer, inner []goresilience.Middleware,
) goresilience.Runner {
	links := append([]goresilience.Middleware{}, outer...)
	links = append(links, enterLink(fresh))
	if order == RetryFirst {
		links = append(links, retryLink(order), breakerLink(order))
	} else {
		links = append(links, breakerLink(order), retryLink(order))
	}
	links = append(links, bulkheadLink, attemptLink)
	links = append(links, inner...)
	return goresilience.RunnerChain(append(links, lastLink)...)
}

// newBareChain builds the chain of calls without a wrapper: breaker and bulkhead.
func newBareChain(fresh func(context.Context) (*pass, error)) goresilience.Runner {
	return goresilience.RunnerChain(
		enterLink(fresh), breakerLink(BreakerFirst), bulkheadLink, attemptLink, lastLink,
	)
}

// The links as goresilience's middlewares. Their runners are structs and not
// goresilience.RunnerFuncs, which would add a call to each link.

func enterLink(fresh func(context.Context) (*pass, error)) goresilience.Middleware {
	return func(next goresilience.Runner) goresilience.Runner {
		return &enterRunner{next, fresh}
	}
}

func breakerLink(order Order) goresilience.Middleware {
	return func(next goresilience.Runner) goresilience.Runner {
		return &breakerRunner{next, order == BreakerFirst}
	}
}

func retryLink(order Order) goresilience.Middleware {
	return func(next goresilience.Runner) goresilience.Runner {
		return &retryRunner{next, order == RetryFirst}
	}
}

func bulkheadLink(next goresilience.Runner) goresilience.Runner { return &bulkheadRunner{next} }

func attemptLink(next goresilience.Runner) goresilience.Runner { return &attemptRunner{next} }

func lastLink(goresilience.Runner) goresilience.Runner { return lastRunner{} }
