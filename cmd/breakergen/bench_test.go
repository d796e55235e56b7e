//go:build unix

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The benchmarks run whole commands, the peers' too, which they install from the
// module proxy. Each round runs every command once; the medians of all rounds, as
// ratios to others of the same run, are what to compare:
//
//	go test -run=NONE -bench=. -benchtime=10x ./cmd/breakergen

// BenchmarkOneTarget is one interface of a package that imports the AWS S3 SDK and
// gRPC, for each of the generators and for go list. Each run starts without any output.
func BenchmarkOneTarget(b *testing.B) {
	bin := installed(b, "github.com/matryer/moq@v0.8.1", "github.com/vektra/mockery/v3@v3.9.0",
		"github.com/maxbrunsfeld/counterfeiter/v6@v6.14.0")
	dir := benchModule(b)
	writeBench(b, dir, "one/one.go", onePackage("one", 1))
	writeBench(b, dir, "one/.mockery.yml", mockeryConfig("one"))
	tidy(b, dir)
	out := b.TempDir()
	compare(b, filepath.Join(dir, "one"), []timed{
		{name: "breakergen", args: []string{filepath.Join(bin, "breakergen"), "-q", "-iface=Client0"}},
		{name: "golist", args: []string{"go", "list", "-export", "-deps", "."}},
		{name: "moq", args: []string{filepath.Join(bin, "moq"),
			"-out", filepath.Join(out, "moq.go"), ".", "Client0"}},
		{name: "counterfeiter", args: []string{filepath.Join(bin, "counterfeiter"),
			"-o", filepath.Join(out, "fake.go"), ".", "Client0"}},
		{name: "mockery", args: []string{filepath.Join(bin, "mockery"), "--config", ".mockery.yml"}},
	})
}

// BenchmarkTree is 1,800 interfaces in 294 such packages, for breakergen, mockery and
// go list. Each run starts without any output, but for breakergen's second: that finds
// all of the first's unchanged.
func BenchmarkTree(b *testing.B) {
	const packages, interfaces = 294, 1800
	bin := installed(b, "github.com/vektra/mockery/v3@v3.9.0")
	dir := benchModule(b)
	var names []string
	for i := range packages {
		name := fmt.Sprintf("p%03d", i)
		names = append(names, name)
		count := interfaces*(i+1)/packages - interfaces*i/packages
		writeBench(b, dir, filepath.Join(name, name+".go"), onePackage(name, count))
	}
	writeBench(b, dir, ".mockery.yml", mockeryConfig(names...))
	tidy(b, dir)
	compare(b, dir, []timed{
		{name: "breakergen", args: []string{filepath.Join(bin, "breakergen"), "-q", "./..."}},
		{name: "unchanged", args: []string{filepath.Join(bin, "breakergen"), "-q", "./..."}, keep: true},
		{name: "golist", args: []string{"go", "list", "-export", "-deps", "./..."}},
		{name: "mockery", args: []string{filepath.Join(bin, "mockery"), "--config", ".mockery.yml"}},
	})
}

// timed is a command, how long its runs took, and the most memory that each had.
type timed struct {
	name  string
	args  []string
	keep  bool // run with the outputs of the one before
	times []time.Duration
	sizes []int64
}

// compare runs all commands b.N times, in turn, and reports the first's medians and
// their ratios to those of the others.
func compare(b *testing.B, dir string, commands []timed) {
	trash, cache := b.TempDir(), b.TempDir()
	built, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		b.Fatal(err)
	}
	env := append(os.Environ(), "GOWORK=off",
		"XDG_CACHE_HOME="+cache, "GOCACHE="+strings.TrimSpace(string(built)))
	once := func(c *timed) {
		if !c.keep {
			clearOutputs(b, dir, trash)
		}
		cmd := exec.Command(c.args[0], c.args[1:]...)
		cmd.Dir, cmd.Env = dir, env
		var output bytes.Buffer
		cmd.Stdout, cmd.Stderr = &output, &output
		start := time.Now()
		if err := cmd.Run(); err != nil {
			b.Fatalf("%s: %v\n%s", c.name, err, &output)
		}
		c.times = append(c.times, time.Since(start))
		most := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
		c.sizes = append(c.sizes, int64(most)) // 32 bits on some systems
	}
	for i := range commands {
		once(&commands[i]) // fills the build cache
		commands[i].times, commands[i].sizes = nil, nil
	}
	for b.Loop() {
		for i := range commands {
			once(&commands[i])
		}
	}
	b.ReportMetric(0, "ns/op") // of a round: nothing of interest
	ours := commands[0]
	b.ReportMetric(median(ours.times).Seconds()*1e3, "ms")
	for _, c := range commands[1:] {
		b.ReportMetric(float64(median(ours.times))/float64(median(c.times)), "time/"+c.name)
		if c.name != "golist" && c.name != "unchanged" {
			b.ReportMetric(float64(median(ours.sizes))/float64(median(c.sizes)), "memory/"+c.name)
		}
	}
}

