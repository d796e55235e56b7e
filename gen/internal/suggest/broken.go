package suggest

import (
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/breakergen/breakergen/gen/internal/load"
	"github.com/breakergen/breakergen/gen/internal/problem"
)

// Broken returns why packages in the folders don't compile: the go command's words, or where
// it has none, as it didn't get to a package, those of the type checker.
func Broken(w *load.World, folders []string) []problem.Problem {
	w.Lock()
	defer w.Unlock()
	var problems problem.List
	for _, p := range w.Parsed {
		if !slices.Contains(folders, p.Dir) {
			continue
		}
		before := len(problems.All)
		for _, err := range p.Errors {
			said(err, w.Config.Dir, &problems)
		}
		if p.Failure != "" {
			problems.Add(token.Position{}, p.PkgPath, "Go's own type checker fails on it: %s", p.Failure)
		}
		if len(problems.All) > before {
			continue
		}
		for _, err := range p.TypeErrors {
			if !strings.HasPrefix(err.Msg, "\t") { // It goes on with the one before.
				problems.Add(w.Fset.Position(err.Pos), "", "%s", err.Msg)
			}
		}
	}
	return problem.Sort(problems.All)
}

// atPosition is a line of the compiler's.
var atPosition = regexp.MustCompile(`^(.+?\.go):(\d+)(?::(\d+))?: (.*)$`)

// said adds what the go command says of a package, a line each, paths being relative to dir.
func said(err packages.Error, dir string, problems *problem.List) {
	text := err.Msg
	if err.Pos != "" && err.Pos != "-" {
		text = err.Pos + ": " + err.Msg
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		found := atPosition.FindStringSubmatch(line)
		switch {
		case found != nil:
			at := token.Position{Filename: found[1]}
			at.Line, _ = strconv.Atoi(found[2])
			at.Column, _ = strconv.Atoi(found[3])
			if !filepath.IsAbs(at.Filename) {
				at.Filename = filepath.Join(dir, at.Filename)
			}
			problems.Add(at, "", "%s", found[4])
		case line != "" && !strings.HasPrefix(line, "#") && line != "too many errors":
			problems.Add(token.Position{}, "", "%s", line)
		}
	}
}
