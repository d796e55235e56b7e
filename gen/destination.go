package gen

import (
	"go/types"
	"path/filepath"
	"strings"

	"github.com/breakergen/breakergen/gen/internal/load"
	"github.com/breakergen/breakergen/gen/internal/problem"
	"github.com/breakergen/breakergen/gen/internal/request"
)

// destination is the package that an output goes to.
type destination struct {
	name, path string
	dir        string
	source     *load.Parsed // nil if the package has no files yet

	// What the package's other files declare, and the names that they import under.
	declared, imported map[string]bool

	// The public names of types whose own the package can't write; nil for those without.
	public map[*types.TypeName]*types.TypeName
}

// destinationOf finds the package that a request's output goes to.
func destinationOf(w *load.World, r *request.Request, problems *problem.List) *destination {
	d := &destination{dir: r.OutDir(), name: r.Pkg, public: map[*types.TypeName]*types.TypeName{}}
	existing := w.Folder(d.dir).PackageName()
	if d.dir == r.Dir && strings.HasSuffix(r.Package, "_test") && r.Pkg == "" {
		d.name = r.Package
	}
	switch {
	case d.name == "" && existing != "":
		d.name = existing
	case d.name == "":
		d.name = packageName(filepath.Base(d.dir))
	case existing != "" && d.name != existing && d.name != existing+"_test" && r.Out != "-":
		problems.Add(w.PositionOf(r), "", "-pkg=%s: the package in %s is %s: drop -pkg, "+
			"or name another folder with -out", r.Pkg, problem.Relative(d.dir, filepath.Dir(r.Dir)), existing)
	}
	d.path = w.PathOf(d.dir)
	if existing != "" && d.name != existing {
		d.path += "_test" // Not the folder's own package: it sees what is exported.
	}
	d.source = w.Parsed[d.path]
	d.declared, d.imported = w.Folder(d.dir).Declared(d.name), importedNames(w, d)
	return d
}

// packageName makes a package's name from its folder's.
func packageName(folder string) string {
	name := strings.Map(func(r rune) rune {
		if r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, strings.ToLower(folder))
	if !request.IsIdentifier(name) {
		return "breakers"
	}
	return name
}
