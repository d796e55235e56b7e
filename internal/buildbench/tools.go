package main

import (
	"fmt"
	"os"
	"path/filepath"
)

const gowrap = "github.com/hexdigest/gowrap@v1.4.3"

// tool writes something that implements the interface, into a folder of its own.
type tool struct {
	name    string
	command string // its package's path; "" for our own
	module  string // with its version
	typ     string // what it writes
	write   func(m *module, dir string) error
}

var tools = []tool{
	{name: "breakergen", typ: "ClientBreaker", write: func(m *module, dir string) error {
		return m.command(dir, filepath.Join(m.bin, "breakergen"), "-q", "-iface=bench/client.Client", "-out=made.go")
	}},
	{
		name: "moq", command: "github.com/matryer/moq", module: "github.com/matryer/moq@v0.8.1", typ: "ClientMock",
		write: func(m *module, dir string) error {
			return m.command(dir, filepath.Join(m.bin, "moq"), "-pkg", "made", "-out", "made.go",
				filepath.Join(m.dir, "client"), "Client")
		},
	},
	{
		name: "gowrap", command: "github.com/hexdigest/gowrap/cmd/gowrap", module: gowrap, typ: "ClientWithRetry",
		write: func(m *module, dir string) error {
			// Without the folder's own file, gowrap takes it for empty.
			if err := os.WriteFile(filepath.Join(dir, "doc.go"), []byte("package made\n"), 0o644); err != nil {
				return err
			}
			return m.command(dir, filepath.Join(m.bin, "gowrap"), "gen", "-p", "bench/client", "-i", "Client",
				"-t", filepath.Join(m.templates, "retry"), "-o", "made.go", "-g")
		},
	},
}

// holder is a package that names what a tool has written, and main a program that uses it.
func (t tool) holder() string {
	return fmt.Sprintf("package holder\n\nimport \"bench/made\"\n\ntype Holder struct{ Client *made.%s }\n", t.typ)
}

func (t tool) main() string {
	return fmt.Sprintf(`package main

import (
	"bench/client"
	"bench/made"
)

func main() {
	var c client.Client = new(made.%s)
	println(c)
}
`, t.typ)
}
