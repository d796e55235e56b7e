package clients

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/breakergen/breakergen/gen"
	"github.com/breakergen/breakergen/templates"
)

var update = flag.Bool("update", false, "rewrite the golden list")

const golden = "testdata/clients.golden"

// wrapped are the interfaces and types that the list is about.
var wrapped = []string{
	"database/sql.DB",
	"database/sql.Tx",
	"github.com/aws/aws-sdk-go-v2/service/dynamodb.Client",
	"github.com/aws/aws-sdk-go-v2/service/s3.Client",
	"github.com/jackc/pgx/v5.Conn",
	"github.com/jackc/pgx/v5.Rows",
	"github.com/jackc/pgx/v5.Tx",
	"github.com/jackc/pgx/v5/pgxpool.Pool",
	"github.com/redis/go-redis/v9.PubSub",
	"github.com/redis/go-redis/v9.UniversalClient",
	"go.mongodb.org/mongo-driver/v2/mongo.Client",
	"go.mongodb.org/mongo-driver/v2/mongo.Collection",
	"go.mongodb.org/mongo-driver/v2/mongo.Session",
	"google.golang.org/grpc.ClientStream",
	"google.golang.org/grpc/health/grpc_health_v1.HealthClient",
	"google.golang.org/grpc/health/grpc_health_v1.HealthServer",
	"io.ReadWriteSeeker",
	"k8s.io/client-go/kubernetes/typed/core/v1.PodInterface",
	"net/http.Client",
	"net/http.RoundTripper",
}

// decided returns what is decided about all clients' methods, by the client's name.
var decided = sync.OnceValues(func() (map[string][]templates.Row, error) {
	var requests []gen.Request
	for i, name := range wrapped {
		requests = append(requests, gen.Request{
			Dir: ".", Iface: []string{name}, Out: fmt.Sprintf("w%d/w.go", i), Quiet: true,
		})
	}
	result, err := gen.Generate(context.Background(), requests)
	if err != nil {
		return nil, err
	}
	for _, p := range result.Problems {
		return nil, fmt.Errorf("%s", p.Line("."))
	}
	rows := map[string][]templates.Row{}
	for i, e := range gen.Explain(result.Outputs, ".") {
		rows[wrapped[i]] = e.Methods
	}
	return rows, nil
})

// TestGolden shows a reviewer how many results live on and how many calls aren't repeated.
func TestGolden(t *testing.T) {
	rows, err := decided()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, name := range wrapped {
		list(&b, name, rows[name])
	}
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != string(want) {
		t.Errorf("what is decided is no longer what %s says (-update rewrites it):\n%s", golden, got)
	}
}

// list writes what is decided about a client's methods.
func list(b *strings.Builder, client string, rows []templates.Row) {
	through, lives, once, notes := groups{}, groups{}, groups{}, groups{}
	retry, protocol := groups{}, groups{}
	for _, r := range rows {
		if r.Through != "" {
			through.add(r.Through, r.Method)
			continue
		}
		protocol.add(cmp.Or(r.Protocol, "none"), r.Method)
		if r.LivesOn != "" {
			lives.add(culprit(r.LivesOn), r.Method)
		}
		if r.NotRepeated != "" {
			once.add(r.NotRepeated, r.Method)
		} else {
			retry.add(r.Retry, r.Method)
		}
		for _, note := range r.Notes {
			notes.add(note, r.Method)
		}
	}
	fmt.Fprintf(b, "%s\n    methods: %d, whose results live on: %d, whose types forbid a retry: %d\n",
		client, len(rows), lives.size(), once.size())
	through.write(b, "called straight through")
	protocol.write(b, "protocol")
	retry.write(b, "retry")
	once.write(b, "not repeated")
	lives.write(b, "lives on")
	notes.write(b, "asked")
	b.WriteByte('\n')
}

// culprit shortens "*sql.Tx, which holds func()" to the type that decided.
func culprit(lives string) string {
	if _, held, ok := strings.Cut(lives, ", which holds "); ok {
		return "holds " + held
	}
	return lives
}

// groups are names of methods, by what is said of them.
type groups map[string][]string

func (g groups) add(why, method string) { g[why] = append(g[why], method) }

func (g groups) size() (n int) {
	for _, names := range g {
		n += len(names)
	}
	return n
}

// many is how many names a reader will read; the rest is told by who isn't among them.
const many = 24

func (g groups) write(b *strings.Builder, heading string) {
	for _, why := range slices.Sorted(maps.Keys(g)) {
		names := g[why]
		text := strings.Join(names, ", ")
		if len(names) > many {
			text = fmt.Sprintf("%s, %s ... %s", names[0], names[1], names[len(names)-1])
		}
		fmt.Fprintf(b, "    %s: %s: %d: %s\n", heading, why, len(names), text)
	}
}
