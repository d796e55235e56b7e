package load

import (
	"cmp"
	"slices"

	"github.com/breakergen/breakergen/gen/internal/request"
	"github.com/breakergen/breakergen/gen/internal/source"
)

// Group is the requests that one go list can serve: those that ask for the same build
// tags, and those in tests apart from the others.
type Group struct {
	tags     string
	tests    bool
	requests []*request.Request
	Listing  *Listing
}

// groups sorts the requests into groups.
func (c Config) groups(requests []*request.Request, folders *source.Folders) []*Group {
	var list []*Group
	for _, r := range requests {
		tags := cmp.Or(r.Tags, c.Tags)
		tests := r.IsTest() || folders.InTests(r)
		i := slices.IndexFunc(list, func(g *Group) bool { return g.tags == tags && g.tests == tests })
		if i < 0 {
			i, list = len(list), append(list, &Group{tags: tags, tests: tests})
		}
		list[i].requests = append(list[i].requests, r)
	}
	return list
}

// Part is the requests of a group that see one world of packages.
type Part struct {
	Requests []*request.Request

	listing *Listing
	testDir string // the folder whose tests they are in, or ""
}

// World returns a new world of what the part's requests see.
func (p Part) World() *World { return NewWorld(p.listing, p.testDir) }

// Worlds splits a group: what the tests of a package see is theirs alone.
func (g *Group) Worlds() []Part {
	if !g.tests {
		return []Part{{Requests: g.requests, listing: g.Listing}}
	}
	var list []Part
	for _, r := range g.requests {
		i := slices.IndexFunc(list, func(p Part) bool { return p.testDir == r.Dir })
		if i < 0 {
			i, list = len(list), append(list, Part{listing: g.Listing, testDir: r.Dir})
		}
		list[i].Requests = append(list[i].Requests, r)
	}
	return list
}
