package breakergen_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/breakergen/breakergen/gen"
)

// TestREADME generates from the README's interface what the README shows, and compiles what it
// does with that.
func TestREADME(t *testing.T) {
	module := newModule(t)
	dir := filepath.Join(module, "users")
	var client, shown string
	var uses []string
	for _, block := range read(t, "README.md").blocks {
		switch code := strings.Join(block.text, "\n") + "\n"; {
		case block.language != "go":
		case strings.Contains(code, "type UserClient interface"):
			client = code
		case strings.HasPrefix(code, "// UserClientBreaker is"):
			shown = code
		case !strings.HasPrefix(code, "//go:generate"):
			uses = append(uses, code)
		}
	}
	if client == "" || shown == "" || len(uses) < 2 {
		t.Fatal("the README has no interface, no wrapper, or no use of it")
	}
	write := func(name, code string) { writeFile(t, filepath.Join(dir, name), []byte("package users\n\n"+code)) }
	write("client.go", "import (\n\t\"context\"\n\t\"errors\"\n\t\"io\"\n)\n\n"+client+`
type User struct{ Name string }

type Receipt struct{ Number int }

var ErrNotFound = errors.New("not found")
`)
	result, err := gen.Generate(context.Background(), []gen.Request{{Dir: dir, Iface: []string{"UserClient"}}})
	if err != nil || len(result.Problems) > 0 || len(result.Outputs) != 1 {
		t.Fatal(err, result)
	}
	if _, err := gen.Write(result.Outputs[0]); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(result.Outputs[0].Content), shown) {
		t.Errorf("what is generated isn't what the README shows:\n%s", result.Outputs[0].Content)
	}
	var body strings.Builder
	for _, use := range uses {
		body.WriteString("\t{\n\tvar user *User\n" + strings.ReplaceAll(use, "user, err :=", "user, err =") +
			"\t_, _, _ = users, user, err\n\t}\n")
	}
	write("use.go", `import (
	"context"
	"time"

	breaker "github.com/breakergen/breakergen/runtime"
)

func use(ctx context.Context, client, cachedUsers UserClient) {
`+body.String()+"}\n")
	vet(t, module)
}
