package gen

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
	"github.com/breakergen/breakergen/templates"
)

// plannedFile is the model of one file, and where it goes.
type plannedFile struct {
	request *request.Request
	target  *target // the first
	out     *destination
	path    string
	model   *templates.File
	notices []string
}

// planFiles makes the models of a request's files: one for all names where -out gives
// it, or else one each.
func planFiles(w *load.World, r *request.Request, problems *problem.List) []*plannedFile {
	out := destinationOf(w, r, problems)
	var files []*plannedFile
	made := map[string]string{} // by the names of wrappers and files: what they are of
	for i, name := range r.Iface {
		t := findTarget(w, r, name, out, problems)
		if t == nil {
			continue
		}
		wrapper, notice := modelOf(t, r, out, problems)
		if wrapper == nil || twice(w, r, made, wrapper.Name, name, problems) {
			continue
		}
		if i == 0 || r.Out == "" || len(files) == 0 {
			files = append(files, planFile(w, r, t, name, out, problems))
		}
		file := files[len(files)-1]
		if r.Out == "" {
			twice(w, r, made, filepath.Base(file.path), name, problems)
		}
		file.model.Wrappers = append(file.model.Wrappers, wrapper)
		file.model.Deprecated = append(file.model.Deprecated, t.deprecated(out)...)
		if notice != "" {
			file.notices = append(file.notices, notice)
		}
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
func planFile(w *load.World, r *request.Request, t *target, name string, out *destination, problems *problem.List) *plannedFile {
	ifaces := r.Iface
	if r.Out == "" {
		ifaces = []string{name}
	}
	beside := r.File
	if path, _ := request.SplitName(name); path == "" && t.site != nil {
		beside = w.PathAt(t.site.Name.Pos())
	}
	f := &plannedFile{request: r, target: t, out: out, path: r.OutPath(name, source.SuffixOf(beside))}
	if other := variant(t, f, name, beside); other != nil {
		problems.Add(t.position(), t.name, "is in %s too, for other builds, and both wrappers would go to %s: "+
			"put a directive with an -out of its own beside each", filepath.Base(other.Path), filepath.Base(f.path))
	}
	if existing := w.Folder(out.dir).File(f.path); existing != nil && !existing.Replaceable() {
		at := token.Position{Filename: f.path, Line: 1, Column: 1}
		problems.Add(at, t.name, "%s was not written by breakergen: name another file with -out",
			filepath.Base(f.path))
	}
	licence, err := r.Licence()
	if err != nil {
		problems.Add(w.PositionOf(r), "", "%v", err)
	}
	f.model = &templates.File{
		Licence: licence, Command: r.Command(ifaces), Package: out.name, Path: out.path,
		Reserved: out.declared, Imported: out.imported, Public: out.public,
	}
	if t.site != nil && t.site.Path == out.path {
		f.model.Constraint = source.ConstraintFor(t.site.File, w.PathAt(t.site.Name.Pos()), f.path)
	}
	return f
}

// modelOf makes the model of a target's wrapper, and the notice of what it retries.
func modelOf(t *target, r *request.Request, out *destination, problems *problem.List) (*templates.Wrapper, string) {
	before := len(problems.All)
	model := &templates.Wrapper{
		Interface: t.name, Type: t.typ, TypeParams: t.typeParams, Concrete: t.concrete,
		Prefix: t.prefix(out), RetryFirst: r.Chain == request.RetryFirst, Deprecated: source.Deprecation(source.DocLines(t.doc())),
	}
	nameDeclarations(t, model, r, out, problems)
	decider, err := deciderOf(t.world)
	if err != nil {
		problems.Add(t.position(), t.name, "%v", err)
		return nil, ""
	}
	common := directive.Read(t.world.Fset, t.site, t.doc(), t.name, problems)
	functions := &functions{base: model.Base}
	asked := common.Has("retry")
	var retried []*methodModel
	var sites []*source.Site
	model.Embedded, model.Transport = t.sealed(out), t.isTransport()
	for _, f := range t.methods {
		if model.Embedded && !templates.CanSelect(f, out.path) {
			continue
		}
		m := methodOf(t, f, decider, common, out, functions, problems)
		wraps(t, m, model, r, out)
		model.Methods, sites = append(model.Methods, m.model), append(sites, m.site)
		if m.model.Through == "" && m.retries() && !m.settings.Has("retry") {
			retried = append(retried, m)
		}
	}
	checkStray(t, sites, problems)
	checkCommon(t, common, model, problems)
	model.Functions = functions.list
	if len(problems.All) > before {
		return nil, ""
	}
	if asked {
		retried = nil
	}
	return model, noticeOf(model, retried)
}

// names are those of a wrapper that others know it by.
type names struct{ base, wrapper, config, policies, constructor, maker string }

// namesOf makes them from the interface's name, or from the flag -name: another wrapper of
// the interface may stand beside that.
func namesOf(iface, chosen string) names {
	n := names{base: iface, wrapper: iface + "Breaker"}
	if chosen != "" {
		n.base, n.wrapper = chosen, chosen
	}
	n.config, n.policies, n.maker = n.wrapper+"Config", n.base+"Policies", "new"+templates.UpperFirst(n.wrapper)+"s"
	if n.constructor = "New" + n.wrapper; !ast.IsExported(n.wrapper) {
		n.constructor = "new" + templates.UpperFirst(n.wrapper)
	}
	return n
}

// nameDeclarations names what the file declares for all to see. An unexported
// interface has an unexported wrapper.
func nameDeclarations(
	t *target, model *templates.Wrapper, r *request.Request, out *destination, problems *problem.List,
) {
	names := namesOf(t.name, r.Name)
	model.Base, model.Name, model.Policies, model.Config = names.base, names.wrapper, names.policies, names.config
	model.Constructor = names.constructor
	if isReturned(t, r, out) {
		model.Maker = names.maker
	}
	for _, name := range []string{model.Name, model.Config, model.Policies, model.Constructor, model.Maker} {
		taken := ""
		switch {
		case out.declared[name]:
			taken = "already declared"
		case out.imported[name]:
			taken = "already the name of an import"
		case types.Universe.Lookup(name) != nil:
			taken = "predeclared"
		default:
			continue
		}
		problems.Add(t.position(), t.name, "%s is %s in package %s: choose another with -name",
			name, taken, out.name)
		return
	}
}

// fault reports what is wrong with a rendered file, where its target stands.
func (f *plannedFile) fault(w *load.World, problems *problem.List, format string, args ...any) {
	w.Lock()
	defer w.Unlock()
	problems.Add(f.target.position(), f.target.name, format, args...)
}
