// Package load asks the go command for packages, once for all requests that can share an
// answer, and makes types of what it says: a [World] of packages for the requests of a [Part].
//
// It knows nothing of directives, nor what is to be made of the types. A world has one
// [types.Package] a path; it is no guard by itself: who asks a world side by side with others
// holds its lock, but for the methods that say they take it.
package load

import (
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/gcexportdata"
	"golang.org/x/tools/go/packages"

	"github.com/breakergen/breakergen/gen/internal/importpath"
	"github.com/breakergen/breakergen/gen/internal/plain"
	"github.com/breakergen/breakergen/gen/internal/source"
)

// World is one consistent set of packages: one [types.Package] a path. Those that
// directives stand in, and those that get files, are read from source, without
// their functions' bodies; all others come from export data when asked for.
type World struct {
	*Listing
	sync.Mutex                              // guards what follows while jobs run side by side
	Listed     map[string]*packages.Package // by import path
	Types      map[string]*types.Package    // by import path
	Parsed     map[string]*Parsed           // by import path
	foreign    map[string]*ast.File         // other packages' files, by their paths
	importers  map[*packages.Package][]*packages.Package
	leads      map[string]map[*packages.Package]bool // by import path: see LeadsBack
	required   map[string]map[string]bool            // by a module's folder: see Requires
	Plain      plain.Checker                         // what it remembers holds for all targets
	hides      map[string]bool                       // by import path and method: see sources
	newer      string                                // what a newer Go than the tool's left unreadable

	// By import path and by file: what is deprecated, and what speaks of that.
	deprecatedPackages, speaking map[string]bool
}

// Parsed is a package that was read from source.
type Parsed struct {
	*packages.Package
	Types      *types.Package
	Files      []*ast.File
	TypeErrors []types.Error
	// Failure is what made the type checker give up; the types are useless then.
	Failure string
}

// NewWorld returns the world that the tests in testDir see or, if that is "", the
// one that all else sees.
func NewWorld(l *Listing, testDir string) *World {
	w := &World{
		Listing: l, Listed: map[string]*packages.Package{},
		Types:  map[string]*types.Package{"unsafe": types.Unsafe},
		Parsed: map[string]*Parsed{}, foreign: map[string]*ast.File{},
		importers: map[*packages.Package][]*packages.Package{},
		leads:     map[string]map[*packages.Package]bool{},
		required:  map[string]map[string]bool{}, hides: map[string]bool{},
		deprecatedPackages: map[string]bool{}, speaking: map[string]bool{},
	}
	w.Plain.Sources = sources{w}
	tested := map[string]bool{}
	for _, p := range l.Packages {
		if p.Dir == testDir && p.ForTest != "" {
			tested[p.ForTest] = true
		}
	}
	w.include(slices.DeleteFunc(slices.Clone(l.Packages), func(p *packages.Package) bool {
		return p.ForTest != "" && !tested[p.ForTest]
	}))
	return w
}

// Add lists more packages.
func (w *World) Add(patterns ...string) error {
	listed, err := w.Load(patterns...)
	if err == nil {
		w.include(listed)
	}
	return err
}

// include takes packages in, and reads those in the requests' folders from source.
func (w *World) include(listed []*packages.Package) {
	clear(w.leads)
	for _, p := range listed {
		for _, imported := range p.Imports {
			w.importers[imported] = append(w.importers[imported], p)
		}
		// What a test sees goes over what others see.
		if known := w.Listed[p.PkgPath]; known == nil || known.ForTest == "" {
			w.Listed[p.PkgPath] = p
		}
	}
	// In this order, so that no export data mentions a package whose source comes later.
	for _, p := range listed {
		if w.Listed[p.PkgPath] == p && w.ByDir[p.Dir] != nil && w.Parsed[p.PkgPath] == nil {
			w.readSource(p)
		}
	}
}

// missing says whether a package can't be found from where the requests are.
func (w *World) missing(path string) bool {
	p := w.Listed[path]
	return p == nil || len(p.GoFiles) == 0
}

// readSource type-checks the declarations of a package. What is wrong elsewhere
// in it is noted, and is no reason to stop.
func (w *World) readSource(p *packages.Package) *Parsed {
	s := &Parsed{Package: p}
	w.Parsed[p.PkgPath] = s
	for _, path := range p.GoFiles {
		if syntax := w.Parse(path); syntax != nil {
			s.Files = append(s.Files, syntax)
		}
	}
	w.checkGoVersion(p)
	config := w.TypesConfig(p, func(err types.Error) {
		if !w.isOurs(w.PathAt(err.Pos)) {
			s.TypeErrors = append(s.TypeErrors, err)
		}
	})
	config.IgnoreFuncBodies = true
	s.Types = types.NewPackage(p.PkgPath, p.Name)
	w.Types[p.PkgPath] = s.Types
	s.Failure = typeCheck(types.NewChecker(config, w.Fset, s.Types, nil), s.Files)
	return s
}

// typeCheck checks files. What is wrong with them the checker reports; failure is how
// the checker itself failed, which it does on some cycles of types.
func typeCheck(checker *types.Checker, files []*ast.File) (failure string) {
	defer func() {
		if r := recover(); r != nil {
			failure = fmt.Sprint(r)
		}
	}()
	_ = checker.Files(files) // reported
	return ""
}

// isOurs says whether a file is an earlier output.
func (w *World) isOurs(path string) bool {
	file := w.known(path)
	return file != nil && file.Ours
}

