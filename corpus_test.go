package breakergen_test

import (
	"context"
	"flag"
	"go/types"
	"os"
	"os/exec"
	"path"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/tools/go/packages"

	"github.com/breakergen/breakergen/gen"
)

var modules = flag.Bool("modules", false, "have TestCorpus_Modules download and wrap real modules")

// TestCorpus_StandardLibrary wraps every interface of the standard library that
// another package can implement, and has the go command vet what comes out.
func TestCorpus_StandardLibrary(t *testing.T) {
	if testing.Short() {
		t.Skip("it wraps the whole standard library")
	}
	n := wrapAll(t, newModule(t), "std")
	t.Logf("wrapped %d interfaces of the standard library", n)
	if n < 150 {
		t.Errorf("wrapped %d interfaces only", n)
	}
}

// moduleCorpus are packages of real modules, each as it is on the day.
var moduleCorpus = []string{
	"google.golang.org/grpc",
	"google.golang.org/grpc/balancer",
	"google.golang.org/grpc/credentials",
	"google.golang.org/grpc/health/...",
	"google.golang.org/grpc/reflection/...",
	"github.com/aws/aws-sdk-go-v2/service/s3",
	"github.com/aws/aws-sdk-go-v2/service/dynamodb",
	"k8s.io/client-go/kubernetes/...",
	"k8s.io/client-go/listers/...",
	"github.com/redis/go-redis/v9",
	"go.mongodb.org/mongo-driver/v2/mongo",
	"github.com/jackc/pgx/v5",
	"github.com/jackc/pgx/v5/pgxpool",
	"go.opentelemetry.io/otel/trace",
	"go.opentelemetry.io/otel/metric",
}

// concreteCorpus are types that are no interfaces.
var concreteCorpus = []string{
	"github.com/aws/aws-sdk-go-v2/service/s3.Client",
	"github.com/aws/aws-sdk-go-v2/service/dynamodb.Client",
	"github.com/redis/go-redis/v9.Client",
	"go.mongodb.org/mongo-driver/v2/mongo.Collection",
	"github.com/jackc/pgx/v5.Conn",
	"database/sql.DB",
	"net/http.Client",
}

// unimplementable are interfaces whose methods have types of internal packages.
var unimplementable = map[string]bool{
	"github.com/redis/go-redis/v9.Pooler":       true,
	"github.com/redis/go-redis/v9.PubSubPooler": true,
}

// TestCorpus_Modules does the same with real modules, which it downloads:
//
//	go test . -run TestCorpus_Modules -modules -v
func TestCorpus_Modules(t *testing.T) {
	if !*modules {
		t.Skip("it downloads modules: ask for it with -modules")
	}
	module := newModule(t)
	run(t, module, "go", append([]string{"get"}, moduleCorpus...)...)
	n := wrapAll(t, module, moduleCorpus...)
	t.Logf("wrapped %d interfaces and types of real modules", n)
}

// wrapAll wraps all that it can of the packages, and vets it. Each package's wrappers
// get a folder of their own in the module.
func wrapAll(t *testing.T, module string, patterns ...string) int {
	var requests []gen.Request
	request := func(pkg, name string) {
		requests = append(requests, gen.Request{
			Dir: module, Iface: []string{pkg + "." + name},
			Out: folderOf(pkg) + "/" + strings.ToLower(name) + ".go",
		})
	}
	for _, p := range loadTypes(t, module, patterns) {
		for _, name := range p.Scope().Names() {
			obj, ok := p.Scope().Lookup(name).(*types.TypeName)
			if ok && implementable(obj) && !unimplementable[p.Path()+"."+name] {
				request(p.Path(), name)
			}
		}
	}
	if patterns[0] != "std" {
		for _, name := range concreteCorpus {
			i := strings.LastIndex(name, ".")
			request(name[:i], name[i+1:])
		}
	}
	result, err := gen.Generate(context.Background(), requests)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range result.Problems {
		t.Error(p.Line(module))
	}
	for _, o := range result.Outputs {
		if _, err := gen.Write(o); err != nil {
			t.Fatal(err)
		}
	}
	if len(result.Outputs) != len(requests) {
		t.Errorf("%d of %d were wrapped", len(result.Outputs), len(requests))
	}
	vet(t, module)
	return len(result.Outputs)
}

func loadTypes(t *testing.T, module string, patterns []string) []*types.Package {
	config := &packages.Config{
		Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedDeps |
			packages.NeedExportFile,
		Dir: module, Env: append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off"),
	}
	list, err := packages.Load(config, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	var loaded []*types.Package
	for _, p := range list {
		if p.Types != nil && p.Name != "main" && len(p.Errors) == 0 && importable(p.PkgPath) {
			loaded = append(loaded, p.Types)
		}
	}
	return loaded
}

// importable says whether a package is neither internal nor vendored.
func importable(path string) bool {
	slashed := "/" + path + "/"
	return !strings.Contains(slashed, "/internal/") && !strings.Contains(slashed, "/vendor/")
}

// implementable says whether another package can implement an interface: it has
// methods, all of them exported, and is no constraint.
func implementable(obj *types.TypeName) bool {
	iface, ok := obj.Type().Underlying().(*types.Interface)
	if !ok || !obj.Exported() || !iface.IsMethodSet() || iface.NumMethods() == 0 {
		return false
	}
	for m := range iface.Methods() {
		if !m.Exported() {
			return false
		}
	}
	return true
}

// folderOf makes a folder's name of an import path.
func folderOf(pkg string) string {
	name := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return '_'
	}, pkg)
	return path.Join("corpus", name)
}

func run(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}
