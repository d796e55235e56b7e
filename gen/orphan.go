package gen

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/breakergen/breakergen/gen/internal/request"
)

// Orphans returns the files under the tree's patterns that breakergen wrote and no
// directive asks for, in a file of whatever build tags. Each file's header says
// from where it was asked for, which may be outside of the patterns. The outputs are
// those of a run over the tree, which are asked for.
func (t *Tree) Orphans(outputs []Output) []string {
	made := map[string]bool{}
	for _, o := range outputs {
		made[o.Path] = true
	}
	var list []string
	for _, dir := range t.folders {
		for _, path := range goFiles(dir) {
			if made[path] {
				continue
			}
			source, err := os.ReadFile(path)
			if err != nil {
				continue
			}
			if args, ok := request.RecordedArgs(source); ok && !t.asks(path, args) {
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
	return slices.Contains(t.read.outPaths(r, name), path)
}

// writers returns the folders that the directive of a file may stand in.
func (t *Tree) writers(path string, args []string) []string {
	out := ""
	if r, err := t.discovery.Parse(args); err == nil && r != nil {
		out = filepath.FromSlash(r.Out)
	}
	if filepath.IsAbs(out) {
		return t.folders
	}
	return writersOf(path, out)
}

// requestsIn returns what all directives in a folder ask for.
func (t *Tree) requestsIn(dir string) []request.Request {
	list, ok := t.asked[dir]
	if !ok {
		for _, path := range goFiles(dir) {
			requests, _ := t.discovery.scan(path) // Find reports what is wrong.
			list = append(list, requests...)
		}
		t.asked[dir] = list
	}
	return list
}
