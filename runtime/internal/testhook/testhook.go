// Package testhook is the door through which package breakertest reaches into a registry.
//
// What is behind it makes sense in a test only, so the runtime's users aren't shown it. The
// runtime sets the functions as it is initialized. They speak of a *runtime.Registry and of a
// *runtime.Circuit, whose types this package can't know.
package testhook

var (
	// Begin makes a registry, which has no circuits yet, a test's own: its retries wait no time
	// at all, and its circuits can be asked to Judge.
	Begin func(registry any)

	// Circuit returns the circuit of a name, nil where there is none. One by key, whose family
	// there is, is made where no call has had that key yet. It fails as that may.
	Circuit func(registry any, name string) (circuit any, err error)

	// Judge says how a circuit judges an error, as runtime.Outcome has it: by the method that
	// was bound to it last.
	Judge func(circuit any, err error) uint8

	// HalfOpen opens a circuit by force, unless it is open, and ends its open time. It is false
	// where another engine's breaker decides that.
	HalfOpen func(circuit any) bool
)