// known returns a file of the requests' folders, or nil.
func (w *World) known(path string) *source.File {
	if dir := w.ByDir[filepath.Dir(path)]; dir != nil {
		return dir.File(path)
	}
	return nil
}

// Parse returns a file's syntax.
func (w *World) Parse(path string) *ast.File {
	text, isMade := w.made[path]
	if file := w.known(path); file != nil && !file.Ours && !isMade {
		return file.Syntax
	}
	if w.foreign[path] == nil {
		if !isMade {
			var err error
			if text, err = os.ReadFile(path); err != nil {
				return nil
			}
		}
		w.foreign[path] = source.Parse(w.Fset, path, text)
	}
	return w.foreign[path]
}

// TypesConfig returns how a package is type-checked; report is told what is wrong with it. The
// world's lock is held.
func (w *World) TypesConfig(p *packages.Package, report func(types.Error)) *types.Config {
	config := &types.Config{
		FakeImportC: true,
		Importer:    importer{w, p},
		Sizes:       p.TypesSizes,
		Error: func(err error) {
			if e, ok := errors.AsType[types.Error](err); ok && !e.Soft {
				report(e)
			}
		},
	}
	if p.Module != nil && p.Module.GoVersion != "" {
		config.GoVersion = "go" + p.Module.GoVersion
	}
	return config
}

// importer resolves the imports of one package. The world's lock is held.
type importer struct {
	world *World
	from  *packages.Package
}

func (i importer) Import(path string) (*types.Package, error) {
	if p := i.from.Imports[path]; p != nil {
		path = p.PkgPath // A vendored package has another path than its import.
	}
	return i.world.Package(path)
}

// Package returns the types of a package: from its source where that was read, else
// from export data or, where it doesn't compile, from source after all.
func (w *World) Package(path string) (*types.Package, error) {
	if p := w.Types[path]; p != nil && p.Complete() || w.Parsed[path] != nil {
		return p, nil
	}
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	p := w.Listed[path]
	switch {
	case p == nil:
		return nil, fmt.Errorf("package %s is not among the dependencies", path)
	case p.ExportFile == "" && len(p.GoFiles) == 0:
		if len(p.Errors) > 0 {
			return nil, errors.New(strings.Join(strings.Fields(p.Errors[0].Msg), " "))
		}
		return nil, fmt.Errorf("package %s has no Go files", path)
	case p.ExportFile == "":
		return w.readSource(p).Types, nil
	}
	return w.readExport(p)
}

func (w *World) readExport(p *packages.Package) (*types.Package, error) {
	f, err := os.Open(p.ExportFile)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	//lint:ignore SA1019 Go 1.26 and 1.27 list archives, which Read alone refuses.
	r, err := gcexportdata.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("export data of %s: %w", p.PkgPath, err)
	}
	types, err := gcexportdata.Read(r, w.Fset, w.Types, p.PkgPath)
	if err != nil {
		w.checkGoCommand()
	}
	return types, err
}

// Position returns where obj is declared, as it is shown: where a //line comment says, if one
// does.
func (w *World) Position(obj types.Object) token.Position {
	return w.inFile(obj, w.Fset.Position(obj.Pos()))
}

// Place returns where obj is declared, whatever a //line comment says.
func (w *World) Place(obj types.Object) token.Position {
	return w.inFile(obj, w.Fset.PositionFor(obj.Pos(), false))
}

// PathAt returns the file that pos is in, whatever a //line comment says.
func (w *World) PathAt(pos token.Pos) string { return w.Fset.PositionFor(pos, false).Filename }

// inFile corrects a position of obj. Export data may have paths that are no files, such as
// $GOROOT/src/io/io.go: the package's list of files knows better.
func (w *World) inFile(obj types.Object, at token.Position) token.Position {
	if at.IsValid() && !filepath.IsAbs(at.Filename) && obj.Pkg() != nil {
		if path := w.pathOfFile(obj.Pkg().Path(), at.Filename); path != "" {
			at.Filename = path
		}
	}
	return at
}

// Imports returns the paths that a package imports.
func (w *World) Imports(pkg string) iter.Seq[string] {
	return func(yield func(string) bool) {
		if p := w.Listed[pkg]; p != nil {
			for path := range p.Imports {
				if !yield(path) {
					return
				}
			}
		}
	}
}

// LacksRuntime says whether the module hasn't got the runtime yet.
func (w *World) LacksRuntime() bool {
	w.Lock()
	defer w.Unlock()
	return w.missing(importpath.Runtime)
}

// Imported returns the types of what a package imports as path.
func (w *World) Imported(pkg, path string) (*types.Package, error) {
	return importer{w, w.Listed[pkg]}.Import(path)
}

// Requires says whether the go.mod in a folder requires a module; true where that can't be
// read. The world's lock is held.
func (w *World) Requires(root, module string) bool {
	required, known := w.required[root]
	if !known {
		required = source.Required(root)
		w.required[root] = required
	}
	return required == nil || required[module]
}

// Importer returns an importer for the package p. The world's lock is held.
func (w *World) Importer(p *packages.Package) types.Importer { return importer{w, p} }

// SharedImporter returns an importer for the package p that takes the world's lock.
func (w *World) SharedImporter(p *packages.Package) types.Importer {
	return sharedImporter{importer{w, p}}
}

// sharedImporter is an importer for checks that run side by side.
type sharedImporter struct{ importer }

func (i sharedImporter) Import(path string) (*types.Package, error) {
	i.world.Lock()
	defer i.world.Unlock()
	return i.importer.Import(path)
}
