package templates

import (
	"maps"
	"path"
	"slices"
	"strings"
	"unicode"
)

// The packages that generated code uses of itself.
const (
	runtimePath     = "github.com/breakergen/breakergen/runtime"
	httpcallsPath   = runtimePath + "/httpcalls"
	predeclaredPath = runtimePath + "/predeclared"
)

// protocolPath returns the import path of the package that reads a protocol's errors.
func protocolPath(protocol string) string { return runtimePath + "/" + protocol + "calls" }

// imports chooses the names under which the file imports packages.
type imports struct {
	chosen map[string]string // by import path
	used   map[string]string // the package's own name, by import path
}

// newImports takes names for the packages of generated code itself, so that
// they are known while the rest is written.
func newImports(taken scope) *imports {
	im := &imports{chosen: map[string]string{}, used: map[string]string{}}
	// One deliberate name, so that nobody takes it for the standard library's.
	im.chosen[runtimePath] = taken.unique("breaker", "breakergen")
	for _, p := range []string{
		"context", "errors", "strconv", "time", httpcallsPath, predeclaredPath,
	} {
		im.chosen[p] = taken.unique(path.Base(p))
		im.used[p] = path.Base(p)
	}
	im.used[runtimePath] = "runtime"
	for _, protocol := range []string{"grpc", "sql", "redis", "aws"} {
		p := protocolPath(protocol)
		im.chosen[p] = taken.unique(path.Base(p))
		im.used[p] = path.Base(p)
	}
	return im
}

// use notes that the file mentions a package.
func (im *imports) use(path, name string) { im.used[path] = name }

// named says whether one of the packages that generated code uses of itself has
// that name.
func (im *imports) named(name string) bool {
	for _, chosen := range im.chosen {
		if chosen == name {
			return true
		}
	}
	return false
}

// finish chooses the names of all other packages, in the order of their paths.
func (im *imports) finish(taken scope) {
	for _, p := range slices.Sorted(maps.Keys(im.used)) {
		if im.chosen[p] == "" {
			im.chosen[p] = taken.unique(im.used[p], longName(p, im.used[p]))
		}
	}
}

// longName tells packages of one name apart, as k8s.io/api/core/v1 and
// k8s.io/api/apps/v1 are corev1 and appsv1.
func longName(importPath, name string) string {
	parent := path.Base(path.Dir(importPath))
	parent = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, parent)
	return strings.TrimLeftFunc(parent, unicode.IsDigit) + name
}
