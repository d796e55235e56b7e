package load

import (
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// Standard returns the import paths of the standard library's packages that code calls by a name,
// and of these, where there are any, those alone that have a type.
func (w *World) Standard(name, typ string) (paths []string) {
	config := packages.Config{Context: w.Config.Context, Mode: packages.NeedName, Dir: w.Config.Dir}
	all, err := packages.Load(&config, "std")
	if err != nil {
		return nil
	}
	for _, p := range all {
		if p.Name == name && isPublic(p.PkgPath) {
			paths = append(paths, p.PkgPath)
		}
	}
	if len(paths) == 0 || w.Add(paths...) != nil {
		return paths
	}
	slices.Sort(paths)
	lacks := func(path string) bool { return w.Lookup(path, typ) == nil }
	if having := slices.DeleteFunc(slices.Clone(paths), lacks); len(having) > 0 {
		return having
	}
	return paths
}

// isPublic says whether any package may import one of the standard library.
func isPublic(path string) bool {
	return !strings.HasPrefix(path, "vendor/") && !slices.Contains(strings.Split(path, "/"), "internal")
}
