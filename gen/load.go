package gen

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
	"github.com/breakergen/breakergen/gen/internal/request"
	"github.com/breakergen/breakergen/gen/internal/source"
)

// listing is what one go list says of all packages that a group of requests needs.
type listing struct {
	*source.Folders
	config   packages.Config
	packages []*packages.Package // each after those that it imports
	hidden   []string            // the files that the go command doesn't see
	made     map[string][]byte   // those that it sees with other contents
	tool     string              // the Go version of the tool
}

const listMode = packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedDeps |
	packages.NeedExportFile | packages.NeedModule | packages.NeedTypesSizes | packages.NeedForTest

// list puts jobs into groups and lists the packages that each needs. Made are files in
// sight that aren't written yet.
func (g Generator) list(
	ctx context.Context, jobs []*job, folders *source.Folders, made map[string][]byte,
) (groups []*group, err error) {
	groups = g.groups(jobs, folders)
	for _, group := range groups {
		if group.listing, err = g.listGroup(ctx, group, folders, made); err != nil {
			return nil, err
		}
	}
	return groups, nil
}

// listGroup lists all the packages that the group's requests need. The files that they
// may write are hidden: the go command need not compile them, and a stale or broken
// one is never in the way.
func (g Generator) listGroup(
	ctx context.Context, group *group, folders *source.Folders, made map[string][]byte,
) (*listing, error) {
	l := &listing{Folders: folders, tool: g.tool, made: made}
	l.config = packages.Config{
		Context: ctx, Mode: listMode, Dir: g.Dir, Fset: folders.Fset, Tests: group.tests,
	}
	if group.tags != "" {
		l.config.BuildFlags = []string{"-tags=" + group.tags}
	}
	var requests []request.Request
	for _, j := range group.jobs {
		requests = append(requests, *j.request)
	}
	outputs := folders.Outputs(requests)
	patterns := patterns(group, folders)
	for _, f := range folders.ByDir {
		l.hidden = append(l.hidden, f.Hidden(outputs)...)
	}
	var err error
	l.packages, err = l.load(patterns...)
	if err == nil && len(l.packages) == 0 { // not even the standard library's
		err = l.refusal(patterns)
	}
	return l, err
}

// patterns returns what to list: the folders, the packages that names of -iface
// come from, and those that generated code imports whatever its types.
func patterns(group *group, folders *source.Folders) []string {
	set := map[string]bool{importpath.Runtime: true, "context": true, "errors": true, "io": true,
		"strconv": true, "time": true}
	for _, j := range group.jobs {
		for _, dir := range []string{j.request.Dir, j.request.OutDir()} {
			folder := folders.Folder(dir)
			// go list has nothing to say of a folder without files of the user's.
			if slices.ContainsFunc(folder.Files, func(f *source.File) bool { return !f.Ours }) {
				set[dir] = true
			}
			for path, needed := range map[string]string{
				"net/http": importpath.Protocol(protocolHTTP), grpcPath: importpath.Protocol(protocolGRPC),
				"database/sql": importpath.Protocol(protocolSQL),
			} {
				if folder.Imports(path) {
					set[needed] = true // A second go list costs more than one package in vain.
				}
			}
		}
		for _, name := range j.request.Iface {
			if path, _ := request.SplitName(name); path != "" {
				set[path], set[importpath.Protocol(protocolHTTP)] = true, true
			}
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// load runs go list.
func (l *listing) load(patterns ...string) ([]*packages.Package, error) {
	config := l.config
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
func (l *listing) overlay(temp string) (path string, err error) {
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
