// Package breakergen_test holds the golden-file tests: each archive in testdata
// is a package, the commands that run in it, and what must come of them.
package breakergen_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/breakergen/breakergen/gen"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGolden generates each case twice, compares that with the archive's golden/
// files and its stderr, and has the go command vet all packages at once.
func TestGolden(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases in testdata: %v", err)
	}
	module := newModule(t)
	t.Run("cases", func(t *testing.T) {
		for _, path := range paths {
			name := strings.TrimSuffix(filepath.Base(path), ".txtar")
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				if name == "cgo" && !hasCgo(t) {
					t.Skip("cgo is off")
				}
				golden(t, path, filepath.Join(module, name))
			})
		}
	})
	vet(t, module)
}

// golden runs one case in dir. A case that is refused leaves nothing there to vet.
func golden(t *testing.T, path, dir string) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	var inputs []txtar.File
	for _, file := range archive.Files {
		if strings.HasPrefix(file.Name, "golden/") || file.Name == "stderr" {
			want[file.Name] = string(file.Data)
			continue
		}
		inputs = append(inputs, file)
		writeFile(t, filepath.Join(dir, file.Name), file.Data)
	}
	got := generate(t, dir, archive.Comment, true)
	if again := generate(t, dir, archive.Comment, false); fmt.Sprint(got) != fmt.Sprint(again) {
		t.Errorf("the second run gave something else:\n%v", again)
	}
	if len(got) == 0 || len(got) == 1 && got["stderr"] != "" {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	if *update {
		archive.Files = inputs
		for _, name := range slices.Sorted(maps.Keys(got)) {
			archive.Files = append(archive.Files, txtar.File{Name: name, Data: []byte(got[name])})
		}
		writeFile(t, path, txtar.Format(archive))
		return
	}
	for name := range want {
		if _, ok := got[name]; !ok {
			t.Errorf("%s is missing", name)
		}
	}
	for name, text := range got {
		if text != want[name] {
			t.Errorf("%s is\n%s\nwant\n%s", name, text, want[name])
		}
	}
}

// generate runs the commands in an archive's comment and returns what they gave:
// outputs as golden/<path>, and the lines for the user as stderr.
func generate(t *testing.T, dir string, comment []byte, write bool) map[string]string {
	got := map[string]string{}
	for line := range strings.Lines(string(comment)) {
		env, command, ok := strings.Cut(strings.TrimSpace(line), "breakergen ")
		if !ok || env != "" && !strings.HasPrefix(env, "GOFILE=") {
			continue
		}
		r := parseCommand(t, command)
		r.Dir = dir
		if file, ok := strings.CutPrefix(strings.TrimSpace(env), "GOFILE="); ok {
			r.Dir, r.File = filepath.Join(dir, filepath.Dir(file)), filepath.Base(file)
			r.Line, r.Package = directiveOf(t, filepath.Join(dir, file))
		}
		if err := r.Validate(); err != nil {
			got["stderr"] += err.Error() + "\n"
			continue
		}
		result, err := gen.Generate(context.Background(), []gen.Request{r})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range result.Problems {
			got["stderr"] += filepath.ToSlash(p.Line(dir)) + "\n"
		}
		for _, n := range result.Notices {
			got["stderr"] += n + "\n"
		}
		for _, o := range result.Outputs {
			checkGenerated(t, o)
			name := "golden/stdout"
			if o.Path != "-" {
				name = "golden/" + filepath.ToSlash(gen.Relative(o.Path, dir))
				if write {
					if _, err := gen.Write(o); err != nil {
						t.Fatal(err)
					}
				}
			}
			if _, twice := got[name]; twice {
				t.Errorf("two commands write %s", name)
			}
			got[name] = string(o.Content)
		}
	}
	return got
}

func parseCommand(t *testing.T, line string) gen.Request {
	var r gen.Request
	flags := flag.NewFlagSet("breakergen", flag.ContinueOnError)
	iface := flags.String("iface", "", "")
	flags.StringVar(&r.Out, "out", "", "")
	flags.StringVar(&r.Pkg, "pkg", "", "")
	flags.StringVar(&r.Name, "name", "", "")
	flags.StringVar(&r.Chain, "chain", "", "")
	flags.StringVar(&r.Tags, "tags", "", "")
	flags.StringVar(&r.Header, "header", "", "")
	if err := flags.Parse(strings.Fields(line)); err != nil {
		t.Fatal(err)
	}
	r.Iface = strings.Split(*iface, ",")
	return r
}

// directiveOf finds the line of a file's go:generate directive, and its package.
func directiveOf(t *testing.T, path string) (line int, pkg string) {
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	syntax, err := parser.ParseFile(token.NewFileSet(), path, source, parser.PackageClauseOnly)
	if err != nil {
		t.Fatal(err)
	}
	before, _, _ := bytes.Cut(source, []byte("//go:generate"))
	return bytes.Count(before, []byte("\n")) + 1, syntax.Name.Name
}

// checkGenerated holds an output to what tools expect of generated code.
func checkGenerated(t *testing.T, o gen.Output) {
	syntax, err := parser.ParseFile(token.NewFileSet(), o.Path, o.Content, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	if !ast.IsGenerated(syntax) {
		t.Errorf("%s isn't marked as generated", o.Path)
	}
}

// newModule makes a module whose runtime is this checkout's.
func newModule(t *testing.T) string {
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	// It requires what this module does, in the same versions.
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	_, required, _ := strings.Cut(string(mod), "\n")
	required, _, _ = strings.Cut(required, "\ntool ")
	writeFile(t, filepath.Join(dir, "go.mod"), fmt.Appendf(nil, `module example.com/cases
%s
require github.com/breakergen/breakergen v0.0.0

replace github.com/breakergen/breakergen => %s
`, required, root))
	sums, err := os.ReadFile("go.sum")
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "go.sum"), sums)
	return dir
}

// hasCgo says whether the go command uses cgo here.
func hasCgo(t *testing.T) bool {
	out, err := exec.Command("go", "env", "CGO_ENABLED").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out)) == "1"
}

func vet(t *testing.T, module string) {
	cmd := exec.Command("go", "vet", "./...")
	cmd.Dir = module
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("go vet: %v\n%s", err, out)
	}
}

func writeFile(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
