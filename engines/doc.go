// Package engines measures breakergen's wrappers beside other Go libraries for the same
// job, each as its own documentation sets it up:
//
//	go -C engines test -run - -bench .
//
// It's a module of its own, so that no user of breakergen downloads these libraries.
package engines
