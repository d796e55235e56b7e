package hystrix

import (
	"fmt"
	"hash/fnv"
	"strings"
)

// tileNames returns the names of the tiles of these circuits. Where replacing
// characters would leave one name for several, each of those gets a hash of its own.
func tileNames(circuits []string) []string {
	names := make([]string, len(circuits))
	uses := make(map[string]int, len(circuits))
	for i, name := range circuits {
		names[i] = sanitize(name)
		uses[names[i]]++
	}
	for i, name := range circuits {
		if name != names[i] && uses[names[i]] > 1 {
			names[i] = fmt.Sprintf("%s-%08x", names[i], hash(name))
		}
	}
	return names
}

// sanitize replaces what the dashboard's page, which takes names for HTML and for
// parts of selectors, can't be given: "Users.Get[acme]" becomes "Users.Get_acme_".
func sanitize(name string) string {
	if name == "" {
		return "_"
	}
	return strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9',
			r == '_', r == '.', r == '-':
			return r
		}
		return '_'
	}, name)
}

func hash(name string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(name))
	return h.Sum32()
}
