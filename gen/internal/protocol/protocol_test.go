package protocol_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"iter"
	"slices"
	"testing"

	"github.com/breakergen/breakergen/gen/internal/protocol"
)

// packages are as much of those that protocols are known by as methods mention; package decide's
// tests have the real ones.
var packages = importer{
	"net/http":                                        `package http; type Response struct{}`,
	"database/sql":                                    `package sql; type Rows struct{}`,
	"github.com/jackc/pgx/v5":                         `package pgx; type Rows interface{ Next() bool }`,
	"github.com/jackc/pgxish":                         `package pgxish; type Rows struct{}`,
	"google.golang.org/grpc":                          `package grpc; type CallOption interface{ before() }; type Other interface{}`,
	"github.com/aws/aws-sdk-go-v2/service/s3":         `package s3; type Options struct{}`,
	"github.com/aws/aws-sdk-go-v2/config":             `package config; type Options struct{}`,
	"github.com/googleapis/gax-go/v2":                 `package gax; type CallOption interface{ Resolve() }; type Other interface{}`,
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds":   `package imds; type Options struct{}`,
	"github.com/aws/aws-sdk-go-v2/feature/s3/manager": `package manager; type Downloader struct{}; type Uploader struct{}`,
	"github.com/redis/go-redis/v9":                    `package redis; type StatusCmd struct{}`,
}

// TestOf tells the protocol of each method by its types.
func TestOf(t *testing.T) {
	const imports = `
import (
	"database/sql"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/aws-sdk-go-v2/feature/s3/manager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/googleapis/gax-go/v2"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgxish"
	"github.com/redis/go-redis/v9"
	"google.golang.org/grpc"
)
`
	for method, want := range map[string]string{
		`Get(id string) error`: "",

		`Call(id string, opts ...grpc.CallOption) error`:        "grpc",
		`Call(id string, opts grpc.CallOption) error`:           "",
		`Call(id string, opts ...grpc.Other) error`:             "",
		`Call(opts ...grpc.CallOption) (*http.Response, error)`: "grpc",
		`Call(id string, opts ...gax.CallOption) error`:         "grpc",
		`Call(id string, opts ...gax.Other) error`:              "",
		`Do() (*http.Response, error)`:                          "http",
		`Do(*http.Response) error`:                              "",
		`Do(opts ...func(*s3.Options)) (*http.Response, error)`: "http",
		`Put(opts ...func(*s3.Options)) error`:                  "aws",
		`Put(opts ...func(s3.Options)) error`:                   "aws",
		`Put(opts ...func(*s3.Options, *s3.Options)) error`:     "",
		`Put(opts ...func()) error`:                             "",
		`Put(opts ...func(*s3.Options) error) error`:            "",
		`Put(opts ...func(*config.Options)) error`:              "",
		`Get(opts ...func(*manager.Downloader)) (int64, error)`: "aws",
		`Put(opts ...func(*manager.Uploader)) error`:            "aws",
		`Get(opts ...func(*imds.Options)) error`:                "aws",
		`Put(opts ...*s3.Options) error`:                        "",
		`Put(opt func(*s3.Options)) error`:                      "",
		`Append(p []byte, text ...byte) error`:                  "",
		`Set(key string) *redis.StatusCmd`:                      "redis",
		`Pipe(key string) ([]*redis.StatusCmd, error)`:          "redis",
		`Take(cmd *redis.StatusCmd) error`:                      "",
		`Query() (*sql.Rows, error)`:                            "sql",
		`Scan(rows *sql.Rows) error`:                            "sql",
		`Query() (pgx.Rows, error)`:                             "sql",
		`All() ([]pgx.Rows, error)`:                             "sql",
		`Query() (*pgxish.Rows, error)`:                         "",
		`Each(f func(*sql.Rows)) error`:                         "",
	} {
		if got := of(t, "example.com/p", "package p"+imports+"type I interface { "+method+" }", nil); got != want {
			t.Errorf("%s is of protocol %q, want %q", method, got, want)
		}
	}
}

