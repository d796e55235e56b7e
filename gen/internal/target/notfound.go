package target

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/breakergen/breakergen/gen/internal/load"
	"github.com/breakergen/breakergen/gen/internal/request"
	"github.com/breakergen/breakergen/gen/internal/source"
)

// notFound says why the package of a name can't be loaded and, where it looks as if another one
// is meant, which.
func notFound(w *load.World, r *request.Request, out *Destination, path, base string, err error) string {
	if path == "" && len(source.GoFiles(r.Dir)) == 0 {
		return "there are no Go files in this folder: run it where the interface is, or write its import path, as in -iface=import/path." + base
	}
	if meant := namesOf(w, r, out, path, base); len(meant) > 0 {
		return fmt.Sprintf("%s is no import path; did you mean -iface=%s?", path, strings.Join(meant, " or -iface="))
	}
	return fmt.Sprintf("can't load its package: %v", err)
}

// namesOf returns how -iface names a type whose package is written as in code, by its name.
func namesOf(w *load.World, r *request.Request, out *Destination, pkg, base string) (names []string) {
	if strings.ContainsAny(pkg, "./") {
		return nil
	}
	switch path := importedAs(w, out, pkg); {
	case path == pkg:
		return nil
	case path != "":
		return []string{path + "." + base}
	case pkg == w.Folder(r.Dir).PackageName():
		return []string{base}
	}
	for _, path := range w.Standard(pkg, base) {
		names = append(names, path+"."+base)
	}
	return names
}

// importedAs returns the path of what the files of the output's package import under a name;
// "" if there is none.
func importedAs(w *load.World, out *Destination, name string) string {
	if out.Source == nil {
		return ""
	}
	for _, file := range out.Source.Files {
		for _, spec := range file.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			p, err := w.Imported(out.Path, path)
			if spec.Name != nil && spec.Name.Name == name || spec.Name == nil && err == nil && p.Name() == name {
				return path
			}
		}
	}
	return ""
}
