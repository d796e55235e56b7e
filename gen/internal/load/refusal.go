package load

import (
	"bytes"
	"fmt"
	"os/exec"
	"slices"
	"strings"
)

// refusal is the error of a go list that finds nothing: what the go command itself says, as
// package packages doesn't pass on what is said of a go.mod.
func (l *Listing) refusal(patterns []string) error {
	args := append(append([]string{"list", "-e"}, l.Config.BuildFlags...), "--")
	cmd := exec.CommandContext(l.Config.Context, "go", append(args, patterns...)...)
	cmd.Dir = l.Config.Dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	err := cmd.Run()
	words := strings.FieldsFunc(stderr.String(), func(r rune) bool { return r == '\n' })
	words = slices.DeleteFunc(words, func(line string) bool { return strings.HasPrefix(line, "go: downloading ") })
	switch {
	case len(words) > 0:
		return fmt.Errorf("loading packages from %s: %s", l.Config.Dir, strings.Join(words, "\n"))
	case err != nil:
		return fmt.Errorf("loading packages from %s: go list: %w", l.Config.Dir, err)
	default:
		return fmt.Errorf("loading packages from %s: go list finds none", l.Config.Dir)
	}
}
