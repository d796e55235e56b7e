package gen

import (
	"slices"

	"github.com/breakergen/breakergen/gen/internal/source"
)

// variant returns another file that declares the target, for other builds than those of the
// file at path, whose wrapper the request would write to the same file; nil if there is none.
func variant(t *target, f *plannedFile, name, path string) *source.File {
	r := f.request
	byHand := r.File == "" && r.Out != ""
	if byHand || r.Tags != "" || f.path == "-" || source.ConstraintIn(t.world.Folder(r.Dir), r.File) != "" {
		return nil // It is asked for in these builds alone.
	}
	files := t.world.Declaring(r, name)
	i := slices.IndexFunc(files, func(file *source.File) bool {
		return file.Path != path && file.Syntax.Name.Name == t.site.File.Name.Name &&
			source.ConstraintOf(file.Syntax, file.Path) != "ignore" &&
			r.OutPath(name, source.SuffixOf(file.Path)) == f.path
	})
	if i < 0 {
		return nil
	}
	return files[i]
}
