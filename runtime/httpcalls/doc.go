// Package httpcalls says what the answers of HTTP servers mean, and has requests sent
// again. Generated wrappers use it where a method returns an [*http.Response]; by hand it
// serves as a //breakergen:classify function ([Judge]) and beside other retries ([Retry]).
//
// A server's answer comes without an error, whatever its status. Those that blame the
// caller say nothing against the server; 408, 429 and most of 5xx do, and are failures
// though the error is nil. What is sent again is what the protocol says may be: a request
// with an idempotent method (RFC 9110 §9.2.2) or an Idempotency-Key.
//
// All its functions take nil, and are safe for concurrent use.
package httpcalls
