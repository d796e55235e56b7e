package load

import (
	"path/filepath"

	"github.com/breakergen/breakergen/gen/internal/request"
	"github.com/breakergen/breakergen/gen/internal/source"
)

// Excluded says which file of the request's folder, or of the package at a path, declares a
// name, and what leaves that out of the build; "" where none does.
func (w *World) Excluded(r *request.Request, path, name string) string {
	files := w.Folder(r.Dir).Files
	if path != "" {
		files = w.ignored(path)
	}
	for _, file := range files {
		if file.Ours || file.Syntax == nil || source.Declaration(file.Syntax, name) == nil {
			continue
		}
		if why := source.LeftOutBy(file); why != "" {
			return "is in " + filepath.Base(file.Path) + ", which this build leaves out" + why
		}
	}
	return ""
}

// ignored returns the files of a package that the build leaves out.
func (w *World) ignored(path string) (files []*source.File) {
	if p := w.Listed[path]; p != nil {
		for _, path := range p.IgnoredFiles {
			files = append(files, &source.File{Path: path, Syntax: w.Parse(path)})
		}
	}
	return files
}
