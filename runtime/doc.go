// Package runtime is what the wrappers that breakergen writes share: it makes a call
// behind a circuit breaker, a retry, a bulkhead and a timeout, and counts how it ended.
// Generated code imports it as breaker.
//
// Of all that is here, whoever uses a wrapper needs [Policy], for its configuration, and
// [OpenError] and [TimeoutError], for its errors; for a service as a whole [LogTo],
// [Registry.Apply] and [Registry.Subscribe]; and for one call [WithTimeout], [WithoutRetry]
// and, in a fallback, [CauseFrom]. The rest is for generated code, and for packages that
// show what circuits do.
//
// # A call, from top to bottom
//
// A generated constructor fills a [Builder], adds each method with [NewMethod], and
// binds all of them to circuits of a [Registry] with Build. From then on a wrapper's
// method is one line, a call of what NewMethod has returned, which
//
//   - finds the [Circuit], and the [Policy] in force: one reading holds for the whole call
//   - runs the chain, a goresilience.RunnerChain of the runtime's own links
//   - asks the fallback where the chain has failed.
//
// The chain's links are, from the outside,
//
//	Outer      the user's own, around the whole call
//	total      the deadline of the whole call
//	breaker    rejects while the circuit is open, else counts how the call ended
//	retry      makes failed attempts again
//	bulkhead   lets in so many attempts at once
//	timeout    the deadline of one attempt; says who is at fault for its end
//	Inner      the user's own, around one attempt
//	call       the wrapped method
//
// where the breaker counts calls ([BreakerFirst]). With -chain=retry,breaker,timeout the
// retry stands outside of the breaker, which then counts attempts ([RetryFirst]).
//
// A chain of these links alone runs in the caller's goroutine, and allocates at most its
// deadline's context. Where Detach lets a call go on alone, or where there are links of
// the user's, more than one goroutine may see a call: each run of the method then keeps
// its results apart, and the caller gets those of one.
//
// # Circuits
//
// A circuit is closed, open or half-open ([State]), and belongs to all wrappers of its
// registry that name it: they share its breaker, its bulkhead, its retry budget and its
// counts ([Circuit.Snapshot]). [Registry.Apply] changes its policy while it works, and package
// config does by a file; [Registry.Subscribe] and [LogTo] tell of its changes of state, and
// [Circuit.Runner] makes calls through it that have no wrapper. Nothing runs in the background.
//
// # Who is at fault
//
// Every error that a call returned, and every timeout, is a [Failure], unless the
// directives of the method, the [Protocol] of its calls or [Policy].Classify say otherwise.
// Nobody is asked about rejections, about panics, which are failures, and about calls that
// their caller has cancelled, which are [Ignored]. Where the caller's own deadline ended a call, that is a
// timeout; but it is ignored where the call had less time than the window's successes
// take on average. An error that says itself that a time was over is a timeout too, where
// that of the caller or of the attempt is.
//
// # Calls within calls
//
// A call that comes with the context of an attempt of the same circuit is part of it: it
// needs no admission and no place, and is counted once. Within an attempt that may be made
// again, calls make one attempt, unless their own directive asks for more. Where attempts
// have no deadline, only those that hold a probe's permit or a place in the bulkhead know
// the calls within them.
//
// # Dropped results
//
// Results that the caller never gets, as another attempt or the fallback replaces them or
// they come too late, are closed where they can be: see [Drop].
//
// # Errors
//
// What a method returned comes back untouched, a panic and a runtime.Goexit too. The
// links' own errors are
//
//	*OpenError      the circuit is open: the call wasn't made
//	*FullError      the bulkhead has no place: the call wasn't made
//	*TimeoutError   the attempt's time, or the whole call's, was over; wraps the error that
//	                the method returned then, where that is judged a failure
//
// and where the caller's context ended a call that wasn't under way, the context's own
// error. The last attempt's error is joined to it. errors.Is finds goresilience's errors
// and context.DeadlineExceeded where they are true.
//
// # Tests
//
// The tests of code that calls through wrappers have circuits of their own, which package
// runtime/breakertest opens and closes by name.
//
// # Concurrency
//
// Wrappers, [Circuit], [Registry] and all that they give out are safe for concurrent
// use, also from the listeners, classifications and links that they call. A [Builder] is
// for one goroutine. Policies, snapshots and events are plain data.
package runtime
