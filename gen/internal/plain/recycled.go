package plain

import "go/types"

// recycled are the types of arguments that their callee puts into a pool when the call is over:
// what it has then is another call's. They are made of strings and numbers, and no type shows it,
// but their documentation does. An entry goes by where the type is declared: aliases lead there.
var recycled = []struct{ path, name string }{
	// A built command; unless its Pin was called, which no type shows either.
	{"github.com/redis/rueidis/internal/cmds", "Cacheable"},
	{"github.com/redis/rueidis/internal/cmds", "Completed"},
	{"github.com/valkey-io/valkey-go/internal/cmds", "Cacheable"},
	{"github.com/valkey-io/valkey-go/internal/cmds", "Completed"},
}

// IsRecycled reports whether t is what a callee recycles once it has been given it.
func IsRecycled(t types.Type) bool {
	for _, r := range recycled {
		if isNamed(t, r.path, r.name) {
			return true
		}
	}
	return false
}
