package problem

import (
	"path/filepath"
	"strings"
)

// Relative shortens the path of a file in or near dir.
func Relative(path, dir string) string {
	if rel, err := filepath.Rel(dir, path); err == nil && len(rel) < len(path) {
		return rel
	}
	return path
}

// Slashed writes a path with forward slashes, so that headers and messages are the
// same on every system.
func Slashed(path string) string { return slashed(path, filepath.Separator) }

func slashed(path string, separator rune) string {
	return strings.ReplaceAll(path, string(separator), "/")
}
