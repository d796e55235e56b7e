// Package conformance holds the built-in breaker and every engine against what a breaker is
// to do, through a generated wrapper, in both orders of the chain. Its test writes
// CONFORMANCE.md, and fails where that is stale:
//
//	go -C engines test ./conformance -update
package conformance
