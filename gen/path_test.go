package gen

import (
	"go/token"
	"path/filepath"
	"testing"

	"github.com/breakergen/breakergen/gen/internal/problem"
	"github.com/breakergen/breakergen/gen/internal/request"
)

// TestPaths_ForwardSlashes runs on every system: headers, messages and diffs have
// forward slashes where the system's own paths do not.
func TestPaths_ForwardSlashes(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "sub", "x.go")
	r := request.Request{Dir: dir, Out: filepath.Join("sub", "x.go"), Chain: request.BreakerFirst}
	if got, want := r.Command([]string{"A"}), "breakergen -iface=A -out=sub/x.go"; got != want {
		t.Errorf("the header records %q, want %q", got, want)
	}
	p := problem.Problem{Pos: token.Position{Filename: file, Line: 3}, Message: "wrong"}
	if got, want := p.Line(dir), "sub/x.go:3:1: wrong"; got != want {
		t.Errorf("the message is %q, want %q", got, want)
	}
	diff, err := Diff(Output{Path: file, Content: []byte("package x\n")}, dir)
	want := "diff /dev/null b/sub/x.go\n--- /dev/null\n+++ b/sub/x.go\n@@ -0,0 +1,1 @@\n+package x\n"
	if err != nil || string(diff) != want {
		t.Errorf("the diff is %q, %v, want %q", diff, err, want)
	}
	if got := r.OutPath("A", ""); got != file {
		t.Errorf("the output is %q, want %q", got, file)
	}
}
