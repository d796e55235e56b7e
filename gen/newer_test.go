package gen

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/breakergen/breakergen/gen/internal/request"
)

// TestGenerate_NewerGo has a tool that is older than the module's Go say so in one
// line, whatever else is wrong, and write nothing.
func TestGenerate_NewerGo(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"go.mod": "module example.com/x\n\ngo 1.26.0\n",
		"x.go":   "package x\n\ntype Client interface{ Get() error }\n\ntype Other interface{ Get() error }\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("GOWORK", "off")
	result, err := Generator{tool: "go1.25.3"}.Generate(t.Context(), []request.Request{
		{Dir: dir, Iface: []string{"Client"}}, {Dir: dir, Iface: []string{"Other", "Missing"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Outputs) != 0 || len(result.Problems) != 1 {
		t.Fatalf("outputs %v, problems %v", result.Outputs, result.Problems)
	}
	want := "breakergen: example.com/x needs go1.26.0, but this breakergen was built with go1.25.3: " +
		"build it again with the newer Go "
	if got := result.Problems[0].Line(dir); !strings.HasPrefix(got, want) {
		t.Errorf("says %q, want %q...", got, want)
	}
}
