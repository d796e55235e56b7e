package check

import (
	"bytes"
	"cmp"
	"go/ast"
	"maps"
	"slices"

	"github.com/breakergen/breakergen/gen/internal/model"
	"github.com/breakergen/breakergen/gen/internal/problem"
	"github.com/breakergen/breakergen/gen/internal/request"
	"github.com/breakergen/breakergen/gen/internal/source"
	"github.com/breakergen/breakergen/templates"
)

// Rendered is a file with what it takes for itself.
type Rendered struct {
	path       string
	content    []byte
	claims     []claim // what it declares
	constraint string  // its build constraint, by its text and its name
}

// renderedAs is the file as it was rendered.
func renderedAs(f *model.File, code *templates.Code) *Rendered {
	r := &Rendered{path: f.Path, content: code.Text}
	if f.Path != "-" {
		r.claims = claimsOf(f.Out.Path, code.Syntax)
		r.constraint = source.ConstraintOf(code.Syntax, f.Path)
	}
	return r
}

// claim is a name that an output declares: no other one of the package can, unless the
// two are never built together.
type claim struct{ pkg, name string }

// claimsOf returns what a rendered file declares, the shortest names first: these are
// the wrapper's own, which the others are made from.
func claimsOf(pkg string, syntax *ast.File) []claim {
	names := map[string]bool{}
	source.DeclaredIn(syntax, names)
	delete(names, "_")
	var list []claim
	for _, name := range slices.SortedFunc(maps.Keys(names), shorter) {
		list = append(list, claim{pkg, name})
	}
	return list
}

func shorter(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }

// claimed is a file, and the request that has it made.
type claimed struct {
	request *request.Request
	file    *Rendered
}

// Claims knows which files have which paths and names. Its zero value is ready to use.
type Claims struct {
	paths map[string]claimed
	names map[claim][]claimed
}

// Admit returns the files of a request that aren't there yet. Where another request has taken
// what one of them needs, that is this one's problem, and none of them is admitted.
func (c *Claims) Admit(r *request.Request, files []*Rendered, problems *problem.List) []*Rendered {
	var admitted []*Rendered
	for _, f := range files {
		other, taken := c.paths[f.path]
		switch {
		case taken && bytes.Equal(other.file.content, f.content):
			continue
		case taken:
			isWrittenBy(r, other.request, f.path, problems)
			return nil
		}
		if name, other := c.declared(f); other != nil {
			isDeclaredBy(r, other, name, problems)
			return nil
		}
		admitted = append(admitted, f)
	}
	for _, f := range admitted {
		c.take(claimed{r, f})
	}
	return admitted
}

// declared returns the first name of a file that a request has taken, if one has.
func (c *Claims) declared(f *Rendered) (string, *request.Request) {
	for _, claim := range f.claims {
		for _, other := range c.names[claim] {
			// With different constraints, they may be the files of different systems.
			if meet(f.constraint, other.file.constraint) {
				return claim.name, other.request
			}
		}
	}
	return "", nil
}

// meet says whether files with these constraints may be built together.
func meet(a, b string) bool { return a == "" || b == "" || a == b }

func (c *Claims) take(made claimed) {
	if c.paths == nil {
		c.paths, c.names = map[string]claimed{}, map[claim][]claimed{}
	}
	if made.file.path != "-" {
		c.paths[made.file.path] = made
	}
	for _, claim := range made.file.claims {
		c.names[claim] = append(c.names[claim], made)
	}
}

// isWrittenBy reports that another request writes one's file, too.
func isWrittenBy(r, other *request.Request, path string, problems *problem.List) {
	problems.Add(r.Position(), "", "%s is written by %s too: give one of them another -out",
		problem.Slashed(problem.Relative(path, r.Dir)), other.From(r.Dir))
}

// isDeclaredBy reports that another request declares a name of one's, too.
func isDeclaredBy(r, other *request.Request, name string, problems *problem.List) {
	problems.Add(r.Position(), "", "%s is declared by %s too: give one of them another -name",
		name, other.From(r.Dir))
}
