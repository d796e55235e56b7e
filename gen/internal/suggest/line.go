package suggest

import (
	"cmp"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"github.com/breakergen/breakergen/gen/internal/load"
	"github.com/breakergen/breakergen/gen/internal/model"
	"github.com/breakergen/breakergen/gen/internal/problem"
	"github.com/breakergen/breakergen/gen/internal/request"
	"github.com/breakergen/breakergen/templates"
)

// lines makes directives, no two of which make the same wrapper or write the same file.
type lines struct {
	search *search
	taken  map[string]bool // files, and wrappers in their folders
}

// newLines returns one that knows the directives that there are.
func newLines(s *search, asked []request.Request) *lines {
	l := &lines{s, map[string]bool{}}
	for i := range asked {
		for _, name := range asked[i].Iface {
			l.take(&asked[i], name)
		}
	}
	return l
}

// keys are what a directive takes for one of its names.
func keys(r *request.Request, name string) []string {
	_, base := request.SplitName(name)
	return []string{r.OutPath(name, ""), filepath.Join(r.OutDir(), model.NamesOf(base, r.Name).Wrapper)}
}

func (l *lines) take(r *request.Request, name string) {
	for _, key := range keys(r, name) {
		l.taken[key] = true
	}
}

// suggestion returns the suggestion for a candidate, if a directive can ask for its wrapper.
func (l *lines) suggestion(c *candidate) (Suggestion, bool) {
	r := l.request(c)
	wrapper := l.model(&r)
	if wrapper == nil {
		// A name that is taken is the one thing that flags can help with.
		r.Name = titled(c.obj.Pkg().Name()) + templates.UpperFirst(c.obj.Name()) + "Breaker"
		r.Out = filepath.Base(r.OutPath(c.obj.Pkg().Name()+templates.UpperFirst(c.obj.Name()), ""))
		wrapper = l.model(&r)
	}
	if wrapper == nil {
		return Suggestion{}, false
	}
	l.take(&r, r.Iface[0])
	return Suggestion{
		Request: r, Name: nameOf(c.obj), Certainty: c.certainty, Reason: c.reason, Wrapper: wrapper,
	}, true
}

// titled writes a package's name as names begin: Redis, HTTP.
func titled(pkg string) string {
	if slices.Contains([]string{"api", "db", "grpc", "http", "pb", "rpc", "sql"}, pkg) {
		return strings.ToUpper(pkg)
	}
	return templates.UpperFirst(pkg)
}

// request returns the directive for a candidate: beside the interface where that is written by
// hand, or else in the package that holds it most.
func (l *lines) request(c *candidate) request.Request {
	s := l.search
	if s.isOwn(c.obj) && !c.concrete && !s.isGenerated(c.obj) {
		p := s.world.Parsed[c.obj.Pkg().Path()]
		return requestAt(p, s.firstLine(p, c.obj.Pos()), c.obj.Name())
	}
	count := map[*load.Parsed]int{}
	for _, u := range c.uses {
		count[u.pkg]++
	}
	best := slices.MinFunc(c.uses, func(a, b use) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(count[b.pkg], count[a.pkg]),
			cmp.Compare(a.at.Filename, b.at.Filename), cmp.Compare(a.at.Line, b.at.Line))
	})
	name := c.obj.Pkg().Path() + "." + c.obj.Name()
	if best.pkg.Types == c.obj.Pkg() {
		name = c.obj.Name()
	}
	return requestAt(best.pkg, best.at, name)
}

func requestAt(p *load.Parsed, at token.Position, name string) request.Request {
	return request.Request{
		Dir: p.Dir, File: filepath.Base(at.Filename), Line: at.Line, Package: p.Name, Iface: []string{name},
	}
}

// model returns the model of what a directive makes; nil if that is refused.
func (l *lines) model(r *request.Request) *templates.Wrapper {
	if slices.ContainsFunc(keys(r, r.Iface[0]), func(key string) bool { return l.taken[key] }) {
		return nil
	}
	var problems problem.List
	files := model.Plan(l.search.world, r, &problems)
	if len(problems.All) > 0 || len(files) != 1 || len(files[0].Model.Wrappers) != 1 {
		return nil
	}
	return files[0].Model.Wrappers[0]
}
