package target

import (
	"go/token"
	"strconv"

	"github.com/breakergen/breakergen/gen/internal/load"
)

// importedNames returns the names under which the files of the output's package import
// something: Go has no name both in a file and in its package.
func importedNames(w *load.World, out *Destination) map[string]bool {
	names := map[string]bool{}
	if out.Source == nil {
		return names
	}
	for _, file := range out.Source.Files {
		for _, spec := range file.Imports {
			if spec.Name != nil && spec.Name.Name != "." {
				names[spec.Name.Name] = true
				continue
			}
			path, _ := strconv.Unquote(spec.Path.Value)
			p, err := w.Imported(out.Path, path)
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
