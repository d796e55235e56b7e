package target

import (
	"go/types"
	"path/filepath"
	"strings"

	"github.com/breakergen/breakergen/gen/internal/load"
	"github.com/breakergen/breakergen/gen/internal/problem"
	"github.com/breakergen/breakergen/gen/internal/request"
)

// Destination is the package that an output goes to.
type Destination struct {
	Name, Path string
	Dir        string
	Source     *load.Parsed // nil if the package has no files yet

	// What the package's other files declare, and the names that they import under.
	Declared, Imported map[string]bool

	// The public names of types whose own the package can't write; nil for those without.
	Public map[*types.TypeName]*types.TypeName
}

// DestinationOf finds the package that a request's output goes to.
func DestinationOf(w *load.World, r *request.Request, problems *problem.List) *Destination {
	d := &Destination{Dir: r.OutDir(), Name: r.Pkg, Public: map[*types.TypeName]*types.TypeName{}}
	existing := w.Folder(d.Dir).PackageName()
	if d.Dir == r.Dir && strings.HasSuffix(r.Package, "_test") && r.Pkg == "" {
		d.Name = r.Package
	}
	switch {
	case d.Name == "" && existing != "":
		d.Name = existing
	case d.Name == "":
		d.Name = packageName(filepath.Base(d.Dir))
	case existing != "" && d.Name != existing && d.Name != existing+"_test" && r.Out != "-":
		problems.Add(w.PositionOf(r), "", "-pkg=%s: the package in %s is %s: drop -pkg, "+
			"or name another folder with -out", r.Pkg, problem.Relative(d.Dir, filepath.Dir(r.Dir)), existing)
	}
	d.Path = w.PathOf(d.Dir)
	if existing != "" && d.Name != existing {
		d.Path += "_test" // Not the folder's own package: it sees what is exported.
	}
	d.Source = w.Parsed[d.Path]
	d.Declared, d.Imported = w.Folder(d.Dir).Declared(d.Name), importedNames(w, d)
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
