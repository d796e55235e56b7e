package main

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden file")

const sample = "./testdata/sample"

// mutate runs the command, and returns what it says.
func mutate(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, progress bytes.Buffer
	err = run(t.Context(), args, &out, &progress)
	return out.String(), progress.String(), err
}

// The golden file has the live mutants: all others of sample are killed, so that a mutation
// that changes nothing would be a line more.
func TestSample(t *testing.T) {
	got, progress, err := mutate(t, sample)
	if !errors.Is(err, errLive) {
		t.Errorf("the error is %v, want %v", err, errLive)
	}
	if !strings.Contains(progress, "TestThatFails is left out") {
		t.Errorf("a test that always fails kills all: %s", progress)
	}
	golden := filepath.Join("testdata", "sample.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("it says\n%s\nwant\n%s", got, want)
	}
}

func TestSample_Part(t *testing.T) {
	got, _, err := mutate(t, "-files=sample.go:1[0-9]:", "-run=TestWithin", sample)
	if err != nil || !strings.HasPrefix(got, "testdata/sample/sample.go: ") {
		t.Errorf("it says %v\n%s", err, got)
	}
	got, _, err = mutate(t, "-files=sample.go:1[0-9]:", "-run=TestSum", sample)
	if !errors.Is(err, errLive) || !strings.Contains(got, "(not reached)") {
		t.Errorf("it says %v\n%s", err, got)
	}
	if _, _, err = mutate(t, "-files=none.go", sample); err == nil {
		t.Error("no mutants are all killed")
	}
}

func TestParseEquivalents(t *testing.T) {
	got, err := parseEquivalents("# What.\n\na.go f: x => y\n\tBoth are\n\tthe same.\n" +
		"b.go g: drop h()\n\tNo.\n")
	if err != nil || len(got) != 2 || got["a.go f: x => y"] != "Both are\nthe same.\n" {
		t.Errorf("it is %q, %v", got, err)
	}
	for _, text := range []string{"a.go f: x => y\n", "a.go f: x => y\nb.go g: drop h()\n\tNo.\n"} {
		if _, err := parseEquivalents(text); err == nil {
			t.Errorf("%q needs no reason", text)
		}
	}
}

func TestReport_Equivalent(t *testing.T) {
	m := &mutant{function: "f", change: "x => y", reached: []*test{nil}}
	m.pos.Filename, m.pos.Line = "a.go", 3
	known := map[string]string{"a.go f: x => y": "The same."}
	var b strings.Builder
	if err := report(&b, []*mutant{m}, 0, nil); !errors.Is(err, errLive) {
		t.Errorf("a live one is no error: %v", err)
	}
	if err := report(&b, []*mutant{m}, 0, known); err != nil {
		t.Errorf("a known one is live: %v", err)
	}
	m.killed = true
	b.Reset()
	err := report(&b, []*mutant{m}, 0, known)
	if err != nil || !strings.Contains(b.String(), "but equivalent.txt has it") {
		t.Errorf("what was killed isn't equivalent: %v\n%s", err, b.String())
	}
}