// clearOutputs moves what breakergen and mockery wrote, in a folder and those in it, to a
// new folder of trash: ext4 makes files more slowly for a while after it deleted some.
func clearOutputs(b *testing.B, dir, trash string) {
	trash, err := os.MkdirTemp(trash, "")
	if err != nil {
		b.Fatal(err)
	}
	for _, pattern := range []string{
		"*_breaker.go", "mocks_test.go", "*/*_breaker.go", "*/mocks_test.go",
	} {
		paths, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			b.Fatal(err)
		}
		for i, path := range paths {
			name := fmt.Sprint(i, filepath.Base(path))
			if err := os.Rename(path, filepath.Join(trash, name)); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func median[T int64 | time.Duration](list []T) T {
	return slices.Sorted(slices.Values(list))[len(list)/2]
}

// installed builds breakergen and the peers into a folder.
func installed(b *testing.B, peers ...string) string {
	bin := b.TempDir()
	run := func(args ...string) {
		cmd := exec.Command("go", args...)
		cmd.Env = append(os.Environ(), "GOBIN="+bin)
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	run("install", ".")
	for _, peer := range peers {
		run("install", peer)
	}
	return bin
}

// benchModule makes a module that has this checkout, and what the packages import.
func benchModule(b *testing.B) string {
	root, err := filepath.Abs("../..")
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	writeBench(b, dir, "go.mod", `module example.com/bench

go 1.26.0

require (
	github.com/aws/aws-sdk-go-v2/service/s3 v1.114.10
	github.com/breakergen/breakergen v0.0.0
	github.com/slok/goresilience v0.2.0
	google.golang.org/grpc v1.85.0
)

replace github.com/breakergen/breakergen => `+root+"\n")
	writeBench(b, dir, "runtime.go", `package bench

import _ "github.com/breakergen/breakergen/runtime"
`)
	return dir
}

func tidy(b *testing.B, dir string) {
	cmd := exec.Command("go", "mod", "tidy")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("go mod tidy: %v\n%s", err, out)
	}
}

// onePackage returns a package of so many interfaces, each with a directive.
func onePackage(name string, interfaces int) string {
	text := `package ` + name + `

import (
	"context"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"google.golang.org/grpc"
)

type Item struct {
	ID string
	At time.Time
}
`
	for i := range 100 { // the code that packages have besides
		text += fmt.Sprintf(`
func Process%d(ctx context.Context, items map[string]*Item, after time.Time) ([]*Item, error) {
	var found []*Item
	for id, item := range items {
		if err := ctx.Err(); err != nil {
			return found, err
		}
		switch {
		case item == nil || len(id) == %d:
			continue
		case item.At.Before(after):
			found = append(found, &Item{ID: id + "-" + item.ID, At: after.Add(time.Since(item.At))})
		default:
			found = append([]*Item{item}, found...)
		}
	}
	return found, nil
}
`, i, i)
	}
	for i := range interfaces {
		client := fmt.Sprintf("Client%d", i)
		text += "\n//go:generate breakergen -iface=" + client + `

// ` + client + ` is a client.
type ` + client + ` interface {
	Get(context.Context, *s3.GetObjectInput, ...func(*s3.Options)) (*s3.GetObjectOutput, error)
	Call(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error
	List(ctx context.Context, from, to time.Time, limit int) ([]*Item, error)
	Put(ctx context.Context, item *Item, tags map[string][]string) error
	Upload(ctx context.Context, id string, body io.Reader) error
	Open(ctx context.Context, id string) (io.ReadCloser, error)
	Close() error
	Name() string
}
`
	}
	return text
}

func mockeryConfig(packages ...string) string {
	text := `dir: "{{.InterfaceDir}}"
filename: mocks_test.go
log-level: error
force-file-write: true
all: true
packages:
`
	for _, name := range packages {
		text += "  example.com/bench/" + name + ":\n"
	}
	return text
}

func writeBench(b *testing.B, dir, name, text string) {
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		b.Fatal(err)
	}
}
