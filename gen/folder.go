package gen

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/breakergen/breakergen/gen/internal/importpath"
	"github.com/breakergen/breakergen/gen/internal/request"
)

// folder is what the Go files of a folder hold, whatever their build tags.
type folder struct {
	dir   string
	files []*goFile
}

// goFile is a Go file as it is on disk.
type goFile struct {
	path   string
	sum    string            // of its content
	source []byte            // of a broken one
	syntax *ast.File         // as far as it parses; of ours, the package clause
	broken bool              // it doesn't parse
	ours   bool              // a breakergen has written it
	wraps  bool              // a directive in it may be wrap
	asks   []request.Request // what its go:generate lines ask for, as far as flagsOf reads them
}

// folders are the folders that requests name.
type folders struct {
	fset  *token.FileSet
	byDir map[string]*folder
	run   map[request.Place]bool // where the run's requests stand
}

// readFolders reads, side by side, where requests stand and where their outputs go.
func readFolders(requests []request.Request) *folders {
	f := &folders{fset: token.NewFileSet(), byDir: map[string]*folder{}, run: map[request.Place]bool{}}
	for i := range requests {
		f.run[requests[i].Place()] = true
		f.byDir[requests[i].Dir], f.byDir[requests[i].OutDir()] = nil, nil
	}
	dirs := slices.Sorted(maps.Keys(f.byDir))
	read := make([]*folder, len(dirs))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, dir := range dirs {
		group.Go(func() error {
			read[i] = readFolder(f.fset, dir)
			return nil
		})
	}
	_ = group.Wait() // nothing fails
	for i, dir := range dirs {
		f.byDir[dir] = read[i]
	}
	return f
}

// folder returns what the files of a folder hold.
func (f *folders) folder(dir string) *folder {
	if f.byDir[dir] == nil {
		f.byDir[dir] = readFolder(f.fset, dir)
	}
	return f.byDir[dir]
}

// readFolder parses the Go files of a folder. One that isn't there is empty.
func readFolder(fset *token.FileSet, dir string) *folder {
	f := &folder{dir: dir}
	for _, path := range goFiles(dir) {
		source, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		f.files = append(f.files, parseFile(fset, path, source))
	}
	return f
}

// goFiles lists the Go files of a folder, sorted.
func goFiles(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var paths []string
	for _, e := range entries {
		if !e.IsDir() && strings.HasSuffix(e.Name(), ".go") {
			paths = append(paths, filepath.Join(dir, e.Name()))
		}
	}
	return paths
}

// parseFile parses a file as far as it is needed: an output's package clause, and
// the declarations of others.
func parseFile(fset *token.FileSet, path string, source []byte) *goFile {
	file := &goFile{path: path, sum: sum(source), ours: request.Header(source) != nil}
	file.wraps = bytes.Contains(source, []byte(wrapDirective)) && !file.ours
	mode := parser.ParseComments | parser.SkipObjectResolution
	if file.ours {
		mode = parser.PackageClauseOnly
	}
	if !file.ours {
		file.asks = request.AsksOf(path, source)
	}
	var err error
	file.syntax, err = parser.ParseFile(fset, path, source, mode)
	if file.broken = err != nil; file.broken {
		file.source = source
	}
	dropBodies(file.syntax, source)
	return file
}

// dropBodies frees the memory of functions' bodies, which nothing reads, unless a
// directive may stand in one.
func dropBodies(file *ast.File, source []byte) {
	if file == nil || bytes.Contains(source, []byte("//breakergen:")) {
		return
	}
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Body != nil {
			f.Body = &ast.BlockStmt{Lbrace: f.Body.Lbrace, Rbrace: f.Body.Rbrace}
		}
	}
}

// file returns the file with that path, or nil.
func (f *folder) file(path string) *goFile {
	for _, file := range f.files {
		if file.path == path {
			return file
		}
	}
	return nil
}

// packageName returns the name of the folder's package, from a file of it that
// isn't a test's or, if there are only those, from them.
func (f *folder) packageName() string {
	name := ""
	for _, file := range f.files {
		if file.syntax == nil || file.syntax.Name == nil || file.syntax.Name.Name == "" || file.ours {
			continue
		}
		if !strings.HasSuffix(file.path, "_test.go") {
			return file.syntax.Name.Name
		}
		name = strings.TrimSuffix(file.syntax.Name.Name, "_test")
	}
	return name
}

// declared returns every package-level name in the hand-written files of the
// package with the given name.
func (f *folder) declared(pkg string) map[string]bool {
	names := map[string]bool{}
	for _, file := range f.files {
		if file.ours || file.syntax == nil || file.syntax.Name.Name != pkg {
			continue
		}
		declaredIn(file.syntax, names)
	}
	return names
}

// declaredIn adds the package-level names that a file declares.
func declaredIn(file *ast.File, names map[string]bool) {
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				names[d.Name.Name] = true
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					names[s.Name.Name] = true
				case *ast.ValueSpec:
					for _, n := range s.Names {
						names[n.Name] = true
					}
				}
			}
		}
	}
}

// imports says whether a file of the folder imports a package.
func (f *folder) imports(path string) bool {
	return slices.ContainsFunc(f.files, func(file *goFile) bool {
		isPath := func(spec *ast.ImportSpec) bool { return spec.Path.Value == `"`+path+`"` }
		return file.syntax != nil && slices.ContainsFunc(file.syntax.Imports, isPath)
	})
}

// hidden returns the files that loading must not see: outputs, and whatever of ours
// is broken or belongs to another package, so that none is ever in the way.
func (f *folder) hidden(outputs map[string]bool) []string {
	var paths []string
	pkg := f.packageName()
	for _, file := range f.files {
		name := ""
		if file.syntax != nil && file.syntax.Name != nil {
			name = file.syntax.Name.Name
		}
		isTest := strings.HasSuffix(file.path, "_test.go")
		stray := pkg != "" && name != pkg && !(isTest && name == pkg+"_test")
		if outputs[file.path] && file.replaceable() || file.ours && (stray || !file.parses()) {
			paths = append(paths, file.path)
		}
	}
	return paths
}

// parses says whether the file of ours is whole.
func (file *goFile) parses() bool {
	_, err := parser.ParseFile(token.NewFileSet(), file.path, nil, parser.SkipObjectResolution)
	return err == nil
}

// replaceable says whether an output may take the place of file: it is ours, or
// it is what is left of such a file, or holds no declaration.
func (file *goFile) replaceable() bool {
	cutOff := bytes.HasPrefix(file.source, []byte(request.HeaderStart)) ||
		bytes.Contains(file.source, []byte(importpath.Runtime)) || len(bytes.TrimSpace(file.source)) == 0
	return file.ours || file.broken && cutOff || !file.broken && len(file.syntax.Decls) == 0
}
