package breakertest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/breakergen/breakergen/runtime"
	"github.com/breakergen/breakergen/runtime/internal/testhook"
)

// find returns the circuit of a name, or ends the test.
func (r *Registry) find(what, name string) *runtime.Circuit {
	r.t.Helper()
	c, err := r.lookUp(name)
	if c == nil {
		r.t.Fatalf("breakertest: %s(%q): %v", what, name, err)
	}
	return c
}

// lookUp returns the circuit of a name, or why there is none.
func (r *Registry) lookUp(name string) (*runtime.Circuit, error) {
	found, err := testhook.Circuit(r.circuits, name)
	switch {
	case err != nil:
		return nil, err
	case found != nil:
		return found.(*runtime.Circuit), nil
	case r.isFamily(name):
		return nil, fmt.Errorf("there is a circuit for each key: say which, as in %s[acme]", name)
	}
	names := r.names()
	if len(names) == 0 {
		return nil, errors.New("there is no circuit yet: make the wrapper before, with Runtime() as its Registry")
	}
	message := "there is no such circuit. The nearest: " + strings.Join(nearest(name, names), ", ") + "."
	if len(names) > mostListed {
		return nil, fmt.Errorf("%s There are %d", message, len(names))
	}
	return nil, fmt.Errorf("%s All of them:\n\t%s", message, strings.Join(names, "\n\t"))
}

// mostListed is how many circuits are listed at most: a Redis client's wrapper has hundreds.
const mostListed = 30

func (r *Registry) isFamily(name string) bool {
	for family := range r.circuits.Families() {
		if family.Name == name {
			return true
		}
	}
	return false
}

// names returns what can be named, in order.
func (r *Registry) names() []string {
	var names []string
	for family := range r.circuits.Families() {
		names = append(names, family.Name+"[...]")
	}
	for c := range r.circuits.Circuits() {
		names = append(names, c.Name())
	}
	slices.Sort(names)
	return names
}

// nearest returns the three names that are most like one.
func nearest(name string, names []string) []string {
	sorted := slices.Clone(names)
	slices.SortStableFunc(sorted, func(a, b string) int {
		return cmp.Compare(distance(name, a), distance(name, b))
	})
	return sorted[:min(3, len(sorted))]
}

// distance is how many letters are to be inserted, dropped or replaced to make b of a, upper
// case or lower.
func distance(a, b string) int {
	a, b = strings.ToLower(a), strings.ToLower(b)
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := corner
			if a[i] != b[j] {
				replaced++
			}
			corner = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
