// Package suggest finds the types of a module that look worth a wrapper: the interfaces and
// clients that calls with a context and an error go through, by what they are and by what
// holds them.
//
// It knows types, and what package model makes of one. It reads the packages under the
// patterns from their declarations; what happens in functions it doesn't see.
package suggest

import (
	"cmp"
	"context"
	"go/types"
	"maps"
	"slices"

	"github.com/breakergen/breakergen/gen/internal/decide"
	"github.com/breakergen/breakergen/gen/internal/load"
	"github.com/breakergen/breakergen/gen/internal/model"
	"github.com/breakergen/breakergen/gen/internal/request"
	"github.com/breakergen/breakergen/templates"
)

// Suggestion is a type that looks worth a wrapper.
type Suggestion struct {
	// Request is the directive's. Its line is that of the declaration to put it above.
	Request request.Request
	// Name is the type's, after its package's name: redis.Client.
	Name string
	// Certainty says how sure it is, Reason why, in words.
	Certainty Certainty
	Reason    string
	// Wrapper is the model of what the directive would make.
	Wrapper *templates.Wrapper
}

// Finder looks for suggestions in a world, whose lock it takes.
type Finder struct {
	// World has the packages in the folders read from source.
	World *load.World
	// Folders are those to look into.
	Folders []string
	// Asked are the directives that there are.
	Asked []request.Request
	// Progress, unless nil, is called after each type that was looked at closely.
	Progress func(done, total int)
}

// Find returns the suggestions, the surest first.
func (f Finder) Find(ctx context.Context) ([]Suggestion, error) {
	f.World.Lock()
	defer f.World.Unlock()
	decider, err := model.DeciderOf(f.World)
	if err != nil {
		return nil, err
	}
	s := &search{
		world: f.World, decider: decider, clients: map[*types.TypeName]*client{},
		makers: map[*types.Package]*makers{},
	}
	s.read(f.Folders)
	s.layers()
	s.findAsked(f.Asked)
	found := s.candidates()
	lines := newLines(s, f.Asked)
	var list []Suggestion
	for i, c := range found {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if suggestion, ok := lines.suggestion(c); ok {
			list = append(list, suggestion)
		}
		if f.Progress != nil {
			f.Progress(i+1, len(found))
		}
	}
	return list, nil
}

// search is one look at a world.
type search struct {
	world   *load.World
	decider *decide.Decider

	own       []*load.Parsed // the packages in the folders, by path
	generated map[string]bool
	uses      map[*types.TypeName][]use
	structs   []*types.TypeName // all that the packages declare
	clients   map[*types.TypeName]*client
	makers    map[*types.Package]*makers
	asked     map[*types.TypeName]bool // what has a directive

	// See layers.
	adapters, ports, above map[*types.TypeName]bool
}

// candidate is a type that is worth a suggestion.
type candidate struct {
	*client
	uses      []use
	certainty Certainty
	reason    string
}

// candidates returns the types to suggest, the surest first.
func (s *search) candidates() []*candidate {
	// In order, as what one type is may hang on another.
	objs := slices.SortedFunc(maps.Keys(s.uses), func(a, b *types.TypeName) int {
		return cmp.Or(cmp.Compare(a.Pkg().Path(), b.Pkg().Path()), cmp.Compare(a.Name(), b.Name()))
	})
	found := map[*types.TypeName]*candidate{}
	for _, obj := range append(s.declared(), objs...) {
		if s.asked[obj] || s.covered(obj) {
			continue
		}
		if c := s.judge(obj); c != nil {
			found[obj] = c
		}
	}
	var left, out []*candidate
	for _, c := range slices.SortedFunc(maps.Values(found), compare) {
		if s.behind(c, found) {
			out = append(out, c)
		} else {
			left = append(left, c)
		}
	}
	for _, c := range left {
		c.reason += s.remarks(c, left, out)
	}
	return left
}

// compare puts the surest first, and of these what is held most.
func compare(a, b *candidate) int {
	return cmp.Or(
		cmp.Compare(a.certainty, b.certainty),
		cmp.Compare(len(b.uses), len(a.uses)),
		cmp.Compare(a.obj.Pkg().Path(), b.obj.Pkg().Path()),
		cmp.Compare(a.obj.Name(), b.obj.Name()),
	)
}

// declared returns the interfaces that the packages declare, in order.
func (s *search) declared() (list []*types.TypeName) {
	for _, p := range s.own {
		for _, name := range p.Types.Scope().Names() {
			if obj, ok := p.Types.Scope().Lookup(name).(*types.TypeName); ok && !obj.IsAlias() && types.IsInterface(obj.Type()) {
				list = append(list, obj)
			}
		}
	}
	return list
}
