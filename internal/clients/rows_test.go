package clients

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/breakergen/breakergen/gen"
	"github.com/breakergen/breakergen/templates"
)

// TestRows holds decisions on which data depended: each of these was lost, sent twice or
// judged wrongly where the types' dangerous kinds were looked for.
func TestRows(t *testing.T) {
	const (
		aws    = "github.com/aws/aws-sdk-go-v2/service/"
		pgx    = "github.com/jackc/pgx/v5"
		redis  = "github.com/redis/go-redis/v9.UniversalClient"
		health = "google.golang.org/grpc/health/grpc_health_v1."
		pods   = "k8s.io/client-go/kubernetes/typed/core/v1.PodInterface"
		errors = "3 attempts on ErrBadConn, 40001, 40P01, 53300, 57P03"
	)
	for _, want := range []struct{ client, method, protocol, lives, retry string }{
		{"database/sql.DB", "BeginTx", "sql", "*sql.Tx", errors},
		{"database/sql.DB", "QueryContext", "sql", "*sql.Rows", errors},
		{"database/sql.DB", "PingContext", "sql", "", errors},
		{"database/sql.Tx", "Commit", "sql", "", "off (a failed transaction has to begin anew)"},
		{"database/sql.Tx", "ExecContext", "sql", "sql.Result", "off (a failed transaction has to begin anew)"},
		{pgx + ".Tx", "Commit", "sql", "", "off (a failed transaction has to begin anew)"},
		{pgx + ".Conn", "Query", "sql", "pgx.Rows", errors},
		{pgx + ".Conn", "Exec", "sql", "", errors},
		{pgx + ".Conn", "CopyFrom", "sql", "", "off (rowSrc pgx.CopyFromSource may be used up)"},
		{pgx + "/pgxpool.Pool", "Acquire", "sql", "*pgxpool.Conn", errors},
		{aws + "s3.Client", "SelectObjectContent", "aws", "*s3.SelectObjectContentOutput", "off (the SDK repeats)"},
		{aws + "s3.Client", "GetObject", "aws", "*s3.GetObjectOutput", "off (the SDK repeats)"},
		{aws + "s3.Client", "PutObject", "aws", "*s3.PutObjectOutput",
			"off (params *s3.PutObjectInput holds io.Reader, which may be used up)"},
		{aws + "dynamodb.Client", "GetItem", "aws", "*dynamodb.GetItemOutput", "off (the SDK repeats)"},
		{redis, "Get", "redis", "*redis.StringCmd", "off (go-redis repeats)"},
		{redis, "Process", "redis", "", "off (cmd redis.Cmder"},
		{health + "HealthClient", "Check", "grpc", "", "3 attempts on Unavailable"},
		{health + "HealthClient", "Watch", "grpc", "grpc_health_v1.Health_WatchClient", "3 attempts on Unavailable"},
		{health + "HealthServer", "Watch", "none", "", "off (grpc_health_v1.Health_WatchServer may be used up)"},
		{"google.golang.org/grpc.ClientStream", "RecvMsg", "none", "", "off (RecvMsg goes on"},
		{pods, "Watch", "none", "watch.Interface", "3 attempts"},
		{pods, "Get", "none", "", "3 attempts"},
		{pods, "Create", "none", "", "3 attempts"},
		{"io.ReadWriteSeeker", "Read", "none", "", "off (Read goes on where the last one stopped)"},
		{"io.ReadWriteSeeker", "Write", "none", "", "off (Write goes on where the last one stopped)"},
		{"net/http.Client", "Do", "http", "*http.Response", "3 attempts on an error, 408, 429, 502 to 504 (if idempotent"},
		{"net/http.Client", "Post", "http", "*http.Response", "off (body io.Reader is read once)"},
	} {
		r := row(t, want.client, want.method)
		lives, _, _ := strings.Cut(r.LivesOn, ", which holds ")
		protocol := r.Protocol
		if protocol == "" {
			protocol = "none"
		}
		if protocol != want.protocol || lives != want.lives || !strings.HasPrefix(r.Retry, want.retry) {
			t.Errorf("%s.%s: protocol %s, %q lives on, retry %q; want %s, %q, %q", want.client, want.method,
				protocol, lives, r.Retry, want.protocol, want.lives, want.retry)
		}
	}
}

// TestQuestions asks of go-redis's calls that wait whether they do, and of no others.
func TestQuestions(t *testing.T) {
	const redis = "github.com/redis/go-redis/v9.UniversalClient"
	if notes := row(t, redis, "BLPop").Notes; len(notes) != 1 || !strings.HasPrefix(notes[0], "waits?") {
		t.Errorf("BLPop: %q", notes)
	}
	if notes := row(t, redis, "LPop").Notes; len(notes) != 0 {
		t.Errorf("LPop: %q", notes)
	}
}

func row(t *testing.T, client, method string) templates.Row {
	t.Helper()
	rows, err := decided()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(rows[client], func(r templates.Row) bool { return r.Method == method })
	if i < 0 {
		t.Fatalf("%s has no %s", client, method)
	}
	return rows[client][i]
}

// TestAlone decides each client by itself: what else was loaded makes no difference.
func TestAlone(t *testing.T) {
	together, err := decided()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range wrapped {
		result, err := gen.Generate(t.Context(), []gen.Request{
			{Dir: ".", Iface: []string{name}, Out: "w/w.go", Quiet: true},
		})
		if err != nil {
			t.Fatal(err)
		}
		alone := gen.Explain(result.Outputs, ".")
		if len(alone) != 1 || !reflect.DeepEqual(alone[0].Methods, together[name]) {
			t.Errorf("%s is decided otherwise alone", name)
		}
	}
}