// What a package is, or imports, tells too.
func TestOfPackage(t *testing.T) {
	const text = `package p; type I interface { Process(id string) error }`
	for _, c := range []struct {
		path    string
		imports []string
		want    string
	}{
		{"example.com/p", nil, ""},
		{"example.com/p", []string{"context", "net/http"}, ""},
		{"example.com/p", []string{"context", "database/sql"}, "sql"},
		{"example.com/p", []string{"github.com/jackc/pgx/v5/pgxpool", "context"}, "sql"},
		{"example.com/p", []string{"database/sql", "google.golang.org/grpc"}, "sql"}, // a service's store
		{"cloud.google.com/go/spanner", []string{"database/sql", "github.com/googleapis/gax-go/v2", "google.golang.org/grpc"}, "grpc"},
		{"database/sql", nil, "sql"},
		{"github.com/jackc/pgx/v5", nil, "sql"},
		{"github.com/redis/go-redis/v9", nil, "redis"},
		{"github.com/redis/go-redis/v9", []string{"database/sql"}, "redis"},
	} {
		if got := of(t, c.path, text, c.imports); got != c.want {
			t.Errorf("in %s, which imports %v: protocol %q, want %q", c.path, c.imports, got, c.want)
		}
	}
	method := types.Universe.Lookup("error").Type().Underlying().(*types.Interface).Method(0)
	if got := protocol.Of(method, nil); got != "" {
		t.Errorf("error's own method, which has no package, is of protocol %q", got)
	}
}

// Each protocol says on what its calls are made again, or who does that.
func TestRepeats(t *testing.T) {
	for _, name := range protocol.All {
		if (protocol.Repeats(name) == "") == (protocol.RetriedOn(name) == "") {
			t.Errorf("%s: repeated by %q, on %q", name, protocol.Repeats(name), protocol.RetriedOn(name))
		}
	}
	if by, on := protocol.Repeats(""), protocol.RetriedOn(""); by != "" || on != "" {
		t.Errorf("calls of no protocol are repeated by %q, on %q", by, on)
	}
}

// Google's clients repeat by themselves, though their protocol is one whose calls are made again.
func TestClientRepeats(t *testing.T) {
	const text = `package p; import ("google.golang.org/grpc"; "github.com/googleapis/gax-go/v2"); type I interface { `
	const gax = "github.com/googleapis/gax-go/v2"
	for _, c := range []struct {
		path, method string
		imports      []string
		want         bool
	}{
		{"example.com/p", `Call(id string, opts ...gax.CallOption) error }`, nil, true},
		{"example.com/p", `Call(id string, opts ...grpc.CallOption) error }`, nil, false},
		{"example.com/p", `Call(id string) error }`, []string{"context", gax}, false},
		{"cloud.google.com/go/spanner", `Call(id string) error }`, []string{"context", gax}, true},
		{"cloud.google.com/go/civil", `Call(id string) error }`, []string{"context"}, false},
	} {
		imports := func(string) iter.Seq[string] { return slices.Values(c.imports) }
		if got := protocol.ClientRepeats(method(t, c.path, text+c.method), imports); got != c.want {
			t.Errorf("%s of %s, which imports %v: %v", c.method, c.path, c.imports, got)
		}
	}
}

// of returns the protocol of the one method of I in a package.
func of(t *testing.T, path, text string, imports []string) string {
	t.Helper()
	return protocol.Of(method(t, path, text), func(asked string) iter.Seq[string] {
		if asked != path {
			t.Errorf("the imports of %s are asked for", asked)
		}
		return slices.Values(imports)
	})
}

// method returns the one method of I in a package.
func method(t *testing.T, path, text string) *types.Func {
	t.Helper()
	pkg, err := packages.check(path, text)
	if err != nil {
		t.Fatal(err)
	}
	return pkg.Scope().Lookup("I").Type().Underlying().(*types.Interface).Method(0)
}

// importer has the text of packages by their paths.
type importer map[string]string

func (i importer) Import(path string) (*types.Package, error) { return i.check(path, i[path]) }

func (i importer) check(path, text string) (*types.Package, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, text, 0)
	if err != nil {
		return nil, err
	}
	config := types.Config{Importer: i, Error: func(error) {}} // of imports that a method doesn't need
	pkg, _ := config.Check(path, fset, []*ast.File{file}, nil)
	return pkg, nil
}
