package gen

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/breakergen/breakergen/gen/internal/request"
)

// An interface may have variants, each in a file for builds of its own: vol_windows.go and
// vol_linux.go. The file that one's wrapper goes to takes the suffix over.

// suffixOf returns what a file's name says of the builds that the file is in, such as
// "_linux_amd64" or "_windows_test".
func suffixOf(path string) string {
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

// declaring returns the files that declare the name of a request, whatever their build tags:
// the one that the request stands in alone, if that does.
func (f *folders) declaring(r *request.Request, name string) (files []*goFile) {
	path, base := request.SplitName(name)
	if path != "" {
		return nil
	}
	for _, file := range f.folder(r.Dir).files {
		if file.ours || file.syntax == nil || declaration(file.syntax, base) == nil {
			continue
		}
		if filepath.Base(file.path) == r.File {
			return []*goFile{file}
		}
		files = append(files, file)
	}
	return files
}

// outPaths returns the files that the wrapper of a request's name may go to, in one build or
// another: beside each of its declarations.
func (f *folders) outPaths(r *request.Request, name string) (paths []string) {
	if r.Out != "" {
		return []string{r.OutPath(name, "")}
	}
	for _, file := range f.declaring(r, name) {
		paths = append(paths, r.OutPath(name, suffixOf(file.path)))
	}
	if len(paths) == 0 {
		paths = []string{r.OutPath(name, suffixOf(r.File))}
	}
	return paths
}

// variant returns another file that declares the target, for other builds than those of the
// file at path, whose wrapper the request would write to the same file; nil if there is none.
func (t *target) variant(f *plannedFile, name, path string) *goFile {
	r := f.request
	byHand := r.File == "" && r.Out != ""
	if byHand || r.Tags != "" || f.path == "-" || constraintIn(t.world.folder(r.Dir), r.File) != "" {
		return nil // It is asked for in these builds alone.
	}
	files := t.world.declaring(r, name)
	i := slices.IndexFunc(files, func(file *goFile) bool {
		return file.path != path && file.syntax.Name.Name == t.site.file.Name.Name &&
			constraintOf(file.syntax, file.path) != "ignore" &&
			r.OutPath(name, suffixOf(file.path)) == f.path
	})
	if i < 0 {
		return nil
	}
	return files[i]
}

// constraintIn returns the build constraint of a folder's file.
func constraintIn(dir *folder, name string) string {
	if file := dir.file(filepath.Join(dir.dir, name)); file != nil && file.syntax != nil {
		return constraintOf(file.syntax, file.path)
	}
	return ""
}
