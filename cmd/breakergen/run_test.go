package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestRun_ExitCode tells the codes apart, which the scripts can't.
func TestRun_ExitCode(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"go.mod": "module example.com/x\n\ngo 1.26.0\n",
		"x.go":   "package x\n\ntype Client interface{ Get() error }\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	t.Setenv("GOWORK", "off")
	for _, test := range []struct {
		args []string
		want int
	}{
		{[]string{"-h"}, 0},
		{[]string{"-version"}, 0},
		{[]string{"-iface=Client", "-out=-"}, 0},
		{[]string{"-iface=Missing"}, 1},
		{[]string{}, 2},
		{[]string{"-wrong"}, 2},
		{[]string{"-iface=A,B", "-name=X"}, 2},
		{[]string{"-iface=Client", "stray"}, 2},
		{[]string{"-check", "-iface=Client"}, 1},
		{[]string{"-explain", "-iface=Client"}, 0},
		{[]string{"-json", "-iface=Client"}, 0},
		{[]string{"-check", "-explain", "-iface=Client"}, 2},
		{[]string{"-suggest", "./..."}, 0},
		{[]string{"-suggest"}, 2},
		{[]string{"-suggest", "-check", "./..."}, 2},
		{[]string{"-suggest", "-iface=Client", "./..."}, 2},
		{[]string{"./..."}, 0},
		{[]string{"./missing/..."}, 1},
		{[]string{"./...", "-v"}, 2},
	} {
		var stdout, stderr bytes.Buffer
		err := run(t.Context(), test.args, system{
			dir: dir, env: func(string) string { return "" }, stdout: &stdout, stderr: &stderr,
		})
		got := exitCode(err, &stderr)
		if got != test.want {
			t.Errorf("breakergen %q exits with %d, want %d:\n%s", test.args, got, test.want, &stderr)
		}
		if test.want != 0 && stderr.Len() == 0 {
			t.Errorf("breakergen %q exits with %d and says nothing", test.args, got)
		}
	}
}
