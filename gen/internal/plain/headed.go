package plain

import "go/types"

// IsHeaded reports whether t is connect's Request: interceptors add headers to it during a call,
// so that another attempt would send them twice. It is made of maps and strings, and no
// type shows it.
func IsHeaded(t types.Type) bool { return isNamed(t, "connectrpc.com/connect", "Request") }
