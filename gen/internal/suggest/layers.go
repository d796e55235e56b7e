package suggest

import (
	"go/types"
	"slices"

	"github.com/breakergen/breakergen/gen/internal/request"
)

// layers finds how far from a client the packages' types are: an adapter is a struct that
// holds one, a port an interface that an adapter implements, and what holds one of these is
// above them. A breaker belongs where the process ends; above it, retries would multiply.
func (s *search) layers() {
	s.adapters, s.ports, s.above = map[*types.TypeName]bool{}, map[*types.TypeName]bool{}, map[*types.TypeName]bool{}
	for _, obj := range s.structs {
		if s.clientOf(obj).calls && s.holds(obj, s.isRemote) {
			s.adapters[obj] = true
		}
	}
	interfaces := s.declared()
	for _, obj := range interfaces {
		if s.clientOf(obj).calls && s.implemented(obj, s.adapters) {
			s.ports[obj] = true
		}
	}
	for grown := true; grown; {
		grown = false
		isLower := func(obj *types.TypeName) bool { return s.adapters[obj] || s.ports[obj] || s.above[obj] }
		for _, obj := range s.structs {
			if !isLower(obj) && s.clientOf(obj).calls && s.holds(obj, isLower) {
				s.above[obj], grown = true, true
			}
		}
		for _, obj := range interfaces {
			if !isLower(obj) && s.clientOf(obj).calls && s.implemented(obj, s.above) {
				s.above[obj], grown = true, true
			}
		}
	}
}

// holds says whether a field of a struct is of a type that is so.
func (s *search) holds(obj *types.TypeName, is func(*types.TypeName) bool) bool {
	return s.held(obj, is) != nil
}

// held returns the type of the first field of a struct that is so, or nil.
func (s *search) held(obj *types.TypeName, is func(*types.TypeName) bool) *types.TypeName {
	t, ok := obj.Type().Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	for f := range t.Fields() {
		if base := baseOf(f.Type()); base != nil && base.Pkg() != nil && base != obj && is(base) {
			return base
		}
	}
	return nil
}

// implemented says whether one of the types implements an interface.
func (s *search) implemented(iface *types.TypeName, by map[*types.TypeName]bool) bool {
	for obj := range by {
		if implements(obj, iface) {
			return true
		}
	}
	return false
}

// implements says whether a struct implements an interface, generic ones aside.
func implements(obj, iface *types.TypeName) bool {
	i, ok := iface.Type().Underlying().(*types.Interface)
	if !ok || !i.IsMethodSet() || isGeneric(obj) || isGeneric(iface) || types.IsInterface(obj.Type()) {
		return false
	}
	return types.Implements(types.NewPointer(obj.Type()), i)
}

func isGeneric(obj *types.TypeName) bool {
	named, ok := obj.Type().(*types.Named)
	return ok && named.TypeParams().Len() > 0
}

// implementation returns the first of the packages' structs that is so and implements an
// interface, one written by hand before others; nil for none.
func (s *search) implementation(iface *types.TypeName, is func(*types.TypeName) bool) (first *types.TypeName) {
	for _, obj := range s.structs {
		if (first == nil || s.isGenerated(first) && !s.isGenerated(obj)) && is(obj) && implements(obj, iface) {
			first = obj
		}
	}
	return first
}

// findAsked finds what has a directive.
func (s *search) findAsked(requests []request.Request) {
	s.asked = map[*types.TypeName]bool{}
	for i := range requests {
		r := &requests[i]
		for _, name := range r.Iface {
			path, base := request.SplitName(name)
			if path == "" {
				path = s.world.Home(r, base)
			}
			if obj := s.world.Lookup(path, base); obj != nil {
				s.asked[obj] = true
			}
		}
	}
}

// covered says whether a wrapper that has a directive serves for a type: it is a part of what
// that wraps, or all structs that hold it are behind one.
func (s *search) covered(obj *types.TypeName) bool {
	for asked := range s.asked {
		if s.isOwn(obj) && s.isPartOf(obj, asked) {
			return true
		}
	}
	isField := func(u use) bool { return u.in != nil }
	isOpen := func(u use) bool { return u.in != nil && !s.wrapped(u.in) }
	return slices.ContainsFunc(s.uses[obj], isField) && !slices.ContainsFunc(s.uses[obj], isOpen)
}

// wrapped says whether a struct has a directive, or implements what has one.
func (s *search) wrapped(obj *types.TypeName) bool {
	if s.asked[obj] {
		return true
	}
	for asked := range s.asked {
		if implements(obj, asked) {
			return true
		}
	}
	return false
}
