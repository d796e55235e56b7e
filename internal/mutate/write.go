package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/tools/go/packages"
)

// write writes the packages with all their mutants to dir, and returns those. The ones that
// don't compile are left out.
func (s *sources) write(dir string) ([]*mutant, error) {
	replaced := map[string]string{}
	put := func(path string, content []byte) error {
		written := filepath.Join(dir, fmt.Sprintf("%d.go", len(replaced)))
		replaced[path] = written
		return os.WriteFile(written, content, 0o600)
	}
	var made []*mutant
	for _, pkg := range s.pkgs {
		files := s.files[pkg]
		if !slices.ContainsFunc(files, func(f *file) bool { return len(f.sites) > 0 }) {
			continue
		}
		count := len(mutantsOf(files))
		if err := s.check(pkg, files); err != nil {
			return nil, err
		}
		alive := mutantsOf(files)
		s.refused += count - len(alive)
		made = append(made, alive...)
		for _, f := range files {
			if err := put(f.path, f.render()); err != nil {
				return nil, err
			}
		}
		for name, text := range switchFiles(pkg.Name, alive) {
			if err := put(filepath.Join(filepath.Dir(files[0].path), name), []byte(text)); err != nil {
				return nil, err
			}
		}
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replaced})
	if err != nil {
		return nil, err
	}
	s.overlay = filepath.Join(dir, "overlay.json")
	return made, os.WriteFile(s.overlay, overlay, 0o600)
}

func mutantsOf(files []*file) (all []*mutant) {
	for _, f := range files {
		for _, s := range f.sites {
			all = append(all, s.mutants...)
		}
	}
	return all
}

// render returns the file with all its mutants. They are inserted within its lines, so that
// these keep their numbers.
func (f *file) render() []byte {
	var edits []edit
	for order, s := range f.sites {
		for _, e := range s.edits(s) {
			e.site, e.order = s, order
			edits = append(edits, e)
		}
	}
	slices.SortStableFunc(edits, func(a, b edit) int {
		inside := cmp.Compare(a.order, b.order)
		if a.part == closes {
			inside = -inside // those within end first
		}
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.part, b.part), inside)
	})
	var out bytes.Buffer
	at := f.writeImports(&out)
	for _, e := range edits {
		out.Write(f.source[at:e.at])
		at = e.until
		if e.part == opens {
			e.site.begun = out.Len()
		}
		out.WriteString(e.text)
		if e.part == closes {
			e.site.ended = out.Len()
		}
	}
	out.Write(f.source[at:])
	return out.Bytes()
}

// writeImports writes the file up to its package clause, adds the imports of what the sites
// name, and returns how far it has come.
func (f *file) writeImports(out *bytes.Buffer) int {
	syntax, err := parser.ParseFile(token.NewFileSet(), "", f.source, parser.PackageClauseOnly)
	if err != nil {
		panic(err) // it was parsed before
	}
	at := int(syntax.Name.End()) - int(syntax.FileStart)
	out.Write(f.source[:at])
	seen := map[string]bool{}
	for _, s := range f.sites {
		for _, p := range s.names {
			if !seen[p.Path()] {
				fmt.Fprintf(out, "; import %s %q", importName(p), p.Path())
			}
			seen[p.Path()] = true
		}
	}
	return at
}

// check leaves out the sites that don't compile, until the rest does. An error is that of
// the innermost site around it.
func (s *sources) check(pkg *packages.Package, files []*file) error {
	for {
		fset := token.NewFileSet()
		var syntax []*ast.File
		add := func(name string, content []byte) error {
			file, err := parser.ParseFile(fset, name, content, parser.SkipObjectResolution)
			syntax = append(syntax, file)
			return err
		}
		for _, f := range files {
			if err := add(f.path, f.render()); err != nil {
				return err
			}
		}
		for name, text := range switchFiles(pkg.Name, mutantsOf(files)) {
			if err := add(name, []byte(text)); err != nil {
				return err
			}
		}
		var problems []types.Error
		config := types.Config{
			Importer: s,
			Sizes:    pkg.TypesSizes,
			Error:    func(err error) { problems = append(problems, err.(types.Error)) },
		}
		if pkg.Module != nil && pkg.Module.GoVersion != "" {
			config.GoVersion = "go" + pkg.Module.GoVersion
		}
		config.Check(pkg.PkgPath, fset, syntax, nil) // its error is the first of problems
		if len(problems) == 0 {
			return nil
		}
		if !leaveOut(files, problems) {
			return fmt.Errorf("the mutants don't compile: %w", problems[0])
		}
	}
}

// leaveOut removes the sites of problems; false where there are none.
func leaveOut(files []*file, problems []types.Error) bool {
	faulty := map[*site]bool{}
	for _, problem := range problems {
		at := problem.Fset.PositionFor(problem.Pos, false)
		for _, f := range files {
			var innermost *site
			for _, s := range f.sites {
				if f.path == at.Filename && s.begun <= at.Offset && at.Offset < s.ended {
					innermost = s
				}
			}
			if innermost != nil {
				faulty[innermost] = true
			}
		}
	}
	for _, f := range files {
		f.sites = slices.DeleteFunc(f.sites, func(s *site) bool { return faulty[s] })
	}
	return len(faulty) > 0
}
