package discover

import (
	"path/filepath"
	"slices"

	"github.com/breakergen/breakergen/gen/internal/request"
	"github.com/breakergen/breakergen/gen/internal/source"
)

// Orphans returns the files under the tree's patterns that breakergen wrote and no
// directive asks for, in a file of whatever build tags. Each file's header says
// from where it was asked for, which may be outside of the patterns. Made are the
// files that a run over the tree makes, which are asked for.
func (t *Tree) Orphans(made []string) []string {
	var list []string
	for _, dir := range t.Folders {
		for _, path := range source.GoFiles(dir) {
			if slices.Contains(made, path) {
				continue
			}
			if file := t.file(path); file.ours && !t.asks(path, file.recorded) {
				list = append(list, path)
			}
		}
	}
	slices.Sort(list)
	return list
}

// asks says whether a directive asks for a file that was written with these arguments.
func (t *Tree) asks(path string, args []string) bool {
	for _, dir := range t.writers(path, args) {
		for _, r := range t.requestsIn(dir) {
			if slices.ContainsFunc(r.Iface, func(name string) bool { return t.writes(&r, name, path) }) {
				return true
			}
		}
	}
	return false
}

// writes says whether a request writes the wrapper of one of its names to that file.
func (t *Tree) writes(r *request.Request, name, path string) bool {
	return slices.Contains(t.read.OutPaths(r, name), path)
}

// writers returns the folders that the directive of a file may stand in.
func (t *Tree) writers(path string, args []string) []string {
	out := ""
	if r, err := t.discovery.Parse(args); err == nil && r != nil {
		out = filepath.FromSlash(r.Out)
	}
	if filepath.IsAbs(out) {
		return t.Folders
	}
	return source.WritersOf(path, out)
}

// requestsIn returns what all directives in a folder ask for.
func (t *Tree) requestsIn(dir string) (list []request.Request) {
	for _, path := range source.GoFiles(dir) {
		list = append(list, t.file(path).requests...) // Find reports what is wrong.
	}
	return list
}
