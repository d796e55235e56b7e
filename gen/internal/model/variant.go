package model

import (
	"slices"

	"github.com/breakergen/breakergen/gen/internal/source"
	"github.com/breakergen/breakergen/gen/internal/target"
)

// variant returns another file that declares the target, for other builds than those of the
// file at path, whose wrapper the request would write to the same file; nil if there is none.
func variant(t *target.Target, f *File, name, path string) *source.File {
	r := f.Request
	byHand := r.File == "" && r.Out != ""
	if byHand || r.Tags != "" || f.Path == "-" || source.ConstraintIn(t.World.Folder(r.Dir), r.File) != "" {
		return nil // It is asked for in these builds alone.
	}
	files := t.World.Declaring(r, name)
	i := slices.IndexFunc(files, func(file *source.File) bool {
		return file.Path != path && file.Syntax.Name.Name == t.Site.File.Name.Name &&
			source.ConstraintOf(file.Syntax, file.Path) != "ignore" &&
			r.OutPath(name, source.SuffixOf(file.Path)) == f.Path
	})
	if i < 0 {
		return nil
	}
	return files[i]
}
