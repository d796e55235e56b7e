package load

import "golang.org/x/tools/go/packages"

// LeadsBack says whether the package at path out can't import p, which imports that, itself or
// by way of others. The world's lock is held.
func (w *World) LeadsBack(p *packages.Package, out string) bool {
	leads, known := w.leads[out]
	if !known {
		leads = map[*packages.Package]bool{}
		for imported := range w.importers {
			if imported.PkgPath == out { // or its variant with tests
				w.addImporters(imported, leads)
			}
		}
		w.leads[out] = leads
	}
	return leads[p]
}

// addImporters adds all that lead to a package. The way is up from it, as most packages that
// get files are imported by none, while what these import is large.
func (w *World) addImporters(p *packages.Package, leads map[*packages.Package]bool) {
	for _, importer := range w.importers[p] {
		if !leads[importer] {
			leads[importer] = true
			w.addImporters(importer, leads)
		}
	}
}
