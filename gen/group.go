package gen

import (
	"cmp"
	"slices"

	"github.com/breakergen/breakergen/gen/internal/source"
)

// group is the jobs that one go list can serve: those that ask for the same build
// tags, and those in tests apart from the others.
type group struct {
	tags  string
	tests bool
	jobs  []*job

	listing *listing
}

// groups sorts the jobs into groups.
func (g Generator) groups(jobs []*job, folders *source.Folders) []*group {
	var list []*group
	for _, j := range jobs {
		tags := cmp.Or(j.request.Tags, g.Tags)
		tests := j.request.IsTest() || folders.InTests(j.request)
		i := slices.IndexFunc(list, func(g *group) bool { return g.tags == tags && g.tests == tests })
		if i < 0 {
			i, list = len(list), append(list, &group{tags: tags, tests: tests})
		}
		list[i].jobs = append(list[i].jobs, j)
	}
	return list
}

// part is the jobs of a group that see one world of packages.
type part struct {
	testDir string // the folder whose tests they are in, or ""
	jobs    []*job
}

// worlds splits a group: what the tests of a package see is theirs alone.
func (g *group) worlds() []part {
	if !g.tests {
		return []part{{jobs: g.jobs}}
	}
	var list []part
	for _, j := range g.jobs {
		i := slices.IndexFunc(list, func(p part) bool { return p.testDir == j.request.Dir })
		if i < 0 {
			i, list = len(list), append(list, part{testDir: j.request.Dir})
		}
		list[i].jobs = append(list[i].jobs, j)
	}
	return list
}
