package gen

import (
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/gcexportdata"
	"golang.org/x/tools/go/packages"

	"github.com/breakergen/breakergen/gen/internal/plain"
	"github.com/breakergen/breakergen/gen/internal/source"
)

// world is one consistent set of packages: one [types.Package] a path. Those that
// directives stand in, and those that get files, are read from source, without
// their functions' bodies; all others come from export data when asked for.
type world struct {
	*listing
	mu      sync.Mutex                            // guards what follows while jobs run side by side
	list    map[string]*packages.Package          // by import path
	types   map[string]*types.Package             // by import path
	sources map[string]*parsed                    // by import path
	foreign map[string]*ast.File                  // other packages' files, by their paths
	leads   map[string]map[*packages.Package]bool // by import path: who imports that, see cycle
	plain   plain.Checker                         // what it remembers holds for all targets
	hides   map[string]bool                       // by import path and method: see sources
	newer   string                                // what a newer Go than the tool's left unreadable

	// By import path and by file: what is deprecated, and what speaks of that.
	deprecatedPackages, speaking map[string]bool
}

// parsed is a package that was read from source.
type parsed struct {
	*packages.Package
	types  *types.Package
	files  []*ast.File
	errors []types.Error
	// failure is what made the type checker give up; the types are useless then.
	failure string
}

// newWorld returns the world that the tests in testDir see or, if that is "", the
// one that all else sees.
func newWorld(l *listing, testDir string) *world {
	w := &world{
		listing: l, list: map[string]*packages.Package{},
		types:   map[string]*types.Package{"unsafe": types.Unsafe},
		sources: map[string]*parsed{}, foreign: map[string]*ast.File{},
		leads: map[string]map[*packages.Package]bool{}, hides: map[string]bool{},
		deprecatedPackages: map[string]bool{}, speaking: map[string]bool{},
	}
	w.plain.Sources = sources{w}
	tested := map[string]bool{}
	for _, p := range l.packages {
		if p.Dir == testDir && p.ForTest != "" {
			tested[p.ForTest] = true
		}
	}
	w.include(slices.DeleteFunc(slices.Clone(l.packages), func(p *packages.Package) bool {
		return p.ForTest != "" && !tested[p.ForTest]
	}))
	return w
}

// add lists more packages.
func (w *world) add(patterns ...string) error {
	listed, err := w.load(patterns...)
	if err == nil {
		w.include(listed)
	}
	return err
}

// include takes packages in, and reads those in the requests' folders from source.
func (w *world) include(listed []*packages.Package) {
	for _, p := range listed {
		// What a test sees goes over what others see.
		if known := w.list[p.PkgPath]; known == nil || known.ForTest == "" {
			w.list[p.PkgPath] = p
		}
	}
	// In this order, so that no export data mentions a package whose source comes later.
	for _, p := range listed {
		if w.list[p.PkgPath] == p && w.ByDir[p.Dir] != nil && w.sources[p.PkgPath] == nil {
			w.readSource(p)
		}
	}
}

// missing says whether a package can't be found from where the requests are.
func (w *world) missing(path string) bool {
	p := w.list[path]
	return p == nil || len(p.GoFiles) == 0
}

// readSource type-checks the declarations of a package. What is wrong elsewhere
// in it is noted, and is no reason to stop.
func (w *world) readSource(p *packages.Package) *parsed {
	s := &parsed{Package: p}
	w.sources[p.PkgPath] = s
	for _, path := range p.GoFiles {
		if syntax := w.parse(path); syntax != nil {
			s.files = append(s.files, syntax)
		}
	}
	w.checkGoVersion(p)
	config := w.typesConfig(p, func(err types.Error) {
		if !w.isOurs(w.pathAt(err.Pos)) {
			s.errors = append(s.errors, err)
		}
	})
	config.IgnoreFuncBodies = true
	s.types = types.NewPackage(p.PkgPath, p.Name)
	w.types[p.PkgPath] = s.types
	s.failure = typeCheck(types.NewChecker(config, w.Fset, s.types, nil), s.files)
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
func (w *world) isOurs(path string) bool {
	file := w.known(path)
	return file != nil && file.Ours
}

// known returns a file of the requests' folders, or nil.
func (w *world) known(path string) *source.File {
	if dir := w.ByDir[filepath.Dir(path)]; dir != nil {
		return dir.File(path)
	}
	return nil
}

// parse returns a file's syntax.
func (w *world) parse(path string) *ast.File {
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

func (w *world) typesConfig(p *packages.Package, report func(types.Error)) *types.Config {
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
	world *world
	from  *packages.Package
}

func (i importer) Import(path string) (*types.Package, error) {
	if p := i.from.Imports[path]; p != nil {
		path = p.PkgPath // A vendored package has another path than its import.
	}
	return i.world.pkg(path)
}

// pkg returns the types of a package: from its source where that was read, else
// from export data or, where it doesn't compile, from source after all.
func (w *world) pkg(path string) (*types.Package, error) {
	if p := w.types[path]; p != nil && p.Complete() || w.sources[path] != nil {
		return p, nil
	}
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	p := w.list[path]
	switch {
	case p == nil:
		return nil, fmt.Errorf("package %s is not among the dependencies", path)
	case p.ExportFile == "" && len(p.GoFiles) == 0:
		if len(p.Errors) > 0 {
			return nil, errors.New(strings.Join(strings.Fields(p.Errors[0].Msg), " "))
		}
		return nil, fmt.Errorf("package %s has no Go files", path)
	case p.ExportFile == "":
		return w.readSource(p).types, nil
	}
	return w.readExport(p)
}

func (w *world) readExport(p *packages.Package) (*types.Package, error) {
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
	types, err := gcexportdata.Read(r, w.Fset, w.types, p.PkgPath)
	if err != nil {
		w.checkGoCommand()
	}
	return types, err
}

// position returns where obj is declared, as it is shown: where a //line comment says, if one
// does.
func (w *world) position(obj types.Object) token.Position {
	return w.inFile(obj, w.Fset.Position(obj.Pos()))
}

// place returns where obj is declared, whatever a //line comment says.
func (w *world) place(obj types.Object) token.Position {
	return w.inFile(obj, w.Fset.PositionFor(obj.Pos(), false))
}

// pathAt returns the file that pos is in, whatever a //line comment says.
func (w *world) pathAt(pos token.Pos) string { return w.Fset.PositionFor(pos, false).Filename }

// inFile corrects a position of obj. Export data may have paths that are no files, such as
// $GOROOT/src/io/io.go: the package's list of files knows better.
func (w *world) inFile(obj types.Object, at token.Position) token.Position {
	if at.IsValid() && !filepath.IsAbs(at.Filename) && obj.Pkg() != nil {
		if path := w.pathOfFile(obj.Pkg().Path(), at.Filename); path != "" {
			at.Filename = path
		}
	}
	return at
}
