// Package settings holds policies by the names of circuits, and is the door through which they
// come from runtime/config into a registry: that is nothing for users, who have Apply.
package settings

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Replace puts settings in place of those that a registry had, nil being the default one: all of
// them, or on an error none. It returns which policies in force they have changed. It is the runtime's
//
//	func(*runtime.Registry, *Set[runtime.Policy]) ([]Change[runtime.Policy], error)
//
// whose types this package can't name.
var Replace any

// Change is what has become of a circuit, or of circuits by key, by their common name: the
// policies in force before and after.
type Change[P any] struct {
	Circuit  string
	From, To P
}

// Set is policies by names of circuits, or by what names begin with. It isn't changed once a
// registry has it. A nil set is empty.
type Set[P any] struct {
	// Refused is told of circuits that were made later and can't have what is said of them.
	Refused func(circuit string, err error)

	rules []Rule[P] // the least exact first
}

// Rule is a policy of what has a name, or whose name begins with it.
type Rule[P any] struct {
	Written string
	Policy  P
	Exact   bool

	name string
}

// New makes a set of policies by names as they are written: a name, or with * at its end what
// names begin with. <name>[*] is all circuits by key of that name.
func New[P any](policies map[string]P) (*Set[P], error) {
	s := &Set[P]{}
	for _, written := range slices.Sorted(maps.Keys(policies)) {
		r := Rule[P]{Written: written, Policy: policies[written]}
		name, prefix := strings.CutSuffix(written, "*")
		if family, all := strings.CutSuffix(written, "[*]"); all {
			name, prefix = family+"[", true
		}
		if family, _, _ := strings.Cut(name, "["); strings.Contains(family, "*") { // a key may have one
			return nil, fmt.Errorf("%s: only at the end does * stand for anything", written)
		}
		r.name, r.Exact = name, !prefix
		for _, other := range s.rules {
			if other.name == r.name && other.Exact == r.Exact {
				return nil, fmt.Errorf("%s and %s are the same circuits", other.Written, written)
			}
		}
		s.rules = append(s.rules, r)
	}
	slices.SortFunc(s.rules, func(a, b Rule[P]) int { return cmp.Compare(a.exactness(), b.exactness()) })
	return s, nil
}

// All returns the rules, the least exact first, as everything here does.
func (s *Set[P]) All() []Rule[P] { return s.those(func(*Rule[P]) bool { return true }) }

// Of returns the rules of a circuit that isn't one by key.
func (s *Set[P]) Of(circuit string) []Rule[P] {
	return s.those(func(r *Rule[P]) bool { return r.covers(circuit) })
}

// OfFamily returns the rules of all circuits by key that have a name in common.
func (s *Set[P]) OfFamily(family string) []Rule[P] {
	return s.those(func(r *Rule[P]) bool { return r.coversAll(family) })
}

// OfKey returns the rules of one circuit by key that aren't those of all.
func (s *Set[P]) OfKey(family, circuit string) []Rule[P] {
	return s.those(func(r *Rule[P]) bool { return r.covers(circuit) && !r.coversAll(family) })
}

// Along returns the rules of whatever a rule is about, itself included.
func (s *Set[P]) Along(rule Rule[P]) []Rule[P] {
	return s.those(func(r *Rule[P]) bool {
		if r.Exact {
			return r.Written == rule.Written || strings.HasPrefix(rule.name, r.name+"[")
		}
		return strings.HasPrefix(rule.name, r.name)
	})
}

func (s *Set[P]) those(are func(*Rule[P]) bool) (those []Rule[P]) {
	if s == nil {
		return nil
	}
	for i := range s.rules {
		if are(&s.rules[i]) {
			those = append(those, s.rules[i])
		}
	}
	return those
}

// exactness is the greater, the more a rule says of which circuits it is.
func (r *Rule[P]) exactness() int {
	if r.Exact {
		return 2*len(r.name) + 1
	}
	return 2 * len(r.name)
}

func (r *Rule[P]) covers(circuit string) bool {
	if r.Exact {
		return r.name == circuit
	}
	return strings.HasPrefix(circuit, r.name)
}

func (r *Rule[P]) coversAll(family string) bool {
	if r.Exact {
		return r.name == family
	}
	return strings.HasPrefix(family+"[", r.name)
}
