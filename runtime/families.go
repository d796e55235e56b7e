package runtime

import (
	"iter"
	"maps"
	"slices"
	"strings"
	"time"
)

// Family is all circuits that one key directive has made, at one moment. Its counts, GoneTotal
// and those of its circuits together, never fall.
type Family struct {
	// Name is what the circuits' names begin with: <name>[<key>].
	Name string
	// Made is when the family was made.
	Made time.Time
	// Fallback says that one of its methods has a fallback.
	Fallback bool
	// Circuits are those that there are, in the order of their names.
	Circuits []*Circuit
	// GoneTotal and GoneDurations are what those have counted that are no more, because
	// there were too many keys or Remove took them.
	GoneTotal     Counts
	GoneDurations FineDurations
}

// Families returns the families of circuits by key, in the order of their names. Their
// circuits are among those of Circuits, too.
func (r *Registry) Families() iter.Seq[Family] {
	in := registryIn(r)
	return func(yield func(Family) bool) {
		in.mu.RLock()
		families := slices.SortedFunc(maps.Values(in.families), func(a, b *family) int {
			return strings.Compare(a.name, b.name)
		})
		in.mu.RUnlock()
		for _, f := range families {
			if !yield(f.read()) {
				return
			}
		}
	}
}

// read reads members and those that have gone at one moment: no circuit is in both, or in neither.
func (f *family) read() Family {
	f.registry.mu.RLock()
	members := slices.Collect(f.members.All)
	gone, leaving := counted{total: f.gone.total}, f.members.Leaving()
	gone.durations.Add(&f.gone.durations)
	f.registry.mu.RUnlock()
	for c := range leaving {
		gone.add(c)
	}
	slices.SortFunc(members, func(a, b *circuit) int { return strings.Compare(a.name, b.name) })
	family := Family{
		Name:          f.name,
		Made:          f.registry.clock.Time(f.made),
		Fallback:      f.fallsBack.Load(),
		GoneTotal:     newCounts(&gone.total),
		GoneDurations: fineDurations(&gone.durations),
	}
	for _, c := range members {
		family.Circuits = append(family.Circuits, c.public)
	}
	return family
}

// hasFallback reports whether one of the methods that have the circuit has a fallback.
func (c *circuit) hasFallback() bool {
	return c.fallsBack.Load() || c.family != nil && c.family.fallsBack.Load()
}
