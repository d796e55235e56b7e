package breakergen_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mayImport says which packages of this module each one imports, tests aside: what it may
// know (docs/architecture.md). An arrow that isn't here is a decision, not a detail.
var mayImport = map[string]string{
	"cmd/breakergen": "gen",

	// From a request to its files, each room after those that it knows.
	"gen/internal/importpath": "",
	"gen/internal/problem":    "",
	"gen/internal/typeutil":   "",
	"gen/internal/plain":      "",
	"gen/internal/protocol":   "gen/internal/importpath gen/internal/typeutil",
	"gen/internal/request":    "gen/internal/problem",
	"gen/internal/source":     "gen/internal/importpath gen/internal/request",
	"gen/internal/discover":   "gen/internal/problem gen/internal/request gen/internal/source",
	"gen/internal/directive":  "gen/internal/problem gen/internal/protocol gen/internal/source",
	"gen/internal/load": "gen/internal/importpath gen/internal/plain gen/internal/protocol gen/internal/request " +
		"gen/internal/source",
	"gen/internal/decide": "gen/internal/plain gen/internal/protocol gen/internal/typeutil templates",
	"gen/internal/target": "gen/internal/load gen/internal/problem gen/internal/request gen/internal/source " +
		"gen/internal/typeutil templates",
	"gen/internal/model": "gen/internal/decide gen/internal/directive gen/internal/importpath gen/internal/load " +
		"gen/internal/problem gen/internal/protocol gen/internal/request gen/internal/source gen/internal/target " +
		"gen/internal/typeutil templates",
	"gen/internal/check": "gen/internal/importpath gen/internal/load gen/internal/model gen/internal/problem " +
		"gen/internal/request gen/internal/source gen/internal/target templates",
	"gen/internal/suggest": "gen/internal/decide gen/internal/load gen/internal/model gen/internal/problem " +
		"gen/internal/protocol gen/internal/request gen/internal/typeutil templates",
	"gen": "gen/internal/check gen/internal/discover gen/internal/importpath gen/internal/load gen/internal/model " +
		"gen/internal/problem gen/internal/request gen/internal/source gen/internal/suggest templates",
	"templates": "",

	// What generated code and its users import. Nothing of the tool's.
	"runtime": "runtime/internal/backoff runtime/internal/budget runtime/internal/callctx " +
		"runtime/internal/clock runtime/internal/deadline runtime/internal/detached " +
		"runtime/internal/drop runtime/internal/fault runtime/internal/keyed runtime/internal/notify " +
		"runtime/internal/places runtime/internal/runs runtime/internal/settings runtime/internal/slot " +
		"runtime/internal/state runtime/internal/testhook runtime/internal/text runtime/internal/window",
	"runtime/predeclared": "",

	// Its parts that know nothing of calls.
	"runtime/internal/backoff":  "",
	"runtime/internal/clock":    "",
	"runtime/internal/detached": "",
	"runtime/internal/drop":     "",
	"runtime/internal/fault":    "",
	"runtime/internal/keyed":    "",
	"runtime/internal/notify":   "",
	"runtime/internal/places":   "",
	"runtime/internal/settings": "",
	"runtime/internal/slot":     "",
	"runtime/internal/sse":      "",
	"runtime/internal/testhook": "",
	"runtime/internal/text":     "",
	"runtime/internal/deadline": "runtime/internal/clock",
	"runtime/internal/callctx":  "runtime/internal/clock runtime/internal/deadline",
	"runtime/internal/rate":     "runtime/internal/clock",
	"runtime/internal/budget":   "runtime/internal/rate",
	"runtime/internal/runs":     "runtime/internal/fault runtime/internal/slot",
	"runtime/internal/window":   "runtime/internal/clock runtime/internal/rate",
	"runtime/internal/state":    "runtime/internal/backoff runtime/internal/clock runtime/internal/window",

	"runtime/awscalls":             "runtime runtime/internal/fault",
	"runtime/breakertest":          "runtime runtime/internal/testhook",
	"runtime/grpccalls":            "runtime",
	"runtime/httpcalls":            "runtime",
	"runtime/rediscalls":           "runtime",
	"runtime/sqlcalls":             "runtime runtime/internal/fault",
	"runtime/internal/series":      "runtime",
	"runtime/internal/testcircuit": "runtime",
	"runtime/config":               "runtime runtime/internal/settings runtime/internal/text",
	"runtime/otel":                 "runtime runtime/internal/series",
	"runtime/prometheus":           "runtime runtime/internal/series",
	"runtime/health":               "runtime",
	"runtime/dashboard":            "runtime runtime/internal/sse runtime/internal/text",
	"runtime/dashboard/e2e/server": "runtime runtime/dashboard",
	"runtime/hystrix":              "runtime runtime/internal/sse",

	"examples/greeter":    "runtime",
	"examples/http":       "runtime runtime/httpcalls",
	"examples/quickstart": "runtime",
	"examples/service":    "runtime runtime/dashboard runtime/health runtime/hystrix runtime/prometheus",

	"docs/directives": "runtime",

	"internal/buildbench": "",
	"internal/mutate":     "",
	"internal/wrapped":    "runtime runtime/httpcalls",
}

// TestImports holds the packages to the table, and the table to the packages.
func TestImports(t *testing.T) {
	found := ownImports(t)
	for _, pkg := range slices.Sorted(maps.Keys(found)) {
		row, known := mayImport[pkg]
		if !known {
			t.Errorf("package %s has no row in mayImport: say what it may know", pkg)
			continue
		}
		allowed := strings.Fields(row)
		for _, imported := range found[pkg] {
			if !slices.Contains(allowed, imported) {
				t.Errorf("%s imports %s, which mayImport doesn't allow", pkg, imported)
			}
		}
		for _, may := range allowed {
			if !slices.Contains(found[pkg], may) {
				t.Errorf("%s doesn't import %s any more: drop it from mayImport", pkg, may)
			}
		}
	}
	for pkg := range mayImport {
		if found[pkg] == nil {
			t.Errorf("mayImport has a row for %s, which is no package", pkg)
		}
	}
}

// ownImports returns, for each package of the module, what it imports of the others, by all
// files but tests, whatever their build tags.
func ownImports(t *testing.T) map[string][]string {
	const module = "github.com/breakergen/breakergen/"
	found := map[string][]string{}
	err := filepath.WalkDir(".", func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return skipped(file)
		case !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go"):
			return nil
		}
		syntax, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		pkg := path.Dir(filepath.ToSlash(file))
		if found[pkg] == nil {
			found[pkg] = []string{}
		}
		for _, spec := range syntax.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if own, ok := strings.CutPrefix(imported, module); ok && !slices.Contains(found[pkg], own) {
				found[pkg] = append(found[pkg], own)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// skipped returns [fs.SkipDir] for a folder that holds no packages of this module.
func skipped(dir string) error {
	name := filepath.Base(dir)
	if dir == "." {
		return nil
	}
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	if err == nil || name == "testdata" || name == "node_modules" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
		return fs.SkipDir
	}
	return nil
}
