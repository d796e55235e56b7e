package gen

import (
	"go/token"
	"path/filepath"
	"testing"
)

// TestSlashed writes Windows' paths with forward slashes, and leaves the names of
// other systems alone.
func TestSlashed(t *testing.T) {
	for _, test := range []struct {
		path      string
		separator rune
		want      string
	}{
		{`users\user_client_breaker.go`, '\\', "users/user_client_breaker.go"},
		{`C:\src\users\x.go`, '\\', "C:/src/users/x.go"},
		{`..\mocks/x.go`, '\\', "../mocks/x.go"},
		{`odd\name.go`, '/', `odd\name.go`},
	} {
		if got := slashed(test.path, test.separator); got != test.want {
			t.Errorf("slashed(%q, %q) = %q, want %q", test.path, test.separator, got, test.want)
		}
	}
}

// TestPaths_ForwardSlashes runs on every system: headers, messages and diffs have
// forward slashes where the system's own paths do not.
func TestPaths_ForwardSlashes(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "sub", "x.go")
	r := Request{Dir: dir, Out: filepath.Join("sub", "x.go"), Chain: breakerFirst}
	if got, want := r.command([]string{"A"}), "breakergen -iface=A -out=sub/x.go"; got != want {
		t.Errorf("the header records %q, want %q", got, want)
	}
	p := Problem{Pos: token.Position{Filename: file, Line: 3}, Message: "wrong"}
	if got, want := p.Line(dir), "sub/x.go:3:1: wrong"; got != want {
		t.Errorf("the message is %q, want %q", got, want)
	}
	diff, err := Diff(Output{Path: file, Content: []byte("package x\n")}, dir)
	want := "diff /dev/null b/sub/x.go\n--- /dev/null\n+++ b/sub/x.go\n@@ -0,0 +1,1 @@\n+package x\n"
	if err != nil || string(diff) != want {
		t.Errorf("the diff is %q, %v, want %q", diff, err, want)
	}
	if got := r.outPath("A", ""); got != file {
		t.Errorf("the output is %q, want %q", got, file)
	}
}
