package source

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/breakergen/breakergen/gen/internal/request"
)

// An interface may have variants, each in a file for builds of its own: vol_windows.go and
// vol_linux.go. The file that one's wrapper goes to takes the suffix over.

// SuffixOf returns what a file's name says of the builds that the file is in, such as
// "_linux_amd64" or "_windows_test".
func SuffixOf(path string) string {
	name := filepath.Base(path)
	suffix := ""
	for _, tag := range tagsOfName(name) {
		suffix += "_" + tag
	}
	if strings.HasSuffix(name, "_test.go") {
		suffix += "_test"
	}
	return suffix
}

// Declaring returns the files that declare the name of a request, whatever their build tags:
// the one that the request stands in alone, if that does.
func (f *Folders) Declaring(r *request.Request, name string) (files []*File) {
	path, base := request.SplitName(name)
	if path != "" {
		return nil
	}
	for _, file := range f.Folder(r.Dir).Files {
		if file.Ours || file.Syntax == nil || Declaration(file.Syntax, base) == nil {
			continue
		}
		if filepath.Base(file.Path) == r.File {
			return []*File{file}
		}
		files = append(files, file)
	}
	return files
}

// OutPaths returns the files that the wrapper of a request's name may go to, in one build or
// another: beside each of its declarations.
func (f *Folders) OutPaths(r *request.Request, name string) (paths []string) {
	if r.Out != "" {
		return []string{r.OutPath(name, "")}
	}
	for _, file := range f.Declaring(r, name) {
		paths = append(paths, r.OutPath(name, SuffixOf(file.Path)))
	}
	if len(paths) == 0 {
		paths = []string{r.OutPath(name, SuffixOf(r.File))}
	}
	return paths
}

// Outputs are all files that requests may write.
func (f *Folders) Outputs(requests []request.Request) map[string]bool {
	paths := map[string]bool{}
	for i := range requests {
		for _, name := range requests[i].Iface {
			for _, path := range f.OutPaths(&requests[i], name) {
				paths[path] = true
			}
		}
	}
	return paths
}

// InTests says whether a name that was asked for by hand is declared in a test file alone.
func (f *Folders) InTests(r *request.Request) bool {
	return slices.ContainsFunc(r.Iface, func(name string) bool {
		inTest, inOther := f.declaredIn(r.Dir, name)
		return inTest && !inOther
	})
}

// declaredIn says in which files of a folder a name of -iface is declared, whatever their
// build tags: in tests, in others, in neither.
func (f *Folders) declaredIn(dir, name string) (inTest, inOther bool) {
	path, name := request.SplitName(name)
	if path != "" {
		return false, false
	}
	for _, file := range f.Folder(dir).Files {
		if file.Syntax != nil && Declaration(file.Syntax, name) != nil {
			test := strings.HasSuffix(file.Path, "_test.go")
			inTest, inOther = inTest || test, inOther || !test
		}
	}
	return inTest, inOther
}
