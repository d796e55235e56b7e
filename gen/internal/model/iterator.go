package model

import (
	"go/types"
	"slices"

	"github.com/breakergen/breakergen/gen/internal/typeutil"
)

// iteratorPath is the package with the error Done, by which the iterators of Google's clients end.
const iteratorPath = "google.golang.org/api/iterator"

// done returns iterator.Done where the method may end so: it is Next, and the package that
// declares it, or a result of it, imports that one. It returns nil for all others.
func (m *method) done() types.Object {
	if m.fn.Name() != "Next" {
		return nil
	}
	world, from := m.target.World, []string{m.fn.Pkg().Path()}
	for v := range m.fn.Signature().Results().Variables() {
		from = append(from, typeutil.PackageOf(v.Type()))
	}
	if !slices.ContainsFunc(from, func(path string) bool {
		return slices.Contains(slices.Collect(world.Imports(path)), iteratorPath)
	}) {
		return nil
	}
	pkg, err := world.Package(iteratorPath)
	if err != nil {
		return nil
	}
	return pkg.Scope().Lookup("Done")
}
