package check

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"

	"github.com/breakergen/breakergen/gen/internal/load"
	"github.com/breakergen/breakergen/gen/internal/model"
	"github.com/breakergen/breakergen/gen/internal/problem"
	"github.com/breakergen/breakergen/gen/internal/request"
	"github.com/breakergen/breakergen/gen/internal/source"
	"github.com/breakergen/breakergen/gen/internal/target"
)

// go generate runs one directive at a time. What the others write and declare is known by
// their lines.

// checkRivals reports the directive of another run that writes an output too, or declares a
// name in it, if that one comes first: [Claims] does so for those of one run. By hand, one may
// ask for what one likes.
func checkRivals(w *load.World, f *model.File, made *Rendered, problems *problem.List) {
	r := f.Request
	if r.File == "" || made.path == "-" {
		return
	}
	w.Lock()
	defer w.Unlock()
	rivals := rivals(w, f, made)
	if slices.ContainsFunc(rivals, func(other request.Request) bool { return isSame(w, f, &other) }) {
		return // What is wrong with both is the first one's problem.
	}
	for _, other := range rivals {
		for _, name := range other.Iface {
			if slices.Contains(w.OutPaths(&other, name), made.path) {
				isWrittenBy(r, &other, made.path, problems)
				return
			}
			if declared := declaredBy(w, f, made, &other, name); declared != "" {
				isDeclaredBy(r, &other, declared, problems)
				return
			}
		}
	}
}

// rivals returns the directives that come before a request, are in no run with it, and may
// write to the folder of its output.
func rivals(w *load.World, f *model.File, made *Rendered) (list []request.Request) {
	r, dir := f.Request, f.Out.Dir
	add := func(asks []request.Request) {
		for _, other := range asks {
			if other.Place().Before(r.Place()) && !w.Run[other.Place()] && other.Out != "-" && other.OutDir() == dir {
				list = append(list, other)
			}
		}
	}
	for _, file := range append(slices.Clip(w.Folder(r.Dir).Files), w.Folder(dir).Files...) {
		if file.Syntax != nil && source.ConstraintOf(file.Syntax, file.Path) != "ignore" {
			add(file.Asks)
		}
	}
	// Those of other folders write there by turns, if they do: that is seen by what changes.
	old, err := os.ReadFile(made.path)
	if dir == r.Dir || err != nil || bytes.Equal(old, made.content) || filepath.IsAbs(r.Out) {
		return list
	}
	dirs := source.WritersOf(made.path, r.Out)
	if args, _ := request.RecordedArgs(old); !filepath.IsAbs(request.FlagsOf(args).Out) {
		dirs = append(dirs, source.WritersOf(made.path, request.FlagsOf(args).Out)...)
	}
	slices.Sort(dirs)
	for _, far := range slices.Compact(dirs) {
		for _, path := range source.GoFiles(far) {
			source, err := os.ReadFile(path)
			if err == nil && far != r.Dir && far != dir && request.Header(source) == nil {
				add(request.AsksOf(path, source))
			}
		}
	}
	return list
}

// isSame says whether another directive makes the same file, of the same interfaces.
func isSame(w *load.World, f *model.File, other *request.Request) bool {
	r := f.Request
	hasVariants := func(name string) bool { return len(w.Declaring(&request.Request{Dir: r.Dir}, name)) > 1 }
	return other.Dir == r.Dir && slices.ContainsFunc(other.PerFile(), func(names []string) bool {
		return other.Command(names) == f.Model.Command &&
			(other.File == r.File || !slices.ContainsFunc(names, hasVariants))
	})
}

// declaredBy returns a name of an output that another directive declares in the same package
// for a name of its -iface; "" if there is none, or the two are never built together.
func declaredBy(w *load.World, f *model.File, made *Rendered, other *request.Request, name string) string {
	_, base := request.SplitName(name)
	n := model.NamesOf(base, other.Name)
	names := []string{n.Wrapper, n.Config, n.Policies, n.Constructor}
	i := slices.IndexFunc(names, func(name string) bool { return slices.Contains(made.claims, claim{f.Out.Path, name}) })
	if i < 0 || target.DestinationOf(w, other, &problem.List{}).Path != f.Out.Path || !meets(w, made, other, name) {
		return ""
	}
	return names[i]
}

// meets says whether an output may be built together with one of another directive's.
func meets(w *load.World, made *Rendered, other *request.Request, name string) bool {
	var files []*source.File
	if w.ByDir[other.Dir] != nil {
		files = w.Declaring(other, name)
	}
	if len(files) == 0 {
		return meet(made.constraint, source.ConstraintAt("", other.OutPath(name, source.SuffixOf(other.File))))
	}
	return slices.ContainsFunc(files, func(file *source.File) bool {
		path := other.OutPath(name, source.SuffixOf(file.Path))
		return meet(made.constraint, source.ConstraintAt(source.ConstraintFor(file.Syntax, file.Path, path), path))
	})
}
