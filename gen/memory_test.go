package gen

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/breakergen/breakergen/gen/internal/request"
)

// memoryModule has an interface whose wrapper depends on another package's type, and
// one that is another package's.
var memoryModule = map[string]string{
	"go.mod": "module example.com/x\n\ngo 1.26.0\n",
	"x.go": `package x

import "example.com/x/dep"

type Client interface{ Get(*dep.Query) error }
`,
	"tagged.go": `//go:build tagged

package x

var free int
`,
	"dep/dep.go": `package dep

type Query struct{ Limit int }

//breakergen:timeout 1s
type Far interface{ Get() error }
`,
}

// TestMemory_Unchanged has a second run render nothing, and say what the first said.
func TestMemory_Unchanged(t *testing.T) {
	g, requests := remembered(t, memoryModule)
	first := generate(t, g, requests)
	if slices.ContainsFunc(first.Outputs, unchanged) {
		t.Fatal("the first run found something unchanged")
	}
	writeAll(t, first)
	second := generate(t, g, requests)
	if len(second.Outputs) != len(first.Outputs) {
		t.Fatalf("%d outputs, then %d", len(first.Outputs), len(second.Outputs))
	}
	for i, o := range second.Outputs {
		if !o.Unchanged || o.Path != first.Outputs[i].Path {
			t.Errorf("output %d: %s, unchanged %v; want %s, unchanged", i, o.Path, o.Unchanged, first.Outputs[i].Path)
		}
	}
	if len(first.Notices) == 0 || !slices.Equal(second.Notices, first.Notices) {
		t.Errorf("notices %q, then %q", first.Notices, second.Notices)
	}
}

// TestMemory_Changed has every change that outputs may depend on rendered: the second
// run makes what a run without a memory makes.
func TestMemory_Changed(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, g *Generator, requests []request.Request){
		"the interface": func(t *testing.T, g *Generator, _ []request.Request) {
			replaceIn(t, g.Dir, "x.go", "error }", "error; More() error }")
		},
		"another package's type": func(t *testing.T, g *Generator, _ []request.Request) {
			replaceIn(t, g.Dir, "dep/dep.go", "Limit int", "Body interface{ Read([]byte) (int, error) }")
		},
		"another package's directive": func(t *testing.T, g *Generator, _ []request.Request) {
			replaceIn(t, g.Dir, "dep/dep.go", "timeout 1s", "timeout 2s")
		},
		"a name, behind a build tag": func(t *testing.T, g *Generator, _ []request.Request) {
			replaceIn(t, g.Dir, "tagged.go", "free", "breaker")
		},
		"a flag": func(_ *testing.T, _ *Generator, requests []request.Request) {
			requests[0].Chain = request.RetryFirst
		},
		"an output, by hand": func(t *testing.T, g *Generator, _ []request.Request) {
			replaceIn(t, g.Dir, "client_breaker.go", "func ", "func  ")
		},
		"an output, deleted": func(t *testing.T, g *Generator, _ []request.Request) {
			if err := os.Remove(filepath.Join(g.Dir, "far_breaker.go")); err != nil {
				t.Fatal(err)
			}
		},
		"the module's path": func(t *testing.T, g *Generator, _ []request.Request) {
			replaceIn(t, g.Dir, "go.mod", "example.com/x", "example.com/x/v2")
			replaceIn(t, g.Dir, "x.go", "example.com/x", "example.com/x/v2")
		},
		"the tool": func(_ *testing.T, g *Generator, _ []request.Request) { g.tool = "go1.99" },
		"the tags": func(_ *testing.T, g *Generator, _ []request.Request) { g.Tags = "other" },
		"the memory, cut off": func(t *testing.T, g *Generator, _ []request.Request) {
			if err := os.Truncate(g.Memory, 20); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			g, requests := remembered(t, memoryModule)
			writeAll(t, generate(t, g, requests))
			change(t, &g, requests)
			got := generate(t, g, requests)
			g.Memory = ""
			want := generate(t, g, requests)
			if len(got.Outputs) != len(want.Outputs) || len(got.Problems) != len(want.Problems) {
				t.Fatalf("%d outputs and %v, want %d and %v",
					len(got.Outputs), got.Problems, len(want.Outputs), want.Problems)
			}
			for i, o := range got.Outputs {
				if o.Unchanged || !bytes.Equal(o.Content, want.Outputs[i].Content) {
					t.Errorf("%s: unchanged %v, content\n%s\nwant\n%s", o.Path, o.Unchanged, o.Content, want.Outputs[i].Content)
				}
			}
		})
	}
}

// TestMemory_Problems has problems told by every run.
func TestMemory_Problems(t *testing.T) {
	g, requests := remembered(t, memoryModule)
	requests[0].Iface = []string{"Missing"}
	for range 2 {
		result := generate(t, g, requests)
		if len(result.Problems) != 1 || len(result.Outputs) != 1 || result.Outputs[0].Unchanged {
			t.Errorf("problems %v, outputs %v", result.Problems, result.Outputs)
		}
		writeAll(t, result)
	}
}

// remembered makes a module, and returns a generator with a memory and its requests.
func remembered(t *testing.T, files map[string]string) (Generator, []request.Request) {
	t.Setenv("GOWORK", "off")
	dir := t.TempDir()
	for name, content := range files {
		replaceIn(t, dir, name, "", content)
	}
	return Generator{Dir: dir, Memory: filepath.Join(t.TempDir(), "runs", "memory.json")}, []request.Request{
		{Dir: dir, Iface: []string{"Client"}},
		{Dir: dir, Iface: []string{"example.com/x/dep.Far"}},
	}
}

func generate(t *testing.T, g Generator, requests []request.Request) *Result {
	result, err := g.Generate(t.Context(), requests)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func writeAll(t *testing.T, result *Result) {
	for _, o := range result.Outputs {
		if _, err := Write(o); err != nil {
			t.Fatal(err)
		}
	}
}

// replaceIn replaces text in a file, or where old is "", all of it.
func replaceIn(t *testing.T, dir, name, old, text string) {
	path := filepath.Join(dir, name)
	content, err := os.ReadFile(path)
	if old == "" {
		content, err = nil, os.MkdirAll(filepath.Dir(path), 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	if old != "" && !bytes.Contains(content, []byte(old)) {
		t.Fatalf("%s has no %q", name, old)
	}
	content = bytes.ReplaceAll(content, []byte(old), []byte(text))
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

func unchanged(o Output) bool { return o.Unchanged }
