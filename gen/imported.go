package gen

import (
	"go/token"

	"github.com/breakergen/breakergen/gen/internal/load"
	"github.com/breakergen/breakergen/gen/internal/source"
)

// importedNames returns the names under which the files of the output's package import
// something: Go has no name both in a file and in its package.
func importedNames(w *load.World, out *destination) map[string]bool {
	names := map[string]bool{}
	if out.source == nil {
		return names
	}
	r := resolver{world: w, site: &source.Site{Path: out.path}}
	for _, file := range out.source.Files {
		for _, spec := range file.Imports {
			if spec.Name != nil && spec.Name.Name != "." {
				names[spec.Name.Name] = true
				continue
			}
			p, err := r.imported(spec)
			switch {
			case err != nil:
			case spec.Name == nil:
				names[p.Name()] = true
			default:
				for _, name := range p.Scope().Names() {
					if token.IsExported(name) {
						names[name] = true
					}
				}
			}
		}
	}
	return names
}
