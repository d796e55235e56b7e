package gen

import (
	"fmt"
	"go/token"

	"github.com/breakergen/breakergen/gen/internal/source"
)

// imported returns the names under which the files of the output's package import
// something: Go has no name both in a file and in its package.
func (w *world) imported(out *destination) map[string]bool {
	names := map[string]bool{}
	if out.source == nil {
		return names
	}
	r := resolver{world: w, site: &source.Site{Path: out.path}}
	for _, file := range out.source.files {
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

// importOf returns the blank import that makes a package known by its name: of the path
// that is listed under it, where that is one alone, or else of no path in particular.
func (w *world) importOf(name string) string {
	path := ""
	for _, p := range w.list {
		switch {
		case p.Name != name:
		case p.PkgPath == name:
			return fmt.Sprintf("import _ %q", name) // The standard library's goes before others.
		case path != "":
			return "a blank import of it"
		default:
			path = p.PkgPath
		}
	}
	if path == "" {
		return "a blank import of it"
	}
	return fmt.Sprintf("import _ %q", path)
}
