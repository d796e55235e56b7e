package gen

import (
	"context"
	"path/filepath"

	"github.com/breakergen/breakergen/gen/internal/load"
	"github.com/breakergen/breakergen/gen/internal/problem"
	"github.com/breakergen/breakergen/gen/internal/request"
	"github.com/breakergen/breakergen/gen/internal/source"
	"github.com/breakergen/breakergen/gen/internal/suggest"
	"github.com/breakergen/breakergen/templates"
)

// Suggestions are what looks worth a wrapper under patterns. Their JSON is for programs:
// fields may be added, and none is ever renamed or removed.
type Suggestions struct {
	// List has the surest first.
	List []Suggestion `json:"suggestions"`
	// Asked is how many names the directives there ask for already.
	Asked int `json:"asked"`
	// Problems are sorted: what doesn't compile. What could be read is suggested from all the same.
	Problems []Problem `json:"-"`
	// LacksRuntime says that the module hasn't got the runtime yet.
	LacksRuntime bool `json:"-"`
}

// Suggestion is a type that looks worth a wrapper.
type Suggestion struct {
	// Name is the type's, after its package's name.
	Name string `json:"name"`
	// Certainty is sure, likely or possible, Reason says why in words.
	Certainty string `json:"certainty"`
	Reason    string `json:"reason"`
	// Directive is the line to add. It goes above the declaration that begins in Line of File,
	// whose path has forward slashes.
	Directive string `json:"directive"`
	File      string `json:"file"`
	Line      int    `json:"line"`
	// Methods are what each method would get, as an [Explanation] has them.
	Methods []templates.Row `json:"methods"`

	concrete bool // It is a struct, whose place its wrapper can't take.
}

// Suggest looks for types under a tree's patterns that are worth a wrapper. The error is one of
// loading as a whole, or the context's.
func (g Generator) Suggest(ctx context.Context, tree *Tree) (*Suggestions, error) {
	result := &Suggestions{List: []Suggestion{}, Problems: tree.Problems}
	for _, r := range tree.Requests {
		result.Asked += len(r.Iface)
	}
	if len(tree.Folders) == 0 {
		return result, nil
	}
	// A request for nothing in each folder has its package read from source.
	var requests []request.Request
	var list []*request.Request
	for _, dir := range tree.Folders {
		r := request.Request{Dir: dir}
		requests, list = append(requests, r), append(list, &r)
	}
	groups, err := g.config().List(ctx, list, source.Read(requests), nil)
	if err != nil {
		return nil, err
	}
	for _, group := range groups {
		for _, part := range group.Worlds() {
			if err := g.suggestIn(ctx, part.World(), tree, result); err != nil {
				return nil, err
			}
		}
	}
	result.Problems = problem.Sort(result.Problems)
	return result, nil
}

// suggestIn adds what is to be suggested in one world.
func (g Generator) suggestIn(ctx context.Context, w *load.World, tree *Tree, result *Suggestions) error {
	finder := suggest.Finder{World: w, Folders: tree.Folders, Asked: tree.Requests, Progress: g.Progress}
	found, err := finder.Find(ctx)
	if err != nil {
		return err
	}
	if newer := w.NewerGo(); newer != "" {
		result.Problems = []Problem{{Message: newer}}
		return nil
	}
	result.LacksRuntime = result.LacksRuntime || w.LacksRuntime()
	result.Problems = append(result.Problems, suggest.Broken(w, tree.Folders)...)
	for _, s := range found {
		path := filepath.Join(s.Request.Dir, s.Request.File)
		suggestion := Suggestion{
			Name: s.Name, Certainty: s.Certainty.String(), Reason: s.Reason,
			Directive: "//go:generate go tool " + s.Request.Command(s.Request.Iface),
			File:      problem.Slashed(problem.Relative(path, g.Dir)), Line: s.Request.Line,
			concrete: s.Wrapper.Concrete,
		}
		for _, m := range s.Wrapper.Methods {
			suggestion.Methods = append(suggestion.Methods, m.Row)
		}
		result.List = append(result.List, suggestion)
	}
	return nil
}
