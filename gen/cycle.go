package gen

import (
	"go/ast"
	"strconv"

	"golang.org/x/tools/go/packages"
)

// cycle returns an import of generated code that leads back to the package that the
// code goes to, or "".
func (w *world) cycle(f *plannedFile, syntax *ast.File) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, spec := range syntax.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		if p := w.list[path]; p != nil && w.leadsBack(p, f.out) {
			return path
		}
	}
	return ""
}

// leadsBack says whether the output's package can't import p, which imports that.
func (w *world) leadsBack(p *packages.Package, out *destination) bool {
	leads := w.leads[out.path]
	if leads == nil {
		leads = map[*packages.Package]bool{}
		w.leads[out.path] = leads
	}
	return w.leadsTo(p, out.path, leads)
}

// leadsTo says whether a package imports another, itself or by way of others. It
// keeps what it knows in leads.
func (w *world) leadsTo(p *packages.Package, path string, leads map[*packages.Package]bool) bool {
	if known, ok := leads[p]; ok {
		return known
	}
	leads[p] = false // until it is known
	for _, imported := range p.Imports {
		if imported.PkgPath == path || w.leadsTo(imported, path, leads) {
			leads[p] = true
			break
		}
	}
	return leads[p]
}
