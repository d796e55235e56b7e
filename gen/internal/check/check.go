// Package check looks at rendered code before it is written: whether it compiles in its
// package, whether another directive writes the same file or declares the same name, and
// whether its module has what it imports.
//
// It changes nothing in the code. Its functions take the world's lock themselves.
package check

import (
	"fmt"
	"go/ast"
	"go/types"
	"path/filepath"
	"slices"
	"strconv"

	"golang.org/x/tools/go/packages"

	"github.com/breakergen/breakergen/gen/internal/load"
	"github.com/breakergen/breakergen/gen/internal/model"
	"github.com/breakergen/breakergen/gen/internal/problem"
	"github.com/breakergen/breakergen/gen/internal/source"
	"github.com/breakergen/breakergen/templates"
)

// Check checks rendered code, in its own package, beside other wrappers and in its module,
// and returns what it takes for itself there.
func Check(w *load.World, f *model.File, code *templates.Code, problems *problem.List) *Rendered {
	compile(w, f, code, problems)
	r := renderedAs(f, code)
	checkRivals(w, f, r, problems)
	checkModule(w, f, code.Syntax)
	return r
}

// compile type-checks rendered code as a file of the package that it goes to. It
// can't where the runtime is yet to be got; the code is then written unchecked.
func compile(w *load.World, f *model.File, code *templates.Code, problems *problem.List) {
	if through := cycle(w, f, code.Syntax); through != "" {
		f.Fault(w, problems, "the wrapper in package %s would import %s, which imports %s: "+
			"choose another folder with -out", f.Out.Name, through, f.Out.Path)
		return
	}
	if w.LacksRuntime() || !loadImports(w, code.Syntax) {
		return
	}
	pkg, listed := beside(w, f, code.Syntax)
	config := w.TypesConfig(listed, func(err types.Error) {
		f.Fault(w, problems, "the generated code doesn't compile: %s, in %q; this is a fault of breakergen's",
			err.Msg, code.Line(err.Pos))
	})
	config.Importer = w.SharedImporter(listed)
	_ = types.NewChecker(config, code.Fset, pkg, nil).Files([]*ast.File{code.Syntax}) // reported above
}

// beside returns a package of its own for one file's check, which has all names of
// the package that the file goes to but those that it declares itself: these are
// an earlier output's. A name that the user declares was refused before.
func beside(w *load.World, f *model.File, syntax *ast.File) (*types.Package, *packages.Package) {
	pkg := types.NewPackage(f.Out.Path, f.Out.Name)
	own := map[string]bool{}
	source.DeclaredIn(syntax, own)
	w.Lock()
	defer w.Unlock()
	if f.Out.Source == nil {
		stub(w, f, pkg, own)
		return pkg, &packages.Package{PkgPath: f.Out.Path}
	}
	scope := f.Out.Source.Types.Scope()
	var doubles []string // earlier outputs that declare the same
	for _, name := range scope.Names() {
		obj := scope.Lookup(name)
		switch file := w.Place(obj).Filename; {
		case !own[name]:
			if file != f.Path {
				pkg.Scope().Insert(obj)
			}
		case file != f.Path && f.Path != "-" && !slices.Contains(doubles, file):
			doubles = append(doubles, file)
			double(f, name, file)
		}
	}
	stub(w, f, pkg, own)
	return pkg, f.Out.Source.Package
}

// double notes that another output, of an earlier run, declares a name too. That is
// never in the way, but the two wouldn't compile together.
func double(f *model.File, name, other string) {
	f.Notices = append(f.Notices, fmt.Sprintf(
		"%s: %s is declared in %s too: delete that, or give one of them another -name",
		filepath.Base(f.Path), name, problem.Slashed(problem.Relative(other, f.Out.Dir))))
}

// loadImports lists the imports of generated code that no package had before.
func loadImports(w *load.World, syntax *ast.File) bool {
	w.Lock()
	defer w.Unlock()
	var unknown []string
	for _, spec := range syntax.Imports {
		if path := spec.Path.Value[1 : len(spec.Path.Value)-1]; w.Listed[path] == nil && path != "unsafe" {
			unknown = append(unknown, path)
		}
	}
	return len(unknown) == 0 || w.Add(unknown...) == nil
}

// cycle returns an import of generated code that leads back to the package that the
// code goes to, or "".
func cycle(w *load.World, f *model.File, syntax *ast.File) string {
	w.Lock()
	defer w.Unlock()
	for _, spec := range syntax.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		if p := w.Listed[path]; p != nil && w.LeadsBack(p, f.Out.Path) {
			return path
		}
	}
	return ""
}
