package gen

import (
	"bytes"
	"cmp"
	"go/ast"
	"maps"
	"slices"

	"github.com/breakergen/breakergen/gen/internal/problem"
	"github.com/breakergen/breakergen/gen/internal/request"
	"github.com/breakergen/breakergen/gen/internal/source"
	"github.com/breakergen/breakergen/templates"
)

// output is the file as it was rendered.
func (f *plannedFile) output(code *templates.Code) Output {
	o := Output{Path: f.path, Content: code.Text, Wrappers: f.model.Wrappers}
	if f.path != "-" {
		o.claims = claimsOf(f.out.path, code.Syntax)
		o.constraint = source.ConstraintOf(code.Syntax, f.path)
	}
	return o
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

// claimed is an output, and the job that has made it.
type claimed struct {
	job    *job
	output Output
}

// claims knows which outputs have which paths and names.
type claims struct {
	paths map[string]claimed
	names map[claim][]claimed
}

// admit returns the outputs of a job that aren't there yet. Where another job has taken
// what one of them needs, that is the job's problem, and none of them is admitted.
func (c *claims) admit(j *job) []Output {
	var admitted []Output
	for _, o := range j.outputs {
		other, taken := c.paths[o.Path]
		switch {
		case taken && bytes.Equal(other.output.Content, o.Content):
			continue
		case taken:
			isWrittenBy(j.request, other.job.request, o.Path, &j.problems)
			return nil
		}
		if name, other := c.declared(o); other != nil {
			isDeclaredBy(j.request, other.request, name, &j.problems)
			return nil
		}
		admitted = append(admitted, o)
	}
	for _, o := range admitted {
		c.take(claimed{j, o})
	}
	return admitted
}

// declared returns the first name of an output that a job has taken, if one has.
func (c *claims) declared(o Output) (string, *job) {
	for _, claim := range o.claims {
		for _, other := range c.names[claim] {
			// With different constraints, they may be the files of different systems.
			if meet(o.constraint, other.output.constraint) {
				return claim.name, other.job
			}
		}
	}
	return "", nil
}

// meet says whether files with these constraints may be built together.
func meet(a, b string) bool { return a == "" || b == "" || a == b }

func (c *claims) take(made claimed) {
	if made.output.Path != "-" {
		c.paths[made.output.Path] = made
	}
	for _, claim := range made.output.claims {
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
