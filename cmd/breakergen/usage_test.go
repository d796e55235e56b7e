package main

import (
	"flag"
	"os"
	"strings"
	"testing"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "rewrite docs/command.md")

// TestUsage_FitsScreen holds the help to a terminal of 24 lines and 100 columns.
func TestUsage_FitsScreen(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(usage, "\n"), "\n")
	if len(lines) > 24 {
		t.Errorf("the help has %d lines, a screen 24", len(lines))
	}
	for _, line := range lines {
		if n := utf8.RuneCountInString(line); n > 90 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}

// TestUsage_Docs keeps docs/command.md in step with the help.
func TestUsage_Docs(t *testing.T) {
	const path = "../../docs/command.md"
	const begin, end = "# The command\n\n```text\n", "```\n"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(data), begin)
	old, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no section %q", path, begin)
	}
	if old == usage {
		return
	}
	if !*update {
		t.Fatalf("%s has\n%s\nand -h prints\n%s\nRun go test ./cmd/breakergen -update", path, old, usage)
	}
	if err := os.WriteFile(path, []byte(before+begin+usage+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestUsage_Flags holds the help to the flags that there are.
func TestUsage_Flags(t *testing.T) {
	for _, name := range []string{
		"iface", "out", "pkg", "name", "chain", "check", "explain", "suggest", "json", "tags", "q", "v", "version",
	} {
		if !strings.Contains(usage, " -"+name+" ") && !strings.Contains(usage, "(-"+name+" ") {
			t.Errorf("the help says nothing of -%s", name)
		}
		if _, err := parse([]string{"-iface=X", "-" + name + "=1"}); err != nil &&
			strings.Contains(err.Error(), "not defined") {
			t.Error(err)
		}
	}
}
