package decide_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/go/packages"
	_ "google.golang.org/grpc" // which testdata imports, out of the go command's sight

	"github.com/breakergen/breakergen/gen/internal/decide"
	"github.com/breakergen/breakergen/gen/internal/plain"
	"github.com/breakergen/breakergen/templates"
)

// TestShapes holds what is decided of each method in testdata/shapes.go to the comment behind it.
func TestShapes(t *testing.T) {
	w := load(t)
	checked := 0
	for _, name := range w.pkg.Scope().Names() {
		obj := w.pkg.Scope().Lookup(name).(*types.TypeName)
		iface, ok := obj.Type().Underlying().(*types.Interface)
		if !ok || obj.IsAlias() || name == "Keys" {
			continue
		}
		among := slices.Collect(iface.Methods())
		for m := range iface.ExplicitMethods() {
			checked++
			at := w.fset.Position(m.Pos())
			if got, want := describe(w.decider.Shape(m, among), decide.Locked(m.Signature())), w.comments[at.Line]; got != want {
				t.Errorf("%v: %s\n got %s\nwant %s", at, m.Name(), got, want)
			}
		}
	}
	if checked < 60 {
		t.Errorf("%d methods were looked at", checked)
	}
}

// describe is a shape in words, without what is as it is for most.
func describe(s decide.Shape, locked []int) string {
	var words []string
	say := func(is bool, format string, args ...any) {
		if is {
			words = append(words, fmt.Sprintf(format, args...))
		}
	}
	say(s.Through != "", "through: %s", s.Through)
	say(s.Direct != "", "direct: %s", s.Direct)
	say(s.Context >= 0, "context %d", s.Context)
	say(s.Carrier >= 0, "carrier %d", s.Carrier)
	say(s.Request >= 0, "request %d", s.Request)
	say(s.Response >= 0, "response %d", s.Response)
	say(s.NotRepeated != "", "once: %s", s.NotRepeated)
	say(s.ReadOnce, "gone")
	say(s.Ends, "ends")
	say(s.Next, "next")
	say(s.Lives != "", "lives: %s by %s", s.Lives, s.Culprit)
	say(s.Kept != "", "kept: %s", s.Kept)
	say(s.Until != "", "until: %s", s.Until)
	say(s.Protocol != "", "%s", s.Protocol)
	say(s.Sequence, "sequence")
	say(s.InResult, "error in its result")
	say(len(locked) > 0, "locked %v", locked)
	return strings.Join(words, "; ")
}

