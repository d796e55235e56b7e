package main

import (
	"context"
	"errors"
	"fmt"
	"go/types"
	"os"
	"path/filepath"

	"golang.org/x/tools/go/packages"
)

// sources are the packages that are changed.
type sources struct {
	files   []*file
	byPkg   map[*packages.Package][]*file
	pkgs    []*packages.Package
	imports map[string]*types.Package
	overlay string // the go command's -overlay
	refused int    // mutants that don't compile
}

// file is a file with its sites.
type file struct {
	pkg    *packages.Package
	path   string
	source []byte
	sites  []*site
}

// load finds all mutants of the packages.
func load(ctx context.Context, o *options) (*sources, error) {
	s := &sources{byPkg: map[*packages.Package][]*file{}, imports: map[string]*types.Package{}}
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
	id := 0
	for _, pkg := range s.pkgs {
		for i, syntax := range pkg.Syntax {
			f := &file{pkg: pkg, path: pkg.CompiledGoFiles[i]}
			if f.source, err = os.ReadFile(f.path); err != nil {
				return nil, err
			}
			shown, err := filepath.Rel(here, f.path)
			if err != nil {
				return nil, err
			}
			for _, site := range find(pkg, syntax, filepath.ToSlash(shown)) {
				if !o.files.MatchString(site.mutants[0].pos.String()) {
					continue
				}
				for _, m := range site.mutants {
					id++
					m.id = id
				}
				f.sites = append(f.sites, site)
			}
			s.files = append(s.files, f)
			s.byPkg[pkg] = append(s.byPkg[pkg], f)
		}
	}
	if id == 0 {
		return nil, errors.New("there is nothing to change")
	}
	return s, nil
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
