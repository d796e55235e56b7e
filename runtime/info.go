package runtime

import "context"

// CallInfo tells a link of the user's own about the call that runs through it.
type CallInfo struct {
	// Circuit is the circuit of the call.
	Circuit *Circuit
	// Attempt is the number of the attempt under way, from 1, for links in Inner; for
	// links in Outer, which see the whole call, it is 0.
	Attempt int
}

// CallInfoFrom returns what is known of the call whose context a link in Outer or Inner
// has; false where ctx isn't such a context.
func CallInfoFrom(ctx context.Context) (CallInfo, bool) {
	switch of := ctx.Value(infoKey{}).(type) {
	case *attempt:
		return CallInfo{Circuit: of.circuit.public, Attempt: of.number}, true
	case *callContext:
		return CallInfo{Circuit: of.circuit.public}, true
	default:
		return CallInfo{}, false
	}
}
