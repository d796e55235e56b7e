// Package source is the user's Go files as they are on disk: the folders that requests name,
// what is declared in a file and which builds it is for, the files that wrappers go to, and
// the module that a folder is in.
//
// It knows syntax and no types, and asks no go command. What it has read doesn't change, so
// that all of it may be read side by side but for [Folders.Folder], which reads what is new.
package source

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
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
	Files []*File
}

// File is a Go file as it is on disk.
type File struct {
	Path   string
	Sum    string            // of its content
	source []byte            // of a broken one
	Syntax *ast.File         // as far as it parses; of ours, the package clause
	broken bool              // it doesn't parse
	Ours   bool              // a breakergen has written it
	Wraps  bool              // a directive in it may be wrap
	Asks   []request.Request // what its go:generate lines ask for, as far as request.FlagsOf reads them
}

// Folders are the folders that requests name.
type Folders struct {
	Fset  *token.FileSet
	ByDir map[string]*folder
	Run   map[request.Place]bool // where the run's requests stand
}

// Read reads, side by side, where requests stand and where their outputs go.
func Read(requests []request.Request) *Folders {
	f := &Folders{Fset: token.NewFileSet(), ByDir: map[string]*folder{}, Run: map[request.Place]bool{}}
	for i := range requests {
		f.Run[requests[i].Place()] = true
		f.ByDir[requests[i].Dir], f.ByDir[requests[i].OutDir()] = nil, nil
	}
	dirs := slices.Sorted(maps.Keys(f.ByDir))
	read := make([]*folder, len(dirs))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, dir := range dirs {
		group.Go(func() error {
			read[i] = readFolder(f.Fset, dir)
			return nil
		})
	}
	_ = group.Wait() // nothing fails
	for i, dir := range dirs {
		f.ByDir[dir] = read[i]
	}
	return f
}

// Folder returns what the files of a folder hold.
func (f *Folders) Folder(dir string) *folder {
	if f.ByDir[dir] == nil {
		f.ByDir[dir] = readFolder(f.Fset, dir)
	}
	return f.ByDir[dir]
}

// readFolder parses the Go files of a folder. One that isn't there is empty.
func readFolder(fset *token.FileSet, dir string) *folder {
	f := &folder{dir: dir}
	for _, path := range GoFiles(dir) {
		source, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		f.Files = append(f.Files, parseFile(fset, path, source))
	}
	return f
}

// GoFiles lists the Go files of a folder, sorted.
func GoFiles(dir string) []string {
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
func parseFile(fset *token.FileSet, path string, source []byte) *File {
	file := &File{Path: path, Sum: Sum(source), Ours: request.Header(source) != nil}
	file.Wraps = MayWrap(source) && !file.Ours
	mode := parser.ParseComments | parser.SkipObjectResolution
	if file.Ours {
		mode = parser.PackageClauseOnly
	}
	if !file.Ours {
		file.Asks = request.AsksOf(path, source)
	}
	var err error
	file.Syntax, err = parser.ParseFile(fset, path, source, mode)
	if file.broken = err != nil; file.broken {
		file.source = source
	}
	dropBodies(file.Syntax, source)
	return file
}

// dropBodies frees the memory of functions' bodies, which nothing reads, unless a
// directive may stand in one.
func dropBodies(file *ast.File, source []byte) {
	if file == nil || bytes.Contains(source, []byte(Prefix)) {
		return
	}
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Body != nil {
			f.Body = &ast.BlockStmt{Lbrace: f.Body.Lbrace, Rbrace: f.Body.Rbrace}
		}
	}
}

// File returns the file with that path, or nil.
func (f *folder) File(path string) *File {
	for _, file := range f.Files {
		if file.Path == path {
			return file
		}
	}
	return nil
}

// PackageName returns the name of the folder's package, from a file of it that
// isn't a test's or, if there are only those, from them.
func (f *folder) PackageName() string {
	name := ""
	for _, file := range f.Files {
		if file.Syntax == nil || file.Syntax.Name == nil || file.Syntax.Name.Name == "" || file.Ours {
			continue
		}
		if !strings.HasSuffix(file.Path, "_test.go") {
			return file.Syntax.Name.Name
		}
		name = strings.TrimSuffix(file.Syntax.Name.Name, "_test")
	}
	return name
}

// Declared returns every package-level name in the hand-written files of the
// package with the given name.
func (f *folder) Declared(pkg string) map[string]bool {
	names := map[string]bool{}
	for _, file := range f.Files {
		if file.Ours || file.Syntax == nil || file.Syntax.Name.Name != pkg {
			continue
		}
		DeclaredIn(file.Syntax, names)
	}
	return names
}

// Imports says whether a file of the folder imports a package.
func (f *folder) Imports(path string) bool {
	return slices.ContainsFunc(f.Files, func(file *File) bool {
		isPath := func(spec *ast.ImportSpec) bool { return spec.Path.Value == `"`+path+`"` }
		return file.Syntax != nil && slices.ContainsFunc(file.Syntax.Imports, isPath)
	})
}

// Hidden returns the files that loading must not see: outputs, and whatever of ours
// is broken or belongs to another package, so that none is ever in the way.
func (f *folder) Hidden(outputs map[string]bool) []string {
	var paths []string
	pkg := f.PackageName()
	for _, file := range f.Files {
		name := ""
		if file.Syntax != nil && file.Syntax.Name != nil {
			name = file.Syntax.Name.Name
		}
		isTest := strings.HasSuffix(file.Path, "_test.go")
		stray := pkg != "" && name != pkg && !(isTest && name == pkg+"_test")
		if outputs[file.Path] && file.Replaceable() || file.Ours && (stray || !file.parses()) {
			paths = append(paths, file.Path)
		}
	}
	return paths
}

// parses says whether the file of ours is whole.
func (file *File) parses() bool {
	_, err := parser.ParseFile(token.NewFileSet(), file.Path, nil, parser.SkipObjectResolution)
	return err == nil
}

// Replaceable says whether an output may take the place of file: it is ours, or
// it is what is left of such a file, or holds no declaration.
func (file *File) Replaceable() bool {
	cutOff := bytes.HasPrefix(file.source, []byte(request.HeaderStart)) ||
		bytes.Contains(file.source, []byte(importpath.Runtime)) || len(bytes.TrimSpace(file.source)) == 0
	return file.Ours || file.broken && cutOff || !file.broken && len(file.Syntax.Decls) == 0
}

// Sum tells contents apart.
func Sum(content []byte) string {
	s := sha256.Sum256(content)
	return hex.EncodeToString(s[:])
}

// Prefix begins a directive's comment.
const Prefix = "//breakergen:"

// MayWrap says whether a directive in a file may be wrap, which has what a method returns
// wrapped too, by the wrapper that is generated for that interface in the same package.
func MayWrap(source []byte) bool { return bytes.Contains(source, []byte(Prefix+"wrap")) }

// Parse returns a file's syntax, as far as it parses.
func Parse(fset *token.FileSet, path string, source []byte) *ast.File {
	syntax, _ := parser.ParseFile(fset, path, source, parser.ParseComments|parser.SkipObjectResolution)
	dropBodies(syntax, source)
	return syntax
}
