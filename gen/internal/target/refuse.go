package target

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
func (t *Target) whole(problems *problem.List) bool {
	parts := []types.Type{t.Type}
	for _, p := range t.TypeParams {
		parts = append(parts, p.Constraint())
	}
	for _, m := range t.Methods {
		parts = append(parts, m.Type())
	}
	errors, own := t.typeErrors()
	if !own && !slices.ContainsFunc(parts, func(part types.Type) bool { return !typeutil.Whole(part) }) {
		return true
	}
	for _, e := range errors {
		problems.Add(e.Fset.Position(e.Pos), t.SubjectAt(e.Pos), "%s", e.Msg)
	}
	switch pkg := t.World.Parsed[t.obj.Pkg().Path()]; {
	case len(errors) > 0:
	case pkg != nil && len(pkg.Errors) > 0:
		problems.Add(t.Position(), t.Name, "%s", pkg.Errors[0].Msg)
	case t.Site != nil && source.ImportsC(t.Site.File):
		problems.Add(t.Position(), t.Name, "has types of cgo's package C, which a wrapper can't name")
	default:
		problems.Add(t.Position(), t.Name, "its types can't be loaded whole")
	}
	return false
}

// typeErrors returns the errors in the target's own declaration or, where there are
// none, those in its package.
func (t *Target) typeErrors() (errors []types.Error, own bool) {
	pkg := t.World.Parsed[t.obj.Pkg().Path()]
	if pkg == nil {
		return nil, false
	}
	var all, inside []types.Error
	for _, e := range pkg.TypeErrors {
		if strings.HasPrefix(e.Msg, "\t") {
			continue // It goes on with the one before.
		}
		all = append(all, e)
		if t.Site.Encloses(e.Pos) {
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
func (t *Target) nameable(out *Destination, problems *problem.List) bool {
	before := len(problems.All)
	n := naming{out.Path, func(obj *types.TypeName) *types.TypeName { return publicName(t.World, obj, out) }}
	if why := n.why(t.Type); why != "" {
		problems.Add(t.Position(), t.Name, "package %s can't name it: %s", out.Name, why)
		return false
	}
	for _, p := range t.TypeParams {
		if why := n.why(p.Constraint()); why != "" {
			problems.Add(t.Position(), t.Name, "package %s can't name the constraint of %s: %s",
				out.Name, p.Obj().Name(), why)
		}
	}
	for _, m := range t.Methods {
		if !templates.CanSelect(m, out.Path) {
			if t.Sealed(out) {
				continue // what is embedded has it
			}
			problems.Add(t.methodPosition(m), t.Subject(m),
				"is not exported, so that package %s can't implement it", out.Name)
			continue
		}
		if why := n.why(m.Type()); why != "" {
			problems.Add(t.methodPosition(m), t.Subject(m), "package %s can't name its types: %s",
				out.Name, why)
		}
	}
	return len(problems.All) == before
}
