package source

import (
	"os"
	"path/filepath"
	"strings"
)

// WritersOf returns the folders from which a relative -out leads to a file.
func WritersOf(path, out string) []string {
	// With -out=../../mocks/x.go it is two levels below the folder that has mocks.
	down, up := filepath.Clean(out), 0
	for {
		rest, ok := strings.CutPrefix(down, ".."+string(filepath.Separator))
		if !ok {
			break
		}
		down, up = rest, up+1
	}
	base := filepath.Dir(path)
	for range strings.Count(down, string(filepath.Separator)) {
		base = filepath.Dir(base)
	}
	dirs := []string{base}
	for range up {
		var below []string
		for _, dir := range dirs {
			below = append(below, subfolders(dir)...)
		}
		dirs = below
	}
	return dirs
}

func subfolders(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var dirs []string
	for _, e := range entries {
		if e.IsDir() {
			dirs = append(dirs, filepath.Join(dir, e.Name()))
		}
	}
	return dirs
}
