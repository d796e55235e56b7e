package templates

import (
	"go/types"
	"testing"
)

// TestNameAll_NoIdentifiers names parameters whose names, from export data, are none
// that code can have. It once looked for a free one forever.
func TestNameAll_NoIdentifiers(t *testing.T) {
	var vars []*types.Var
	for _, name := range []string{"~r0", "", "_", "·this", "type", "s", "s", "init", "n"} {
		vars = append(vars, types.NewParam(0, nil, name, types.Typ[types.String]))
	}
	seen := map[string]bool{}
	for i, p := range nameAll(types.NewTuple(vars...), scope{}, 0) {
		if !(scope{}).take(p.name) || seen[p.name] {
			t.Errorf("%q is named %q", vars[i].Name(), p.name)
		}
		seen[p.name] = true
	}
}
