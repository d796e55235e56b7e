package request

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Licence returns the comment that the output begins with, a line each: the text of the
// request's -header, made a comment where it is none yet.
func (r *Request) Licence() ([]string, error) {
	if r.Header == "" {
		return nil, nil
	}
	path := r.Header
	if !filepath.IsAbs(path) {
		path = filepath.Join(r.Dir, path)
	}
	source, err := os.ReadFile(path)
	if err != nil {
		if at, ok := errors.AsType[*fs.PathError](err); ok {
			err = at.Err // the flag names the file
		}
		return nil, fmt.Errorf("-header=%s: %w", r.Header, err)
	}
	text := strings.TrimSpace(strings.ReplaceAll(string(source), "\r\n", "\n"))
	if text == "" {
		return nil, fmt.Errorf("-header=%s: the file is empty", r.Header)
	}
	lines := strings.Split(text, "\n")
	if strings.HasPrefix(text, "/*") && strings.HasSuffix(text, "*/") {
		return lines, nil
	}
	for i, line := range lines {
		if line = strings.TrimRight(line, " \t"); !strings.HasPrefix(line, "//") {
			line = strings.TrimRight("// "+line, " ")
		}
		lines[i] = line
	}
	return lines, nil
}
