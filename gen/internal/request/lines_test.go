package request

import (
	"fmt"
	"testing"
)

func TestDirectiveLines(t *testing.T) {
	env := func(name string) string { return map[string]string{"DIR": "far"}[name] }
	for _, test := range []struct{ line, want string }{
		{"//go:generate breakergen -iface=A", "[-iface=A]"},
		{"//go:generate go tool breakergen -iface=A -q", "[-iface=A -q]"},
		{"//go:generate go tool github.com/breakergen/breakergen/cmd/breakergen -iface=A", "[-iface=A]"},
		{"//go:generate go run github.com/breakergen/breakergen/cmd/breakergen@v1.2.3 -iface=A", "[-iface=A]"},
		{"//go:generate go run -mod=mod -modfile ../tools.mod ../cmd/breakergen -iface=A", "[-iface=A]"},
		{"//go:generate ../bin/breakergen -iface=A", "[-iface=A]"},
		{`//go:generate ..\bin\breakergen.exe -iface=A`, "[-iface=A]"},
		{"//go:generate\tbreakergen\t-iface=A", "[-iface=A]"},
		{`//go:generate breakergen -iface "A, B" -out=$DIR/$GOFILE`, "[-iface A, B -out=far/x.go]"},
		{"//go:generate -command b go tool breakergen -q\n//go:generate b -iface=A", "[-q -iface=A]"},
		{"//go:generate breakergen -iface=A\r\n", "[-iface=A]"},
		{"//go:generate breakergen2 -iface=A", ""},
		{"//go:generate go tool stringer -type=breakergen", ""},
		{"//go:generate go", ""},
		{"//go:generate", ""},
		{"//go:generated breakergen -iface=A", ""},
		{"// go:generate breakergen -iface=A", ""},
		{"\t//go:generate breakergen -iface=A", ""},
	} {
		got := ""
		for _, line := range Lines("/a/x.go", []byte("package x\n\n"+test.line), env) {
			got += fmt.Sprint(line.Args)
			if line.Pkg != "x" || line.Number < 3 {
				t.Errorf("%s: stands in package %s, line %d", test.line, line.Pkg, line.Number)
			}
		}
		if got != test.want {
			t.Errorf("%s: arguments %s, want %s", test.line, got, test.want)
		}
	}
}
