// Package discover finds the directives under patterns, and the outputs that no directive asks
// for any more. Each Go file is read once for both.
//
// It knows what go generate reads, and nothing of what a directive's wrapper will be.
package discover

import (
	"context"
	"fmt"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/breakergen/breakergen/gen/internal/problem"
	"github.com/breakergen/breakergen/gen/internal/request"
	"github.com/breakergen/breakergen/gen/internal/source"
)

// Discovery finds directives, the go:generate lines that run breakergen.
type Discovery struct {
	// Dir is the folder that patterns are relative to.
	Dir string
	// Tags are the build tags of the files to look into, as the go command takes them.
	Tags string
	// Env returns an environment variable: directives may name some.
	Env func(string) string
	// Parse reads a directive's arguments into the flags of a request, as the command
	// reads its own. It returns nil where they ask for no file of their own.
	Parse func(args []string) (*request.Request, error)
}

// Tree is what was found under patterns.
type Tree struct {
	// Requests are in the order of packages, files and lines.
	Requests []request.Request
	// Problems are those of directives whose flags make no sense.
	Problems []problem.Problem
	// Folders are those of the packages that match the patterns.
	Folders []string

	discovery Discovery
	files     map[string]*file // by path: those that were read, each once
	read      *source.Folders
}

// Find looks for directives in the packages that match the patterns, in the files
// in which go generate would: tests too, but none that build tags exclude.
func (d Discovery) Find(ctx context.Context, patterns []string) (*Tree, error) {
	tags, err := d.tags(ctx)
	if err != nil {
		return nil, err
	}
	config := packages.Config{
		Context: ctx, Mode: packages.NeedName | packages.NeedFiles, Dir: d.Dir,
		BuildFlags: []string{"-tags=" + tags},
	}
	found, err := packages.Load(&config, patterns...)
	if err != nil {
		// What the go command itself says is at the end of what package packages makes of it.
		_, words, _ := strings.Cut(err.Error(), "stderr: ")
		if words = strings.TrimSpace(words); words != "" {
			return nil, fmt.Errorf("finding packages: %s", words)
		}
		return nil, fmt.Errorf("finding packages: %w", err)
	}
	t := &Tree{discovery: d, files: map[string]*file{}, read: source.Read(nil)}
	for _, p := range found {
		if p.Dir == "" || len(p.GoFiles)+len(p.IgnoredFiles) == 0 && len(p.Errors) > 0 {
			for _, err := range p.Errors {
				message := strings.TrimSpace(err.Msg)
				if strings.Contains(message, "main module") && source.ModuleRoot(d.Dir) == "" {
					message = "there is no go.mod in this folder or above: " + message
				}
				t.Problems = append(t.Problems, problem.Problem{Message: message})
			}
			continue
		}
		if slices.Contains(t.Folders, p.Dir) {
			continue
		}
		t.Folders = append(t.Folders, p.Dir)
		for _, path := range source.GoFiles(p.Dir) {
			if !slices.Contains(p.IgnoredFiles, path) {
				t.Requests = append(t.Requests, t.file(path).requests...)
				t.Problems = append(t.Problems, t.file(path).problems...)
			}
		}
	}
	return t, nil
}

// tags returns the build tags of the files to look into: those of the flag or, as the flag
// of the go command goes over it, of GOFLAGS; and the one that go generate sets.
func (d Discovery) tags(ctx context.Context) (string, error) {
	tags := d.Tags
	if tags == "" {
		cmd := exec.CommandContext(ctx, "go", "env", "GOFLAGS")
		cmd.Dir = d.Dir
		out, err := cmd.Output()
		if err != nil {
			return "", fmt.Errorf("finding packages: go env GOFLAGS: %w", err)
		}
		for _, flag := range strings.Fields(string(out)) {
			if value, ok := strings.CutPrefix(strings.TrimLeft(flag, "-"), "tags="); ok {
				tags = value
			}
		}
	}
	return strings.TrimPrefix(tags+",generate", ","), nil
}

// file is what a Go file says of directives.
type file struct {
	requests []request.Request
	problems []problem.Problem
	ours     bool     // a breakergen has written it
	recorded []string // the arguments in its header then
}

// file reads a file, whatever its build tags.
func (t *Tree) file(path string) *file {
	f := t.files[path]
	if f == nil {
		f = t.discovery.scan(path)
		t.files[path] = f
	}
	return f
}

// scan reads the directives and the header of one file.
func (d Discovery) scan(path string) *file {
	f := &file{}
	source, err := os.ReadFile(path)
	if err != nil {
		f.problems = []problem.Problem{{Message: err.Error()}}
		return f
	}
	f.recorded, f.ours = request.RecordedArgs(source)
	for _, line := range request.Lines(path, source, d.Env) {
		asked, err := d.Parse(line.Args)
		if err == nil && asked != nil {
			asked.Dir, asked.File = filepath.Split(path)
			asked.Dir = filepath.Clean(asked.Dir)
			asked.Line, asked.Package = line.Number, line.Pkg
			err = asked.Validate()
		}
		switch {
		case err != nil:
			at := token.Position{Filename: path, Line: line.Number, Column: 1}
			f.problems = append(f.problems, problem.Problem{Pos: at, Message: err.Error()})
		case asked != nil:
			f.requests = append(f.requests, *asked)
		}
	}
	return f
}
