package main

import "time"

// The scene: what is the same for all chains.
const (
	processes = 10  // each with a chain of its own
	perSecond = 800 // calls of all processes together, at random moments
	patience  = 3 * time.Second

	servers  = 20 // of the dependency, one call each at a time
	service  = 20 * time.Millisecond
	queue    = 5000 // calls that may wait for a server; more are refused
	slowdown = 4    // of the servers, in the brownout

	brownout = 30 * time.Second // when it begins
	recovery = 60 * time.Second // when it is over
	duration = 120 * time.Second
)

// attemptTime is each attempt's, and attempts how many a call makes at most, with all chains.
const (
	attemptTime = time.Second
	attempts    = 3
)
