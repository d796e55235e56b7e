package load

import "golang.org/x/tools/go/packages"

// LeadsBack says whether the package at path out can't import p, which imports that.
func (w *World) LeadsBack(p *packages.Package, out string) bool {
	leads := w.leads[out]
	if leads == nil {
		leads = map[*packages.Package]bool{}
		w.leads[out] = leads
	}
	return w.leadsTo(p, out, leads)
}

// leadsTo says whether a package imports another, itself or by way of others. It
// keeps what it knows in leads.
func (w *World) leadsTo(p *packages.Package, path string, leads map[*packages.Package]bool) bool {
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
