package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(recordInto); dir != "" {
		os.Exit(record(dir, os.Args[1:]))
	}
	os.Exit(m.Run())
}

// most is what a method may add to the object file of its wrapper's package, in bytes. The
// types' own names, which symbols repeat, are much of it.
var most = map[string]int64{
	"a string and a string":     10e3,
	"`*In` and `*Out`":          22e3,
	"`*In, ...opts` and `*Out`": 46e3,
	"several, and a struct":     26e3,
}

// TestSizes holds generated code to what it costs in object files, which is the same in each
// run as times aren't: what depends on a method's types is little, and a package that names a
// wrapper has none of it.
func TestSizes(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds")
	}
	m, err := newModule()
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(m.dir)
	for _, s := range shapes {
		few, err := m.measure(s, 10, tools[0], 1)
		if err != nil {
			t.Fatal(err)
		}
		many, err := m.measure(s, 60, tools[0], 1)
		if err != nil {
			t.Fatal(err)
		}
		if got := (many.made.Size - few.made.Size) / 50; got > most[s.name] {
			t.Errorf("%s: a method adds %d bytes, want at most %d", s.name, got, most[s.name])
		}
		if got := few.made.Size - 10*most[s.name]; got > 150e3 {
			t.Errorf("%s: a wrapper without methods has %d bytes, want at most 150,000", s.name, got)
		}
		m.testHolder(t, s)
	}
}

// testHolder looks for what the runtime's generic functions leave behind in a package that only
// names a wrapper.
func (m *module) testHolder(t *testing.T, s shape) {
	t.Helper()
	object := filepath.Join(m.dir, "holder.a")
	if err := m.command(m.dir, "go", "build", "-o", object, "./holder"); err != nil {
		t.Fatal(err)
	}
	symbols, err := exec.Command("go", "tool", "nm", object).Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(symbols)) {
		if strings.Contains(line, "breakergen/runtime") {
			t.Errorf("%s: a package that names a wrapper has %s", s.name, strings.TrimSpace(line))
		}
	}
}
