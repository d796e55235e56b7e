// Package request is what one directive or command line asks for: its flags, the go:generate
// lines and the headers of outputs that they are read from, and the files that come of them.
//
// It knows no Go code but package clauses, and of files no more than those that a flag names.
// A flag of the command that changes the output is here in four places: a field of [Request],
// a case in [FlagsOf], its check in [Request.Validate] and its place in [Request.Command].
package request

import (
	"cmp"
	"fmt"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"github.com/breakergen/breakergen/gen/internal/problem"
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
	BreakerFirst = "breaker,retry,timeout"
	RetryFirst   = "retry,breaker,timeout"
)

// Validate reports flags that no interface could make sense of.
func (r *Request) Validate() error {
	switch {
	case len(r.Iface) == 0:
		return fmt.Errorf("-iface is missing: name an interface, as in -iface=UserClient")
	case r.Name != "" && len(r.Iface) > 1:
		return fmt.Errorf("-name=%s names one wrapper, but -iface asks for %d", r.Name, len(r.Iface))
	case r.Name != "" && !IsIdentifier(r.Name):
		return fmt.Errorf("-name=%s is not a Go name", r.Name)
	case r.Pkg != "" && !IsIdentifier(r.Pkg):
		return fmt.Errorf("-pkg=%s is not a package name", r.Pkg)
	case r.Chain != "" && r.Chain != BreakerFirst && r.Chain != RetryFirst:
		return fmt.Errorf("-chain=%s is not an order: use %s or %s", r.Chain, BreakerFirst, RetryFirst)
	case r.Out != "" && r.Out != "-" && !strings.HasSuffix(r.Out, ".go"):
		return fmt.Errorf("-out=%s is not a .go file", r.Out)
	case filepath.Separator == '/' && strings.Contains(r.Out, `\`):
		return fmt.Errorf("-out=%s: write its folders with /, which all systems take", r.Out)
	}
	for i, name := range r.Iface {
		path, n := SplitName(name)
		switch {
		case slices.Contains(r.Iface[:i], name):
			return fmt.Errorf("-iface names %s twice", name)
		case strings.Contains(n, "["):
			generic, _, _ := strings.Cut(name, "[")
			return fmt.Errorf("-iface=%s: give the instance a name, as in type X = %s[int], and write that", name, generic)
		case !IsIdentifier(n):
			return fmt.Errorf("-iface=%s: %q is not a Go name", name, n)
		case strings.HasPrefix(path, ".") || strings.HasPrefix(path, "-") || strings.ContainsAny(path, " =\\") ||
			strings.Contains(path, "..."):
			return fmt.Errorf("-iface=%s: %q is not an import path", name, path)
		}
	}
	return nil
}

// IsIdentifier says whether code can call something by a name.
func IsIdentifier(s string) bool { return token.IsIdentifier(s) && s != "_" }

// Position is where the request stands; without a file it is the folder.
func (r *Request) Position() token.Position {
	if r.File == "" {
		return token.Position{}
	}
	return token.Position{Filename: filepath.Join(r.Dir, r.File), Line: r.Line, Column: 1}
}

// Place is the line that a request stands in.
type Place struct {
	dir, file string
	line      int
}

// Place returns the line that the request stands in.
func (r *Request) Place() Place { return Place{r.Dir, r.File, r.Line} }

// Before says whether a run of all directives comes to a line before another.
func (p Place) Before(other Place) bool {
	return cmp.Or(cmp.Compare(p.dir, other.dir), cmp.Compare(p.file, other.file), cmp.Compare(p.line, other.line)) < 0
}

// From names where the request stands, as seen from a folder, or else what it asks for.
func (r *Request) From(dir string) string {
	if r.File == "" {
		return r.Command(r.Iface)
	}
	return fmt.Sprintf("%s:%d", problem.Slashed(problem.Relative(filepath.Join(r.Dir, r.File), dir)), r.Line)
}

// IsTest says whether the request stands in a test file.
func (r *Request) IsTest() bool {
	return strings.HasSuffix(r.File, "_test.go") || strings.HasSuffix(r.Package, "_test")
}

// SplitName splits import/path.Name; the path of a plain name is "".
func SplitName(name string) (path, base string) {
	if i := strings.LastIndex(name, "."); i > strings.LastIndex(name, "/") {
		return name[:i], name[i+1:]
	}
	return "", name
}
