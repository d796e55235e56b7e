package gen

import (
	"os"
	"path/filepath"
	"testing"
)

// TestSuggest_NoProgress: whoever has no terminal leaves it out.
func TestSuggest_NoProgress(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"go.mod": "module example.com/x\n\ngo 1.26.0\n",
		"x.go": "package x\n\nimport \"context\"\n\ntype Client interface {\n\tGet(ctx context.Context, id string) (string, error)\n" +
			"\tPut(ctx context.Context, id string) (string, error)\n}\n\ntype Page struct{ client Client }\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("GOWORK", "off")
	found, err := Generator{Dir: dir}.Suggest(t.Context(), &Tree{Folders: []string{dir}})
	if err != nil || len(found.List) != 1 || found.List[0].Name != "x.Client" {
		t.Fatalf("%+v, %v", found, err)
	}
}