// TestIsTransaction looks for what ends it one way or the other, or begins it.
func TestIsTransaction(t *testing.T) {
	w := load(t)
	for name, want := range map[string]bool{
		"Tx": true, "MuteTx": true, "OtherHalfTx": true, "Unit": true, "Batch": true, "Session": true,
		"HalfTx": false, "DeafTx": false, "Producer": false, "TxnProducer": false, "Mongo": false, "Pool": false, "Span": false,
	} {
		iface := w.pkg.Scope().Lookup(name).Type().Underlying().(*types.Interface)
		if got := decide.IsTransaction(slices.Collect(iface.Methods())); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestKeys follows a path from each parameter of the methods of Keys in testdata/shapes.go, as
// the comment says: where to, how it becomes a key, and what may be nil on the way.
func TestKeys(t *testing.T) {
	w := load(t)
	iface := w.pkg.Scope().Lookup("Keys").Type().Underlying().(*types.Interface)
	for m := range iface.ExplicitMethods() {
		param := m.Signature().Params().At(0)
		for test := range strings.SplitSeq(w.comments[w.fset.Position(m.Pos()).Line], "; ") {
			path, want, _ := strings.Cut(test, ": ")
			if got := key(w, param, path); got != want {
				t.Errorf("%s %s:\n got %s\nwant %s", m.Name(), path, got, want)
			}
		}
	}
}

func key(w *world, param *types.Var, path string) string {
	at, words := param.Type(), []string(nil)
	if path != "-" {
		to, steps, err := decide.KeyPath(w.pkg, w.pkg.Path(), at, param.Name(), path)
		if err != nil {
			return err.Error()
		}
		at = to
		for _, step := range steps {
			word := step.Name
			if step.Call {
				word += "()"
			}
			if step.Nilable {
				word = "?" + word
			}
			words = append(words, word)
		}
	}
	kind, err := decide.KeyKind(at)
	if err != nil {
		return err.Error() + decide.KeyHint(at, param.Name())
	}
	return strings.Join(append(words, "as "+kinds[kind]), " ")
}

var kinds = map[templates.KeyKind]string{
	templates.KeyString: "string", templates.KeyStrings: "kind of string", templates.KeyInt: "int",
	templates.KeyUint: "uint", templates.KeyBool: "bool", templates.KeyStringer: "Stringer",
}

// TestKeyHint knows a way on from what is no key.
func TestKeyHint(t *testing.T) {
	w := load(t)
	keys := w.pkg.Scope().Lookup("Keys").Type().Underlying().(*types.Interface)
	for name, want := range map[string]string{
		"URL": ": write key=x.Host", "Request": ": write key=x.URL.Host", "Order": "",
	} {
		m, _, _ := types.LookupFieldOrMethod(keys, false, w.pkg, name)
		param := m.(*types.Func).Signature().Params().At(0)
		if got := decide.KeyHint(param.Type(), "x"); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// TestIsNilable is of pointers and interfaces, and of no type parameter.
func TestIsNilable(t *testing.T) {
	w := load(t)
	at := w.pkg.Scope().Lookup("Pointers").Type().(*types.Named).TypeParams().At(0)
	for _, c := range []struct {
		of   types.Type
		want bool
	}{
		{types.NewPointer(types.Typ[types.Int]), true},
		{w.pkg.Scope().Lookup("Errors").Type(), true},
		{types.Typ[types.Int], false},
		{types.NewSlice(types.Typ[types.Int]), false},
		{at, false},
	} {
		if got := decide.IsNilable(c.of); got != c.want {
			t.Errorf("%v: %v", c.of, got)
		}
	}
}

// TestPairOf gives the type of a sequence's values.
func TestPairOf(t *testing.T) {
	w := load(t)
	errors := w.pkg.Scope().Lookup("Errors").Type().Underlying().(*types.Interface)
	m, _, _ := types.LookupFieldOrMethod(errors, false, w.pkg, "Pairs")
	if got := decide.PairOf(m.(*types.Func).Signature()); got != types.Typ[types.String] {
		t.Errorf("it is %v", got)
	}
}

// TestKeyPathFromOutside may go through what is exported alone.
func TestKeyPathFromOutside(t *testing.T) {
	w := load(t)
	order := types.NewPointer(w.pkg.Scope().Lookup("Order").Type())
	for path, want := range map[string]string{
		"Tenant":   "<nil>",
		"secret":   "o.secret isn't exported",
		"Promoted": "o.Promoted is behind an embedded *shapes.hidden that isn't exported, and may be nil",
		"Sign":     "o.Sign is behind an embedded *shapes.Way that isn't exported, and may be nil",
		"Open":     "<nil>",
	} {
		_, _, err := decide.KeyPath(w.pkg, "example.com/elsewhere", order, "o", path)
		if fmt.Sprint(err) != want {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// world is testdata/shapes.go, with what its imports really are, or at least are called.
type world struct {
	fset     *token.FileSet
	pkg      *types.Package
	comments map[int]string // by line
	decider  *decide.Decider
}

// standIns are packages that are known by their import paths, and that this module doesn't have.
var standIns = map[string]string{
	"github.com/redis/go-redis/v9": `package redis
		type StringCmd struct{}
		func (*StringCmd) Err() error { return nil }
		func (*StringCmd) SetErr(error) {}`,
	"github.com/aws/aws-sdk-go-v2/service/s3": `package s3
		type Options struct{}
		type Output struct{}`,
	"github.com/googleapis/gax-go/v2": `package gax
		type CallSettings struct{}
		type CallOption interface{ Resolve(*CallSettings) }`,
	"github.com/elastic/go-elasticsearch/v8/esapi": `package esapi
		import ("io"; "net/http")
		type SearchRequest struct {
			Index []string
			Body io.Reader
			Header http.Header
		}
		type GetRequest struct {
			Index string
			Header http.Header
		}`,
	"github.com/jackc/pgx/v5": `package pgx
		type Rows interface{ Next() bool }`,
	"connectrpc.com/connect": `package connect
		type Request[T any] struct{ Msg *T; header map[string][]string }
		type Response[T any] struct{ Msg *T; header map[string][]string }`,
	"github.com/valkey-io/valkey-go/internal/cmds": `package cmds
		type CommandSlice struct{ s []string }
		type Completed struct{ cs *CommandSlice }
		type Cacheable Completed`,
}

func load(t *testing.T) *world {
	t.Helper()
	w, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

var loaded = sync.OnceValues(func() (*world, error) {
	config := &packages.Config{Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports |
		packages.NeedDeps | packages.NeedExportFile}
	list, err := packages.Load(config, "bytes", "context", "crypto/tls", "database/sql", "io", "iter", "net", "net/http", "net/url", "strings",
		"sync", "sync/atomic", "time", "google.golang.org/grpc")
	if err != nil {
		return nil, err
	}
	known := map[string]*types.Package{}
	for p := range packages.Postorder(list) {
		known[p.PkgPath] = p.Types
	}
	w := &world{fset: token.NewFileSet(), comments: map[int]string{}}
	importer := types.Config{Importer: importerFunc(func(path string) (*types.Package, error) { return known[path], nil })}
	check := func(path, name string, source any) (*types.Package, *ast.File, error) {
		file, err := parser.ParseFile(w.fset, name, source, parser.ParseComments)
		if err != nil {
			return nil, nil, err
		}
		pkg, err := importer.Check(path, w.fset, []*ast.File{file}, nil)
		return pkg, file, err
	}
	for path, source := range standIns {
		if known[path], _, err = check(path, path, source); err != nil {
			return nil, err
		}
	}
	var file *ast.File
	if w.pkg, file, err = check("example.com/shapes", "testdata/shapes.go", nil); err != nil {
		return nil, err
	}
	for _, group := range file.Comments {
		w.comments[w.fset.Position(group.Pos()).Line] = strings.TrimSpace(group.Text())
	}
	none := func(string) iter.Seq[string] { return func(func(string) bool) {} }
	w.decider = decide.New(known["context"], known["io"], &plain.Checker{}, none)
	return w, nil
})

type importerFunc func(path string) (*types.Package, error)

func (f importerFunc) Import(path string) (*types.Package, error) { return f(path) }
