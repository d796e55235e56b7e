package gen

import (
	"fmt"
	"go/ast"
	"go/types"
	"path/filepath"
	"slices"

	"golang.org/x/tools/go/packages"

	"github.com/breakergen/breakergen/gen/internal/problem"
	"github.com/breakergen/breakergen/gen/internal/source"
	"github.com/breakergen/breakergen/templates"
)

// check type-checks rendered code as a file of the package that it goes to. It
// can't where the runtime is yet to be got; the code is then written unchecked.
func (w *world) check(f *plannedFile, code *templates.Code, problems *problem.List) {
	if through := w.cycle(f, code.Syntax); through != "" {
		w.fault(f, problems, "the wrapper in package %s would import %s, which imports %s: "+
			"choose another folder with -out", f.out.name, through, f.out.path)
		return
	}
	if w.lacksRuntime() || !w.loadImports(code.Syntax) {
		return
	}
	pkg, listed := w.beside(f, code.Syntax)
	config := w.typesConfig(listed, func(err types.Error) {
		w.fault(f, problems, "the generated code doesn't compile: %s, in %q; this is a fault of breakergen's",
			err.Msg, code.Line(err.Pos))
	})
	config.Importer = sharedImporter{importer{w, listed}}
	_ = types.NewChecker(config, code.Fset, pkg, nil).Files([]*ast.File{code.Syntax}) // reported above
}

// beside returns a package of its own for one file's check, which has all names of
// the package that the file goes to but those that it declares itself: these are
// an earlier output's. A name that the user declares was refused before.
func (w *world) beside(f *plannedFile, syntax *ast.File) (*types.Package, *packages.Package) {
	pkg := types.NewPackage(f.out.path, f.out.name)
	own := map[string]bool{}
	source.DeclaredIn(syntax, own)
	w.mu.Lock()
	defer w.mu.Unlock()
	if f.out.source == nil {
		w.stub(f, pkg, own)
		return pkg, &packages.Package{PkgPath: f.out.path}
	}
	scope := f.out.source.types.Scope()
	for _, name := range scope.Names() {
		obj := scope.Lookup(name)
		switch file := w.place(obj).Filename; {
		case !own[name]:
			if file != f.path {
				pkg.Scope().Insert(obj)
			}
		case file != f.path:
			f.double(name, file)
		}
	}
	w.stub(f, pkg, own)
	return pkg, f.out.source.Package
}

// double notes that another output, of an earlier run, declares a name too. That is
// never in the way, but the two wouldn't compile together.
func (f *plannedFile) double(name, other string) {
	if f.path == "-" || slices.Contains(f.doubles, other) {
		return
	}
	f.doubles = append(f.doubles, other)
	f.notices = append(f.notices, fmt.Sprintf(
		"%s: %s is declared in %s too: delete that, or give one of them another -name",
		filepath.Base(f.path), name, problem.Slashed(problem.Relative(other, f.out.dir))))
}

// sharedImporter is an importer for checks that run side by side.
type sharedImporter struct{ importer }

func (i sharedImporter) Import(path string) (*types.Package, error) {
	i.world.mu.Lock()
	defer i.world.mu.Unlock()
	return i.importer.Import(path)
}

// loadImports lists the imports of generated code that no package had before.
func (w *world) loadImports(syntax *ast.File) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	var unknown []string
	for _, spec := range syntax.Imports {
		if path := spec.Path.Value[1 : len(spec.Path.Value)-1]; w.list[path] == nil && path != "unsafe" {
			unknown = append(unknown, path)
		}
	}
	return len(unknown) == 0 || w.add(unknown...) == nil
}
