// Package model makes the models of a request's files, which package templates renders: for each
// method what its types allow (package decide), over that what directives ask for (package
// directive), and the row of the table that says both.
//
// A model is decided and complete. The world's lock is held while one is made; [File.Fault]
// alone takes it.
package model

import (
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"

	"github.com/breakergen/breakergen/gen/internal/directive"
	"github.com/breakergen/breakergen/gen/internal/load"
	"github.com/breakergen/breakergen/gen/internal/problem"
	"github.com/breakergen/breakergen/gen/internal/request"
	"github.com/breakergen/breakergen/gen/internal/source"
	"github.com/breakergen/breakergen/gen/internal/target"
	"github.com/breakergen/breakergen/templates"
)

// File is the model of one file, and where it goes.
type File struct {
	Request *request.Request
	target  *target.Target // the first
	Out     *target.Destination
	Path    string
	Model   *templates.File
	Notices []string
}

// Plan makes the models of a request's files: one for all names where -out gives
// it, or else one each.
func Plan(w *load.World, r *request.Request, problems *problem.List) []*File {
	out := target.DestinationOf(w, r, problems)
	var files []*File
	made := map[string]string{} // by the names of wrappers and files: what they are of
	for i, name := range r.Iface {
		t := target.Find(w, r, name, out, problems)
		if t == nil {
			continue
		}
		wrapper, notices := modelOf(t, r, out, problems)
		if wrapper == nil || twice(w, r, made, wrapper.Name, name, problems) {
			continue
		}
		if i == 0 || r.Out == "" || len(files) == 0 {
			files = append(files, planFile(w, r, t, name, out, problems))
		}
		file := files[len(files)-1]
		if r.Out == "" {
			twice(w, r, made, filepath.Base(file.Path), name, problems)
		}
		file.Model.Wrappers = append(file.Model.Wrappers, wrapper)
		file.Model.Deprecated = append(file.Model.Deprecated, t.Deprecated(out)...)
		file.Notices = append(file.Notices, notices...)
	}
	return files
}

// twice reports two names of one request that come to the same wrapper, or file.
func twice(w *load.World, r *request.Request, made map[string]string, thing, name string, problems *problem.List) bool {
	other, twice := made[thing]
	if twice {
		problems.Add(w.PositionOf(r), "", "%s and %s both make %s: ask for each in a line of its own, "+
			"with -name", other, name, thing)
	}
	made[thing] = name
	return twice
}

// planFile starts the file that the wrapper of name goes to.
func planFile(w *load.World, r *request.Request, t *target.Target, name string, out *target.Destination, problems *problem.List) *File {
	ifaces := r.Iface
	if r.Out == "" {
		ifaces = []string{name}
	}
	beside := r.File
	if path, _ := request.SplitName(name); path == "" && t.Site != nil {
		beside = w.PathAt(t.Site.Name.Pos())
	}
	f := &File{Request: r, target: t, Out: out, Path: r.OutPath(name, source.SuffixOf(beside))}
	if other := variant(t, f, name, beside); other != nil {
		problems.Add(t.Position(), t.Name, "is in %s too, for other builds, and both wrappers would go to %s: "+
			"put a directive with an -out of its own beside each", filepath.Base(other.Path), filepath.Base(f.Path))
	}
	if existing := w.Folder(out.Dir).File(f.Path); existing != nil && !existing.Replaceable() {
		at := token.Position{Filename: f.Path, Line: 1, Column: 1}
		problems.Add(at, t.Name, "%s was not written by breakergen: name another file with -out",
			filepath.Base(f.Path))
	}
	licence, err := r.Licence()
	if err != nil {
		problems.Add(w.PositionOf(r), "", "%v", err)
	}
	f.Model = &templates.File{
		Licence: licence, Command: r.Command(ifaces), Package: out.Name, Path: out.Path,
		Reserved: out.Declared, Imported: out.Imported, Public: out.Public,
	}
	if t.Site != nil && t.Site.Path == out.Path {
		f.Model.Constraint = source.ConstraintFor(t.Site.File, w.PathAt(t.Site.Name.Pos()), f.Path)
	}
	return f
}

