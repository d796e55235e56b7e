// Package engines is the home of other people's breakers behind generated wrappers: a package
// each, with an Engine that goes into a wrapper's configuration.
//
//	config.Engine = gobreaker.Engine()
//
// It's a module of its own, so that no user of breakergen's runtime downloads these libraries.
// README.md says what each engine takes, CONFORMANCE.md what each breaker holds, BENCHMARKS.md
// how fast each is.
package engines
