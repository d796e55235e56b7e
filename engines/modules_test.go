package engines

import (
	"bytes"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/breakergen/breakergen/engines/internal/all"
)

// golang runs a go command in a folder, and returns the lines that it prints.
func golang(t *testing.T, folder string, args ...string) []string {
	t.Helper()
	command := exec.Command("go", args...)
	command.Dir = folder
	var stderr bytes.Buffer
	command.Stderr = &stderr
	output, err := command.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, &stderr)
	}
	return strings.Split(strings.TrimSpace(string(output)), "\n")
}

// Whoever imports the runtime gets no library of an engine: its module isn't in the
// module graph. goresilience itself is, but not the packages of its links.
func TestRuntimeReachesNoEngine(t *testing.T) {
	graph := golang(t, "..", "mod", "graph")
	if len(graph) < 50 || !slices.ContainsFunc(graph, func(edge string) bool {
		return strings.HasSuffix(edge, " github.com/slok/goresilience@v0.2.0")
	}) {
		t.Fatalf("that is no module graph: %.200q", graph)
	}
	for _, engine := range all.Engines() {
		if engine.Module == "" || engine.Module == "github.com/slok/goresilience" {
			continue
		}
		for _, edge := range graph {
			if strings.Contains(edge, engine.Module+"@") {
				t.Errorf("the module graph has %s", edge)
			}
		}
	}
	for _, path := range golang(t, "..", "list", "-deps", "./runtime") {
		const stock = "github.com/slok/goresilience"
		if strings.HasPrefix(path, stock) && path != stock && path != stock+"/errors" {
			t.Errorf("the runtime imports %s", path)
		}
	}
}

// Whoever imports an engine imports its library, and no other engine's.
func TestEnginesReachTheirOwnLibrary(t *testing.T) {
	for _, engine := range all.Engines()[1:] {
		imports := golang(t, ".", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", "./"+engine.Name)
		if !slices.Contains(imports, engine.Module) {
			t.Errorf("%s doesn't import %s", engine.Name, engine.Module)
		}
		for _, other := range all.Engines()[1:] {
			if other.Name != engine.Name && other.Name != "goresilience" && slices.Contains(imports, other.Module) {
				t.Errorf("%s imports %s", engine.Name, other.Module)
			}
		}
		for _, path := range golang(t, ".", "list", "-deps", "./"+engine.Name) {
			stock := strings.HasPrefix(path, "github.com/slok/goresilience/") && path != "github.com/slok/goresilience/errors"
			if stock && engine.Name != "goresilience" {
				t.Errorf("%s imports %s", engine.Name, path)
			}
		}
	}
}
