package gen

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/tools/go/packages"

	"github.com/breakergen/breakergen/gen/internal/load"
	"github.com/breakergen/breakergen/gen/internal/request"
	"github.com/breakergen/breakergen/gen/internal/source"
)

// memory is where a run keeps what it made, and of what: the next run has nothing to
// render where both are as they were. It goes by content, never by times.
type memory struct {
	path   string // "" keeps nothing
	inputs string // the sum of all that this run's outputs are made of
	past   past
}

// past is what the last run kept.
type past struct {
	Inputs  string
	Outputs []made
	Notices []string
}

// made is a file that the last run made.
type made struct{ Path, Sum string }

// recall reads what the last run kept. That it can't is no error: there is no past then.
func (g Generator) recall(requests []request.Request, folders *source.Folders, groups []*load.Group) *memory {
	m := &memory{}
	if g.Memory == "" {
		return m
	}
	inputs, err := g.inputs(requests, folders, groups)
	if err != nil {
		return m
	}
	m.path, m.inputs = g.Memory, inputs
	if content, err := os.ReadFile(m.path); err != nil || json.Unmarshal(content, &m.past) != nil {
		m.past = past{}
	}
	return m
}

// result returns what the last run came to, if that was made of the same and all of it
// is still in place; otherwise nil.
func (m *memory) result(folders *source.Folders) *Result {
	if m.path == "" || m.past.Inputs != m.inputs {
		return nil
	}
	r := &Result{Notices: m.past.Notices}
	for _, o := range m.past.Outputs {
		if file := folders.Folder(filepath.Dir(o.Path)).File(o.Path); file == nil || file.Sum != o.Sum {
			return nil
		}
		r.Outputs = append(r.Outputs, Output{Path: o.Path, Unchanged: true})
	}
	return r
}

// keep keeps what a run made, unless there is something to show again: problems, or
// what went to standard output. That it can't is no error: the next run does all the
// work then.
func (m *memory) keep(r *Result) {
	if m.path == "" || len(r.Problems) > 0 {
		return
	}
	now := past{Inputs: m.inputs, Notices: r.Notices}
	for _, o := range r.Outputs {
		if o.Path == "-" {
			return
		}
		now.Outputs = append(now.Outputs, made{o.Path, source.Sum(o.Content)})
	}
	if content, err := json.Marshal(now); err == nil {
		_, _ = Write(Output{Path: m.path, Content: content})
	}
}

// inputs returns the sum of all that outputs are made of: the tool, the requests, the
// folders but for the outputs, and the packages that the groups see.
func (g Generator) inputs(requests []request.Request, folders *source.Folders, groups []*load.Group) (string, error) {
	tool, err := ownSum()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s %s %q\n", tool, g.toolchain(), g.Tags)
	for _, r := range requests {
		fmt.Fprintf(h, "%#v\n", r)
		if lines, err := r.Licence(); err == nil {
			fmt.Fprintf(h, "%q\n", lines)
		}
	}
	outputs := folders.Outputs(requests)
	for _, dir := range slices.Sorted(maps.Keys(folders.ByDir)) {
		fmt.Fprintf(h, "%q in %q\n", dir, source.ImportPath(dir))
		for _, file := range folders.ByDir[dir].Files {
			if !outputs[file.Path] || !file.Replaceable() {
				fmt.Fprintf(h, "%q %s\n", file.Path, file.Sum)
			}
		}
	}
	for _, group := range groups {
		for _, p := range slices.SortedFunc(slices.Values(group.Listing.Packages), byID) {
			if err := writePackage(h, p); err != nil {
				return "", err
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// writePackage writes what tells a package from any other with its path. The build
// cache names export data after its content, which follows all that it was made of.
func writePackage(w io.Writer, p *packages.Package) error {
	fmt.Fprintf(w, "%q %q %q %q %q\n", p.ID, p.PkgPath, p.Name, p.ExportFile, p.GoFiles)
	if p.Module != nil {
		fmt.Fprintf(w, "%q %q\n", p.Module.Path, p.Module.GoVersion)
	}
	if p.ExportFile != "" {
		return nil
	}
	for _, path := range p.GoFiles {
		content, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("reading %s: %w", p.PkgPath, err)
		}
		fmt.Fprintf(w, "%s\n", source.Sum(content))
	}
	return nil
}

// ownSum returns the sum of the running program.
func ownSum() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("finding the program: %w", err)
	}
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("reading the program: %w", err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("reading the program: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func byID(a, b *packages.Package) int { return cmp.Compare(a.ID, b.ID) }
