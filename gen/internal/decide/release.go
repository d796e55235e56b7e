package decide

import (
	"go/types"
	"slices"

	"github.com/breakergen/breakergen/gen/internal/typeutil"
)

// direct says why a call goes straight through unless its directives ask, and why it isn't repeated
// where they have it behind a circuit; "" for others.
func (d *Decider) direct(m *types.Func, among []*types.Func) (through, once string) {
	if tellsOfError(m) {
		const why = "it tells of an error, and is no call that failed"
		return why, why
	}
	return d.givesBack(m, among)
}

// tellsOfError says whether a method's error is what it was asked for, as that of sql.Rows' Err.
func tellsOfError(m *types.Func) bool {
	sig := m.Signature()
	return slices.Contains([]string{"Err", "Error", "GetLastError", "LastError"}, m.Name()) &&
		sig.Params().Len() == 0 && sig.Results().Len() == 1
}

// givesBack says why a call that gives back what is held goes straight through. A circuit that is
// open would keep a connection, a lock or a transaction from those who wait for it.
func (d *Decider) givesBack(m *types.Func, among []*types.Func) (through, once string) {
	switch {
	case types.Implements(receiverOf(m), d.closer):
		return "io.Closer: a rejected Close would leak", "io.Closer: closing twice is an error"
	case !isBare(m.Signature(), m.Signature().Params().Len()):
	case isUndo(m.Name(), among):
		return "a rejected " + m.Name() + " would leave the transaction open", "a second " + m.Name() + " is an error"
	case slices.Contains(releases, m.Name()):
		return "a rejected " + m.Name() + " would leak", "a second " + m.Name() + " is an error"
	}
	return "", ""
}

// releases are the names of methods that give back what they are called on, where they are told
// nothing else: a Release that takes an order's number is another thing. Unbind is LDAP's, Quit is
// SMTP's, Drain and Unsubscribe are those of NATS.
var releases = []string{
	"Close", "Discard", "Disconnect", "Drain", "Quit", "Release", "Shutdown", "Unbind", "Unlock", "Unsubscribe",
}

// isBare says whether a method's first n parameters are nothing but a context, and it returns an error alone.
func isBare(sig *types.Signature, n int) bool {
	for i := range n {
		if !typeutil.IsNamed(sig.Params().At(i).Type(), "context", "Context") {
			return false
		}
	}
	return sig.Results().Len() == 1 && noError(sig) == ""
}
