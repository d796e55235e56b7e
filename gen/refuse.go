package gen

import (
	"go/types"
	"slices"
	"strings"

	"github.com/breakergen/breakergen/gen/internal/problem"
	"github.com/breakergen/breakergen/gen/internal/source"
	"github.com/breakergen/breakergen/gen/internal/typeutil"
	"github.com/breakergen/breakergen/templates"
)

// whole says whether the type checker could make sense of the target's own types, and
// reports what it found wrong.
func (t *target) whole(problems *problem.List) bool {
	parts := []types.Type{t.typ}
	for _, p := range t.typeParams {
		parts = append(parts, p.Constraint())
	}
	for _, m := range t.methods {
		parts = append(parts, m.Type())
	}
	errors, own := t.typeErrors()
	if !own && !slices.ContainsFunc(parts, func(part types.Type) bool { return !typeutil.Whole(part) }) {
		return true
	}
	for _, e := range errors {
		problems.Add(e.Fset.Position(e.Pos), t.subjectAt(e.Pos), "%s", e.Msg)
	}
	switch pkg := t.world.Parsed[t.obj.Pkg().Path()]; {
	case len(errors) > 0:
	case pkg != nil && len(pkg.Errors) > 0:
		problems.Add(t.position(), t.name, "%s", pkg.Errors[0].Msg)
	case t.site != nil && source.ImportsC(t.site.File):
		problems.Add(t.position(), t.name, "has types of cgo's package C, which a wrapper can't name")
	default:
		problems.Add(t.position(), t.name, "its types can't be loaded whole")
	}
	return false
}

// typeErrors returns the errors in the target's own declaration or, where there are
// none, those in its package.
func (t *target) typeErrors() (errors []types.Error, own bool) {
	pkg := t.world.Parsed[t.obj.Pkg().Path()]
	if pkg == nil {
		return nil, false
	}
	var all, inside []types.Error
	for _, e := range pkg.TypeErrors {
		if strings.HasPrefix(e.Msg, "\t") {
			continue // It goes on with the one before.
		}
		all = append(all, e)
		if t.site.Encloses(e.Pos) {
			inside = append(inside, e)
		}
	}
	if len(inside) > 0 {
		return inside, true
	}
	return all, false
}

// nameable says whether the output's package can name all types and methods, and
// reports what it can't.
func (t *target) nameable(out *destination, problems *problem.List) bool {
	before := len(problems.All)
	n := naming{out.path, func(obj *types.TypeName) *types.TypeName { return publicName(t.world, obj, out) }}
	if why := n.why(t.typ); why != "" {
		problems.Add(t.position(), t.name, "package %s can't name it: %s", out.name, why)
		return false
	}
	for _, p := range t.typeParams {
		if why := n.why(p.Constraint()); why != "" {
			problems.Add(t.position(), t.name, "package %s can't name the constraint of %s: %s",
				out.name, p.Obj().Name(), why)
		}
	}
	for _, m := range t.methods {
		if !templates.CanSelect(m, out.path) {
			if t.sealed(out) {
				continue // what is embedded has it
			}
			problems.Add(t.methodPosition(m), t.subject(m),
				"is not exported, so that package %s can't implement it", out.name)
			continue
		}
		if why := n.why(m.Type()); why != "" {
			problems.Add(t.methodPosition(m), t.subject(m), "package %s can't name its types: %s",
				out.name, why)
		}
	}
	return len(problems.All) == before
}
