package gen

import (
	"cmp"
	"fmt"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
)

// Request is the work of one directive or command line.
type Request struct {
	// Dir is the absolute path of the folder that the command runs in.
	Dir string
	// File, Line and Package say where the directive stands, if one does: the base
	// name of its file, its line from 1, and the file's package clause.
	File    string
	Line    int
	Package string

	// The flags. Iface is not empty, each of the others may be.
	Iface []string
	Out   string
	Pkg   string
	Name  string
	Chain string
	Tags  string
	// Header is a file whose text the output begins with, such as a licence.
	Header string
	// Quiet asks for no notices.
	Quiet bool
}

// The two orders of a chain's links.
const (
	breakerFirst = "breaker,retry,timeout"
	retryFirst   = "retry,breaker,timeout"
)

// Validate reports flags that no interface could make sense of.
func (r *Request) Validate() error {
	switch {
	case len(r.Iface) == 0:
		return fmt.Errorf("-iface is missing: name an interface, as in -iface=UserClient")
	case r.Name != "" && len(r.Iface) > 1:
		return fmt.Errorf("-name=%s names one wrapper, but -iface asks for %d", r.Name, len(r.Iface))
	case r.Name != "" && !identifier(r.Name):
		return fmt.Errorf("-name=%s is not a Go name", r.Name)
	case r.Pkg != "" && !identifier(r.Pkg):
		return fmt.Errorf("-pkg=%s is not a package name", r.Pkg)
	case r.Chain != "" && r.Chain != breakerFirst && r.Chain != retryFirst:
		return fmt.Errorf("-chain=%s is not an order: use %s or %s", r.Chain, breakerFirst, retryFirst)
	case r.Out != "" && r.Out != "-" && !strings.HasSuffix(r.Out, ".go"):
		return fmt.Errorf("-out=%s is not a .go file", r.Out)
	}
	for i, name := range r.Iface {
		path, n := splitName(name)
		switch {
		case slices.Contains(r.Iface[:i], name):
			return fmt.Errorf("-iface names %s twice", name)
		case !identifier(n):
			return fmt.Errorf("-iface=%s: %q is not a Go name", name, n)
		case strings.HasPrefix(path, ".") || strings.HasPrefix(path, "-") || strings.ContainsAny(path, " =\\") ||
			strings.Contains(path, "..."):
			return fmt.Errorf("-iface=%s: %q is not an import path", name, path)
		}
	}
	return nil
}

func identifier(s string) bool { return token.IsIdentifier(s) && s != "_" }

// command returns the command line that the output's header records.
func (r *Request) command(ifaces []string) string {
	line := "breakergen -iface=" + strings.Join(ifaces, ",")
	flag := func(name, value string) {
		if value != "" {
			line += " -" + name + "=" + value
		}
	}
	flag("out", Slashed(r.Out))
	flag("pkg", r.Pkg)
	flag("name", r.Name)
	if r.Chain != breakerFirst {
		flag("chain", r.Chain)
	}
	flag("tags", r.Tags)
	flag("header", Slashed(r.Header))
	return line
}

// perFile returns the names of -iface, those of each file together.
func (r *Request) perFile() (list [][]string) {
	if r.Out != "" {
		return [][]string{r.Iface}
	}
	for _, name := range r.Iface {
		list = append(list, []string{name})
	}
	return list
}

// position is where the request stands; without a file it is the folder.
func (r *Request) position() token.Position {
	if r.File == "" {
		return token.Position{}
	}
	return token.Position{Filename: filepath.Join(r.Dir, r.File), Line: r.Line, Column: 1}
}

// place is the line that a request stands in.
type place struct {
	dir, file string
	line      int
}

func (r *Request) place() place { return place{r.Dir, r.File, r.Line} }

// before says whether a run of all directives comes to a line before another.
func (p place) before(other place) bool {
	return cmp.Or(cmp.Compare(p.dir, other.dir), cmp.Compare(p.file, other.file), cmp.Compare(p.line, other.line)) < 0
}

// from names where the request stands, as seen from a folder, or else what it asks for.
func (r *Request) from(dir string) string {
	if r.File == "" {
		return r.command(r.Iface)
	}
	return fmt.Sprintf("%s:%d", Slashed(Relative(filepath.Join(r.Dir, r.File), dir)), r.Line)
}

// isTest says whether the request stands in a test file.
func (r *Request) isTest() bool {
	return strings.HasSuffix(r.File, "_test.go") || strings.HasSuffix(r.Package, "_test")
}

// splitName splits import/path.Name; the path of a plain name is "".
func splitName(name string) (path, base string) {
	if i := strings.LastIndex(name, "."); i > strings.LastIndex(name, "/") {
		return name[:i], name[i+1:]
	}
	return "", name
}

// snakeCase writes UserClient as user_client and HTTPClient as http_client.
func snakeCase(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		if unicode.IsUpper(r) && i > 0 && runes[i-1] != '_' {
			before, after := runes[i-1], rune(0)
			if i+1 < len(runes) {
				after = runes[i+1]
			}
			if !unicode.IsUpper(before) || unicode.IsLower(after) {
				b.WriteByte('_')
			}
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
