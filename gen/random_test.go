package gen

import (
	"bytes"
	"context"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
	"pgregory.net/rapid"

	"github.com/breakergen/breakergen/gen/internal/importpath"
	"github.com/breakergen/breakergen/gen/internal/load"
	"github.com/breakergen/breakergen/gen/internal/protocol"
	"github.com/breakergen/breakergen/gen/internal/request"
	"github.com/breakergen/breakergen/gen/internal/source"
	"github.com/breakergen/breakergen/gen/internal/typeutil"
)

// TestRandom wraps random interfaces. What is refused must be with its position, and
// what is written must compile in its package, implement the interface, be
// formatted, and come out the same again. For more of them: -rapid.checks=10000.
func TestRandom(t *testing.T) {
	known := randomListing(t)
	sources, wrapped := 0, 0
	root := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		sources++
		s := &sourceWriter{t: t}
		r := request.Request{Dir: filepath.Join(root, "random"), Iface: []string{"Client"}, File: "random.go", Line: 1,
			Package: "random"}
		source := write(t, r.Dir, "random.go", s.source())
		beside := write(t, filepath.Join(root, "elsewhere"), "elsewhere.go", s.elsewhere())
		if s.chance("elsewhere", 30) {
			r.Out = "../elsewhere/client.go"
		} else {
			beside = source
		}
		w, result := generateIn(t, known, r)
		_, again := generateIn(t, known, r)
		for _, p := range result.Problems {
			if p.Pos.Filename == "" || p.Pos.Line == 0 || p.Message == "" {
				t.Fatalf("no position: %v\n%s", p, source)
			}
			if strings.Contains(p.Message, "doesn't compile") || strings.Contains(p.Message, "fault of breakergen") {
				t.Fatalf("%s\n%s\n%s", p.Message, source, beside)
			}
		}
		if len(result.Problems) > 0 {
			return
		}
		wrapped++
		code := result.Outputs[0].Content
		if !bytes.Equal(code, again.Outputs[0].Content) {
			t.Fatalf("two runs differ:\n%s\n%s", code, again.Outputs[0].Content)
		}
		checkWrapper(t, w, r, beside, code)
	})
	t.Logf("%d of %d sources were wrapped", wrapped, sources)
	if wrapped*2 < sources {
		t.Errorf("only %d of %d sources were wrapped: the others say too little", wrapped, sources)
	}
}

func write(t *rapid.T, dir, name, text string) []byte {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return []byte(text)
}

// randomListing lists what random sources import.
func randomListing(t *testing.T) *load.Listing {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	l := &load.Listing{Folders: source.Read(nil)}
	l.Config = packages.Config{Context: t.Context(), Mode: load.Mode, Dir: here, Fset: l.Fset}
	l.Packages, err = l.Load(append([]string{importpath.Protocol(protocol.HTTP), "strconv", "errors"}, importable...)...)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

const (
	randomPath    = "example.com/random"
	elsewherePath = "example.com/elsewhere"
)

// generateIn does a request in a world of the listed packages, the request's own and
// the other one.
func generateIn(t *rapid.T, known *load.Listing, r request.Request) (*load.World, *Result) {
	l := *known
	l.Folders = source.Read([]request.Request{r})
	l.Packages = slices.Clip(known.Packages)
	for _, path := range []string{elsewherePath, randomPath} {
		name := filepath.Base(path)
		dir := filepath.Join(filepath.Dir(r.Dir), name)
		l.Packages = append(l.Packages, &packages.Package{
			ID: path, PkgPath: path, Name: name, Dir: dir,
			GoFiles: []string{filepath.Join(dir, name+".go")}, TypesSizes: types.SizesFor("gc", "amd64"),
		})
	}
	w, j := load.NewWorld(&l, ""), &job{request: &r}
	if err := workIn(context.Background(), w, []*job{j}, func() {}); err != nil {
		t.Fatal(err)
	}
	return w, result([]*job{j})
}

// checkWrapper type-checks a wrapper and what it stands beside, from nothing.
func checkWrapper(t *rapid.T, w *load.World, r request.Request, source, code []byte) {
	if formatted, err := format.Source(code); err != nil || !bytes.Equal(formatted, code) {
		t.Fatalf("not formatted (%v):\n%s", err, code)
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, text := range [][]byte{source, code} {
		file, err := parser.ParseFile(fset, "", text, parser.ParseComments)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		files = append(files, file)
	}
	if !ast.IsGenerated(files[1]) {
		t.Fatalf("not marked as generated:\n%s", code)
	}
	path := randomPath
	if r.Out != "" {
		path = elsewherePath
	}
	config := types.Config{
		Importer: w.Importer(w.Listed[path]),
		Error: func(err error) {
			if e := err.(types.Error); !e.Soft {
				t.Fatalf("%v\n%s\n%s", err, source, code)
			}
		},
	}
	pkg, _ := config.Check(path, fset, files, nil) // reported above
	wrapper, client := pkg.Scope().Lookup("ClientBreaker").Type(), w.Types[randomPath].Scope().Lookup("Client")
	if path == randomPath {
		client = pkg.Scope().Lookup("Client")
	}
	iface := client.Type()
	if params := typeutil.TypeParamsOf(wrapper); len(params) > 0 {
		// The same arguments for both: the wrapper's own parameters.
		var args []types.Type
		for _, p := range params {
			args = append(args, p)
		}
		wrapper, _ = types.Instantiate(nil, wrapper, args, false)
		iface, _ = types.Instantiate(nil, iface, args, false)
	}
	if !types.Implements(types.NewPointer(wrapper), iface.Underlying().(*types.Interface)) {
		t.Fatalf("the wrapper is no Client\n%s\n%s", source, code)
	}
}
