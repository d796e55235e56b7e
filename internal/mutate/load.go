package main

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/types"
	"os"
	"path/filepath"
	"regexp"

	"golang.org/x/tools/go/packages"
)

// sources are the packages that are changed.
type sources struct {
	pkgs    []*packages.Package
	files   map[*packages.Package][]*file
	imports map[string]*types.Package
	count   int    // of mutants
	refused int    // those that don't compile
	overlay string // the go command's -overlay
}

// file is a file with its sites.
type file struct {
	path   string
	source []byte
	sites  []*site
}

// load finds all mutants of the packages.
func load(ctx context.Context, o *options) (*sources, error) {
	s := &sources{files: map[*packages.Package][]*file{}, imports: map[string]*types.Package{}}
	mode := packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles |
		packages.NeedImports | packages.NeedTypes | packages.NeedExportFile
	config := &packages.Config{Context: ctx, Mode: mode}
	used, err := packages.Load(config, switchImports...)
	if err != nil {
		return nil, err
	}
	config.Mode |= packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedTypesSizes |
		packages.NeedModule
	if s.pkgs, err = packages.Load(config, o.packages...); err != nil {
		return nil, err
	}
	for _, pkg := range append(s.pkgs, used...) {
		for _, problem := range pkg.Errors {
			return nil, problem
		}
		s.addImports(pkg.Types)
	}
	here, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	for _, pkg := range s.pkgs {
		for i, path := range pkg.CompiledGoFiles {
			f, err := s.read(pkg, pkg.Syntax[i], path, here, o.files)
			if err != nil {
				return nil, err
			}
			s.files[pkg] = append(s.files[pkg], f)
		}
	}
	if s.count == 0 {
		return nil, errors.New("there is nothing to change")
	}
	return s, nil
}

// read finds the mutants of a file whose positions match.
func (s *sources) read(
	pkg *packages.Package, syntax *ast.File, path, here string, match *regexp.Regexp,
) (*file, error) {
	source, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	shown, err := filepath.Rel(here, path)
	if err != nil {
		return nil, err
	}
	f := &file{path: path, source: source}
	for _, site := range find(pkg, syntax, filepath.ToSlash(shown)) {
		if !match.MatchString(site.mutants[0].pos.String()) {
			continue
		}
		for _, m := range site.mutants {
			s.count++
			m.id = s.count
		}
		f.sites = append(f.sites, site)
	}
	return f, nil
}

// addImports keeps all that p imports, to check the written packages by.
func (s *sources) addImports(p *types.Package) {
	if there := s.imports[p.Path()]; there != nil && (there.Complete() || !p.Complete()) {
		return
	}
	s.imports[p.Path()] = p
	for _, imported := range p.Imports() {
		s.addImports(imported)
	}
}

// Import satisfies types.Importer.
func (s *sources) Import(path string) (*types.Package, error) {
	if p := s.imports[path]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("package %s has not been loaded", path)
}
