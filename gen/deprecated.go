package gen

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"slices"

	"github.com/breakergen/breakergen/gen/internal/source"
)

// deprecated returns what is deprecated of what a wrapper's code mentions of other packages,
// which linters would complain of there.
func (t *target) deprecated(out *destination) (names []string) {
	note := func(name string) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	seen := map[types.Type]bool{}
	mention := func(typ types.Type) {
		eachType(typ, seen, func(typ types.Type) {
			named, ok := typ.(interface{ Obj() *types.TypeName })
			if !ok || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() == out.path {
				return
			}
			obj := named.Obj()
			if t.world.isDeprecatedPackage(obj.Pkg().Path()) {
				note("package " + obj.Pkg().Path())
			}
			if t.world.isDeprecated(obj) {
				note(obj.Pkg().Name() + "." + obj.Name())
			}
		})
	}
	mention(t.typ)
	for _, p := range t.typeParams {
		mention(p.Constraint())
	}
	for _, m := range t.methods {
		mention(m.Type())
		if m.Pkg() != nil && m.Pkg().Path() != out.path && t.world.isDeprecated(m) {
			note(t.prefixOf(m))
		}
	}
	return names
}

// isDeprecated says whether the documentation of a type or a method says so.
func (w *world) isDeprecated(obj types.Object) bool {
	if path := w.pathOfFile(obj.Pkg().Path(), w.place(obj).Filename); path != "" && !w.speaksOf(path) {
		return false // Nearly no file has to be parsed.
	}
	s := w.siteOf(obj)
	return s != nil && source.Deprecation(source.DocLines(s.Doc)) != nil
}

// isDeprecatedPackage says whether a package's own documentation says so.
func (w *world) isDeprecatedPackage(path string) bool {
	known, ok := w.deprecatedPackages[path]
	if p := w.list[path]; !ok && p != nil {
		known = slices.ContainsFunc(p.GoFiles, func(path string) bool {
			doc := w.packageDoc(path)
			return doc != nil && source.Deprecation(source.DocLines(doc)) != nil
		})
		w.deprecatedPackages[path] = known
	}
	return known
}

// packageDoc returns the documentation over a file's package clause, if it may say that
// something is deprecated.
func (w *world) packageDoc(path string) *ast.CommentGroup {
	if !w.speaksOf(path) {
		return nil
	}
	file, _ := parser.ParseFile(token.NewFileSet(), path, nil, parser.PackageClauseOnly|parser.ParseComments)
	if file == nil {
		return nil
	}
	return file.Doc
}

// speaksOf says whether a file speaks of anything deprecated.
func (w *world) speaksOf(path string) bool {
	known, ok := w.speaking[path]
	if !ok {
		source, err := os.ReadFile(path)
		known = err == nil && bytes.Contains(source, []byte("Deprecated: "))
		w.speaking[path] = known
	}
	return known
}
