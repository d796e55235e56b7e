package gen

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/breakergen/breakergen/gen/internal/problem"
)

const noFile = "/dev/null" // as git and patch call it

// Diff returns what Write would change, as a unified diff whose paths are relative to
// dir; nil if nothing. That a checkout has other line ends is no change.
func Diff(o Output, dir string) ([]byte, error) {
	old, err := os.ReadFile(o.Path)
	name := problem.Slashed(problem.Relative(o.Path, dir))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return diff.Diff(noFile, nil, "b/"+name, o.Content), nil
	case err != nil:
		return nil, fmt.Errorf("checking: %w", err)
	}
	old = bytes.ReplaceAll(old, []byte("\r\n"), []byte("\n"))
	return diff.Diff("a/"+name, old, "b/"+name, o.Content), nil
}

// DiffOrphan returns the unified diff that removes a file.
func DiffOrphan(path, dir string) ([]byte, error) {
	old, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("checking: %w", err)
	}
	return diff.Diff("a/"+problem.Slashed(problem.Relative(path, dir)), old, noFile, nil), nil
}
