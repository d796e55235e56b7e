package gen

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Write puts an output in its place, whole or not at all, and says whether that
// changed anything. It makes the file's folder if need be.
func Write(o Output) (changed bool, err error) {
	old, err := os.ReadFile(o.Path)
	if err == nil && bytes.Equal(old, o.Content) {
		return false, nil
	}
	dir, pattern := filepath.Dir(o.Path), "."+filepath.Base(o.Path)+".*"
	temp, err := os.CreateTemp(dir, pattern)
	if errors.Is(err, fs.ErrNotExist) {
		if err = os.MkdirAll(dir, 0o755); err == nil {
			temp, err = os.CreateTemp(dir, pattern)
		}
	}
	if err != nil {
		return false, fmt.Errorf("writing %s: %w", o.Path, err)
	}
	_, err = temp.Write(o.Content)
	if err == nil {
		err = temp.Chmod(0o644)
	}
	if closeErr := temp.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(temp.Name(), o.Path)
	}
	if err != nil {
		_ = os.Remove(temp.Name()) // The first error is the one to show.
		return false, fmt.Errorf("writing %s: %w", o.Path, err)
	}
	return true, nil
}
