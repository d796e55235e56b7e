// Package protocol knows the protocols whose errors the runtime can read: their names, the
// types by which they are seen, and on what their calls are repeated.
//
// It knows types, and what packages import. A new protocol is a constant, its place in [All],
// a case of [Of] and one of [RetriedOn] here, and a package runtime/<name>calls.
package protocol

import (
	"go/types"
	"iter"
	"slices"
	"strings"

	"github.com/breakergen/breakergen/gen/internal/importpath"
	"github.com/breakergen/breakergen/gen/internal/typeutil"
)

// The protocols whose errors the runtime can read: its package <name>calls does.
const (
	GRPC  = "grpc"
	HTTP  = "http"
	SQL   = "sql"
	Redis = "redis"
	AWS   = "aws"
	None  = "none" // in a directive
)

// All are the names of all protocols.
var All = []string{GRPC, HTTP, SQL, Redis, AWS}

// The packages by which a protocol is known.
const (
	grpcPath   = "google.golang.org/grpc"
	gaxPath    = "github.com/googleapis/gax-go/v2"
	googlePath = "cloud.google.com/go/"
	redisPath  = "github.com/redis/go-redis/"
	pgxPath    = "github.com/jackc/pgx/"
)

// awsPaths are those below which the AWS SDK has its services, and what calls them in parts.
var awsPaths = []string{
	"github.com/aws/aws-sdk-go-v2/service/",
	"github.com/aws/aws-sdk-go-v2/feature/s3/",  // manager, transfermanager
	"github.com/aws/aws-sdk-go-v2/feature/ec2/", // imds
}

// Hints are imports in whose company a protocol's calls are likely, with its package.
var Hints = map[string]string{
	"net/http": importpath.Protocol(HTTP), grpcPath: importpath.Protocol(GRPC),
	gaxPath: importpath.Protocol(GRPC), "database/sql": importpath.Protocol(SQL),
}

// Of says of which protocol a method's calls are; "" where that isn't known. Imports are those of
// a package.
func Of(m *types.Func, imports func(pkg string) iter.Seq[string]) string {
	sig := m.Signature()
	options := optionsOf(sig)
	results := slices.Collect(sig.Results().Variables())
	has := func(is func(types.Type) bool) bool {
		return slices.ContainsFunc(results, func(v *types.Var) bool { return is(v.Type()) })
	}
	switch {
	case options != nil && typeutil.IsNamed(options, grpcPath, "CallOption"), ClientRepeats(m, imports):
		return GRPC
	case has(typeutil.IsResponse):
		return HTTP
	case options != nil && isServiceOption(options):
		return AWS
	case has(func(t types.Type) bool { return strings.HasPrefix(typeutil.PackageOf(t), redisPath) }),
		m.Pkg() != nil && strings.HasPrefix(m.Pkg().Path(), redisPath): // Process has no result but an error
		return Redis
	case isSQL(m, imports):
		return SQL
	default:
		return ""
	}
}

// optionsOf returns the type of a variadic parameter's elements, or nil.
func optionsOf(sig *types.Signature) types.Type {
	if !sig.Variadic() {
		return nil
	}
	return sig.Params().At(sig.Params().Len() - 1).Type().(*types.Slice).Elem()
}

// ClientRepeats says whether a method is of a client that repeats its calls by itself, though
// others of the same protocol don't: of one of Google's, which call through gax. Their errors carry
// gRPC's statuses, those of REST too.
func ClientRepeats(m *types.Func, imports func(pkg string) iter.Seq[string]) bool {
	if options := optionsOf(m.Signature()); options != nil && typeutil.IsNamed(options, gaxPath, "CallOption") {
		return true
	}
	// Those by hand, such as Spanner's, have no such options.
	return m.Pkg() != nil && strings.HasPrefix(m.Pkg().Path(), googlePath) &&
		slices.Contains(slices.Collect(imports(m.Pkg().Path())), gaxPath)
}

// isServiceOption says whether t is a func(*Options) of one of the AWS SDK's services, or a
// func(*Downloader) and its like of what calls one in parts.
func isServiceOption(t types.Type) bool {
	fn, ok := t.Underlying().(*types.Signature)
	if !ok || fn.Params().Len() != 1 || fn.Results().Len() != 0 {
		return false
	}
	of := typeutil.PackageOf(fn.Params().At(0).Type())
	return slices.ContainsFunc(awsPaths, func(path string) bool { return strings.HasPrefix(of, path) })
}

// isSQL says whether a method has types of database/sql or of pgx, or is declared in a
// package that imports them, as what sqlc writes does.
func isSQL(m *types.Func, imports func(pkg string) iter.Seq[string]) bool {
	is := func(path string) bool {
		return path == "database/sql" || strings.HasPrefix(path, pgxPath)
	}
	for _, tuple := range []*types.Tuple{m.Signature().Params(), m.Signature().Results()} {
		for v := range tuple.Variables() {
			if is(typeutil.PackageOf(v.Type())) {
				return true
			}
		}
	}
	switch {
	case m.Pkg() == nil:
		return false
	case is(m.Pkg().Path()):
		return true
	}
	for path := range imports(m.Pkg().Path()) {
		if is(path) {
			return true
		}
	}
	return false
}

// Repeats says who repeats the calls of a protocol whose failures aren't retried here; ""
// where they are.
func Repeats(protocol string) string {
	switch protocol {
	case Redis:
		return "go-redis"
	case AWS:
		return "the SDK"
	default:
		return ""
	}
}

// RetriedOn says on which failures alone a protocol's calls are made again; "" is on all of
// them.
func RetriedOn(protocol string) string {
	switch protocol {
	case GRPC:
		return "Unavailable"
	case HTTP:
		return "an error, 408, 429, 502 to 504"
	case SQL:
		return "ErrBadConn, 40001, 40P01, 53300, 57P03"
	default:
		return ""
	}
}
