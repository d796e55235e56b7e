package load

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/breakergen/breakergen/gen/internal/importpath"
	"github.com/breakergen/breakergen/gen/internal/protocol"
	"github.com/breakergen/breakergen/gen/internal/request"
	"github.com/breakergen/breakergen/gen/internal/source"
)

// Listing is what one go list says of all packages that a group of requests needs.
type Listing struct {
	*source.Folders
	Config   packages.Config
	Packages []*packages.Package // each after those that it imports
	hidden   []string            // the files that the go command doesn't see
	made     map[string][]byte   // those that it sees with other contents
	tool     string              // the Go version of the tool
}

// Mode is what a listing has of each package.
const Mode = packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedDeps |
	packages.NeedExportFile | packages.NeedModule | packages.NeedTypesSizes | packages.NeedForTest

// Config is how the go command is asked.
type Config struct {
	Dir  string // where it runs
	Tags string // the build tags for requests that have none
	Tool string // the Go version of the tool
}

// List puts requests into groups and lists the packages that each needs. Made are files in
// sight that aren't written yet.
func (c Config) List(
	ctx context.Context, requests []*request.Request, folders *source.Folders, made map[string][]byte,
) (groups []*Group, err error) {
	groups = c.groups(requests, folders)
	for _, group := range groups {
		if group.Listing, err = c.listGroup(ctx, group, folders, made); err != nil {
			return nil, err
		}
	}
	return groups, nil
}

// listGroup lists all the packages that the group's requests need. The files that they
// may write are hidden: the go command need not compile them, and a stale or broken
// one is never in the way.
func (c Config) listGroup(
	ctx context.Context, group *Group, folders *source.Folders, made map[string][]byte,
) (*Listing, error) {
	l := &Listing{Folders: folders, tool: c.Tool, made: made}
	l.Config = packages.Config{
		Context: ctx, Mode: Mode, Dir: c.Dir, Fset: folders.Fset, Tests: group.tests,
	}
	if group.tags != "" {
		l.Config.BuildFlags = []string{"-tags=" + group.tags}
	}
	var requests []request.Request
	for _, r := range group.requests {
		requests = append(requests, *r)
	}
	outputs := folders.Outputs(requests)
	patterns := patterns(group, folders)
	for _, f := range folders.ByDir {
		l.hidden = append(l.hidden, f.Hidden(outputs)...)
	}
	var err error
	l.Packages, err = l.Load(patterns...)
	if err == nil && len(l.Packages) == 0 { // not even the standard library's
		err = l.refusal(patterns)
	}
	return l, err
}

// patterns returns what to list: the folders, the packages that names of -iface
// come from, and those that generated code imports whatever its types.
func patterns(group *Group, folders *source.Folders) []string {
	set := map[string]bool{importpath.Runtime: true, "context": true, "errors": true, "io": true,
		"strconv": true, "time": true}
	for _, r := range group.requests {
		for _, dir := range []string{r.Dir, r.OutDir()} {
			folder := folders.Folder(dir)
			// go list has nothing to say of a folder without files of the user's.
			if slices.ContainsFunc(folder.Files, func(f *source.File) bool { return !f.Ours }) {
				set[dir] = true
			}
			for path, needed := range protocol.Hints {
				if folder.Imports(path) {
					set[needed] = true // A second go list costs more than one package in vain.
				}
			}
		}
		for _, name := range r.Iface {
			if path, _ := request.SplitName(name); path != "" {
				set[path], set[importpath.Protocol(protocol.HTTP)] = true, true
			}
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// Load runs go list.
func (l *Listing) Load(patterns ...string) ([]*packages.Package, error) {
	config := l.Config
	if len(l.hidden)+len(l.made) > 0 {
		temp, err := os.MkdirTemp("", "breakergen-*")
		if err != nil {
			return nil, fmt.Errorf("loading packages: %w", err)
		}
		defer os.RemoveAll(temp)
		overlay, err := l.overlay(temp)
		if err != nil {
			return nil, fmt.Errorf("loading packages: %w", err)
		}
		config.BuildFlags = append(slices.Clip(config.BuildFlags), "-overlay="+overlay)
	}
	roots, err := packages.Load(&config, patterns...)
	if err != nil {
		return nil, fmt.Errorf("loading packages: %w", err)
	}
	var listed []*packages.Package
	packages.Visit(roots, nil, func(p *packages.Package) {
		if !strings.HasSuffix(p.ID, ".test") { // a test's main
			listed = append(listed, p)
		}
	})
	return listed, nil
}

// overlay writes the file that has the go command take the hidden files for deleted.
// packages.Config.Overlay can only replace them, with a temporary file each.
func (l *Listing) overlay(temp string) (path string, err error) {
	replace := map[string]string{}
	for _, path := range l.hidden {
		replace[path] = ""
	}
	for path, content := range l.made {
		replace[path] = filepath.Join(temp, fmt.Sprintf("%d.go", len(replace)))
		if err := os.WriteFile(replace[path], content, 0o600); err != nil {
			return "", err
		}
	}
	content, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	path = filepath.Join(temp, "overlay.json")
	return path, os.WriteFile(path, content, 0o600)
}