// modelOf makes the model of a target's wrapper, and the notices of it.
func modelOf(t *target.Target, r *request.Request, out *target.Destination, problems *problem.List) (*templates.Wrapper, []string) {
	before := len(problems.All)
	model := &templates.Wrapper{
		Interface: t.Name, Type: t.Type, TypeParams: t.TypeParams, Concrete: t.Concrete,
		Prefix: t.Prefix(out), RetryFirst: r.Chain == request.RetryFirst, Deprecated: source.Deprecation(source.DocLines(t.Doc())),
	}
	nameDeclarations(t, model, r, out, problems)
	decider, err := DeciderOf(t.World)
	if err != nil {
		problems.Add(t.Position(), t.Name, "%v", err)
		return nil, nil
	}
	common := directive.Read(t.World.Fset, t.Site, t.Doc(), t.Name, problems)
	functions := &functions{base: model.Base}
	var undecided []*method
	var sites []*source.Site
	model.Embedded, model.Transport = t.Sealed(out), t.IsTransport()
	for _, f := range t.Methods {
		if model.Embedded && !templates.CanSelect(f, out.Path) {
			continue
		}
		m := methodOf(t, f, decider, common, out, functions, problems)
		wraps(t, m, model, r, out)
		model.Methods, sites = append(model.Methods, m.model), append(sites, m.site)
		if m.model.Through == "" && !m.settings.Has("retry") {
			undecided = append(undecided, m)
		}
	}
	checkStray(t, sites, problems)
	checkCommon(t, common, model, problems)
	model.Functions = functions.list
	if len(problems.All) > before {
		return nil, nil
	}
	return model, noticesOf(model, undecided)
}

// names are those of a wrapper that others know it by.
type names struct{ base, Wrapper, Config, Policies, Constructor, maker string }

// NamesOf makes them from the interface's name, or from the flag -name: another wrapper of
// the interface may stand beside that.
func NamesOf(iface, chosen string) names {
	n := names{base: iface, Wrapper: iface + "Breaker"}
	if chosen != "" {
		n.base, n.Wrapper = chosen, chosen
	}
	n.Config, n.Policies, n.maker = n.Wrapper+"Config", n.base+"Policies", "new"+templates.UpperFirst(n.Wrapper)+"s"
	if n.Constructor = "New" + n.Wrapper; !ast.IsExported(n.Wrapper) {
		n.Constructor = "new" + templates.UpperFirst(n.Wrapper)
	}
	return n
}

// nameDeclarations names what the file declares for all to see. An unexported
// interface has an unexported wrapper.
func nameDeclarations(
	t *target.Target, model *templates.Wrapper, r *request.Request, out *target.Destination, problems *problem.List,
) {
	names := NamesOf(t.Name, r.Name)
	model.Base, model.Name, model.Policies, model.Config = names.base, names.Wrapper, names.Policies, names.Config
	model.Constructor = names.Constructor
	if isReturned(t, r, out) {
		model.Maker = names.maker
	}
	for _, name := range []string{model.Name, model.Config, model.Policies, model.Constructor, model.Maker} {
		taken := ""
		switch {
		case out.Declared[name]:
			taken = "already declared"
		case out.Imported[name]:
			taken = "already the name of an import"
		case types.Universe.Lookup(name) != nil:
			taken = "predeclared"
		default:
			continue
		}
		problems.Add(t.Position(), t.Name, "%s is %s in package %s: choose another with -name",
			name, taken, out.Name)
		return
	}
}

// Fault reports what is wrong with a rendered file, where its target stands.
func (f *File) Fault(w *load.World, problems *problem.List, format string, args ...any) {
	w.Lock()
	defer w.Unlock()
	problems.Add(f.target.Position(), f.target.Name, format, args...)
}
