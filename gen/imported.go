package gen

import (
	"go/token"
	"strconv"

	"github.com/breakergen/breakergen/gen/internal/load"
)

// importedNames returns the names under which the files of the output's package import
// something: Go has no name both in a file and in its package.
func importedNames(w *load.World, out *destination) map[string]bool {
	names := map[string]bool{}
	if out.source == nil {
		return names
	}
	for _, file := range out.source.Files {
		for _, spec := range file.Imports {
			if spec.Name != nil && spec.Name.Name != "." {
				names[spec.Name.Name] = true
				continue
			}
			path, _ := strconv.Unquote(spec.Path.Value)
			p, err := w.Imported(out.path, path)
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
