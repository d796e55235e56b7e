package breakergen_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/breakergen/breakergen/gen"
)

const directivesDoc, directivesPackage = "docs/directives.md", "docs/directives"

// TestDirectives_Tables generates each example of the document, which stands in the package
// beside it, and compares the table below it with what -explain prints.
func TestDirectives_Tables(t *testing.T) {
	dir, err := filepath.Abs(directivesPackage)
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(filepath.Join(dir, "directives.go"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile(directivesDoc)
	if err != nil {
		t.Fatal(err)
	}
	example := regexp.MustCompile("(?s)(```go\n)(.*?)(```\n\n```text\n)(.*?)(```\n)")
	declared := regexp.MustCompile(`(?m)^type (\w+) interface`)
	var request []gen.Request
	for _, found := range example.FindAllStringSubmatch(string(doc), -1) {
		name := declared.FindStringSubmatch(found[2])
		if name == nil || !strings.Contains(string(source), found[2]) {
			t.Fatalf("this example isn't in %s as it is:\n%s", directivesPackage, found[2])
		}
		request = append(request, gen.Request{Dir: dir, File: "directives.go", Package: "directives", Iface: []string{name[1]}})
	}
	if len(request) < 10 {
		t.Fatalf("%s has %d examples", directivesDoc, len(request))
	}
	for i := range request {
		// What wrap names must be asked for beside it.
		if request[i].Iface[0] == "Outer" {
			request[i].Iface, request[i].Out = []string{"Outer", "Skipped"}, "outer_breaker.go"
		} else {
			request[i].Out = "-"
		}
	}
	result, err := gen.Generate(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range result.Problems {
		t.Error(p.Line(dir))
	}
	tables := map[string]string{}
	for _, e := range gen.Explain(result.Outputs, dir) {
		var text strings.Builder
		if err := e.Write(&text); err != nil {
			t.Fatal(err)
		}
		_, table, _ := strings.Cut(text.String(), "\n\n")
		tables[e.Interface] = regexp.MustCompile(`(?m)^    `).ReplaceAllString(table, "")
	}
	want := example.ReplaceAllStringFunc(string(doc), func(text string) string {
		found := example.FindStringSubmatch(text)
		return found[1] + found[2] + found[3] + tables[declared.FindStringSubmatch(found[2])[1]] + found[5]
	})
	switch {
	case want == string(doc):
	case *update:
		writeFile(t, directivesDoc, []byte(want))
	default:
		t.Errorf("%s should be, by -update:\n%s", directivesDoc, want)
	}
}

// TestDirectives_Refused writes each directive that the document says is refused over a method
// of its own, and compares what is said of it.
func TestDirectives_Refused(t *testing.T) {
	doc, err := os.ReadFile(directivesDoc)
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile("(?m)^\\| `(// ?breakergen:.*?)` \\| `(.*?)` \\|$").FindAllStringSubmatch(string(doc), -1)
	if len(rows) < 30 {
		t.Fatalf("%s has %d rows of what is refused", directivesDoc, len(rows))
	}
	source := "package refused\n\nimport (\n\t\"context\"\n\t\"io\"\n)\n\ntype Refused interface {\n"
	for i, row := range rows {
		source += fmt.Sprintf("\t%s\n\tM%d(ctx context.Context, tenant string, body io.Reader) (int, error)\n\n", row[1], i)
	}
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "go.mod"), []byte("module example.com/refused\n\ngo 1.26.0\n"))
	writeFile(t, filepath.Join(dir, "refused.go"), []byte(source+"}\n"))
	result, err := gen.Generate(t.Context(), []gen.Request{{Dir: dir, Iface: []string{"Refused"}, Out: "-"}})
	if err != nil {
		t.Fatal(err)
	}
	said := map[string][]string{}
	for _, p := range result.Problems {
		said[p.Subject] = append(said[p.Subject], p.Message)
	}
	for i, row := range rows {
		// One mistake may have others follow; the document shows the first.
		if got := said[fmt.Sprintf("Refused.M%d", i)]; len(got) == 0 || got[0] != row[2] {
			t.Errorf("%s is refused with %q, the document says %q", row[1], got, row[2])
		}
	}
}
