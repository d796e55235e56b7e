package gen

import (
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/breakergen/breakergen/gen/internal/problem"
	"github.com/breakergen/breakergen/gen/internal/request"
	"github.com/breakergen/breakergen/gen/internal/source"
)

// destination is the package that an output goes to.
type destination struct {
	name, path string
	dir        string
	source     *parsed // nil if the package has no files yet

	// What the package's other files declare, and the names that they import under.
	declared, imported map[string]bool

	// The public names of types whose own the package can't write; nil for those without.
	public map[*types.TypeName]*types.TypeName
}

// home returns the import path of the package in the request's folder that
// declares a name, or else of the one that the directive stands in.
func (w *world) home(r *request.Request, name string) string {
	var paths []string
	for path, s := range w.sources {
		if s.Dir == r.Dir && (r.Package == "" || s.Name == r.Package) {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths) // The package before its external tests.
	for _, path := range paths {
		if w.sources[path].types.Scope().Lookup(name) != nil {
			return path
		}
	}
	if len(paths) > 0 {
		return paths[0]
	}
	return w.pathOf(r.Dir)
}

// pathOf returns the import path of a folder, be there a package in it or not.
func (w *world) pathOf(dir string) string {
	for path, p := range w.list {
		if p.Dir == dir && !isExternalTest(p) {
			return path
		}
	}
	return source.ImportPath(dir)
}

// isExternalTest says whether p holds the tests that see another package from outside.
func isExternalTest(p *packages.Package) bool {
	return p.ForTest != "" && p.PkgPath == p.ForTest+"_test"
}

// destination finds the package that a request's output goes to.
func (w *world) destination(r *request.Request, problems *problem.List) *destination {
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
		problems.Add(w.positionOf(r), "", "-pkg=%s: the package in %s is %s: drop -pkg, "+
			"or name another folder with -out", r.Pkg, problem.Relative(d.dir, filepath.Dir(r.Dir)), existing)
	}
	d.path = w.pathOf(d.dir)
	if existing != "" && d.name != existing {
		d.path += "_test" // Not the folder's own package: it sees what is exported.
	}
	d.source = w.sources[d.path]
	d.declared, d.imported = w.Folder(d.dir).Declared(d.name), w.imported(d)
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

// positionOf is where a request stands or, if it came from the command line, the
// package clause of its folder's package.
func (w *world) positionOf(r *request.Request) token.Position {
	if r.File != "" {
		return r.Position()
	}
	if s := w.sources[w.home(r, "")]; s != nil && len(s.files) > 0 {
		return w.Fset.Position(s.files[0].Name.Pos())
	}
	return token.Position{Filename: r.Dir, Line: 1, Column: 1}
}
