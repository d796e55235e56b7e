package suggest

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"github.com/breakergen/breakergen/gen/internal/decide"
	"github.com/breakergen/breakergen/gen/internal/protocol"
	"github.com/breakergen/breakergen/templates"
)

// Certainty is how sure a suggestion is.
type Certainty int

// From the surest on.
const (
	Sure Certainty = iota
	Likely
	Possible
)

// String returns the word for it.
func (c Certainty) String() string { return []string{"sure", "likely", "possible"}[c] }

// judge says whether a type is worth a wrapper, and why; nil if it isn't.
func (s *search) judge(obj *types.TypeName) *candidate {
	c := s.clientOf(obj)
	uses := slices.DeleteFunc(slices.Clone(s.uses[obj]), func(u use) bool { return u.in == obj })
	isOwn, byHand := s.isOwn(obj), !s.isGenerated(obj)
	if isWrapper(c) || !c.calls || c.shared || decide.IsTransaction(c.methods) || !isOwn && s.isPart(c) {
		return nil
	}
	found := &candidate{client: c, uses: uses}
	switch {
	case c.protocol != "" && (!isOwn || !c.concrete):
		found.certainty, found.reason = Likely, protocols[c.protocol]
		if len(uses) > 0 && uses[0].kind == field {
			found.certainty = Sure
		}
		if len(uses) == 0 && isOwn && byHand {
			found.certainty = Possible
			return found
		}
	case !isOwn || c.tellingCalls == 0:
		return nil
	case c.concrete:
		if !s.adapters[obj] {
			return nil
		}
		found.certainty = Likely
		if !byHand && len(uses) > 0 && uses[0].kind == field {
			found.certainty = Sure
		}
		found.reason = "calls over " + nameOf(s.held(obj, s.isRemote))
	default:
		if !s.judgeOwn(found, byHand) {
			return nil
		}
	}
	if len(uses) == 0 {
		return nil
	}
	found.reason += held(uses)
	return found
}

// isWrapper says whether a type is one of breakergen's wrappers, as runtime.Unwrap knows them.
func isWrapper(c *client) bool {
	return slices.ContainsFunc(c.methods, func(m *types.Func) bool { return m.Name() == "BreakerUnwrap" })
}

// judgeOwn judges an interface of the packages' own, whose signatures show no protocol: what
// implements it says whether a call leaves the process.
func (s *search) judgeOwn(c *candidate, byHand bool) bool {
	isField := len(c.uses) > 0 && c.uses[0].kind == field
	if s.ports[c.obj] {
		adapter := s.implementation(c.obj, func(obj *types.TypeName) bool { return s.adapters[obj] })
		c.certainty = Likely
		if isField {
			c.certainty = Sure
		}
		c.reason = fmt.Sprintf("%s implements it over %s", nameOf(adapter), nameOf(s.held(adapter, s.isRemote)))
		return true
	}
	if s.above[c.obj] || !byHand {
		return false
	}
	isOther := func(obj *types.TypeName) bool { return !s.isGenerated(obj) }
	over := func(obj *types.TypeName) bool { return isOther(obj) && s.holds(obj, s.isForeign) }
	switch other := s.implementation(c.obj, over); {
	case other != nil && isField:
		c.certainty = Possible
		c.reason = fmt.Sprintf("%s implements it over %s, whose protocol breakergen doesn't know",
			nameOf(other), nameOf(s.held(other, s.isForeign)))
	case other != nil || s.implementation(c.obj, isOther) != nil:
		return false // The call stays in the process, as far as types show.
	case isField && c.tellingCalls > 1: // One alone is as often a callback.
		c.certainty, c.reason = Likely, "calls with a context and an error, implemented elsewhere"
	case len(c.uses) > 0:
		c.certainty, c.reason = Possible, "calls with a context and an error, implemented elsewhere"
	default:
		return false
	}
	return true
}

// protocols are the reasons by protocol.
var protocols = map[string]string{
	protocol.GRPC: "gRPC calls", protocol.HTTP: "HTTP calls", protocol.SQL: "SQL calls",
	protocol.Redis: "Redis commands", protocol.AWS: "calls of an AWS service",
}

// isForeign says whether a type of another module looks like a client, of whatever protocol.
func (s *search) isForeign(obj *types.TypeName) bool {
	p := s.world.Listed[obj.Pkg().Path()]
	return p != nil && p.Module != nil && !s.isOwn(obj) && s.clientOf(obj).calls && s.clientOf(obj).tellingCalls > 0
}

// isOwn says whether one of the packages declares a type.
func (s *search) isOwn(obj *types.TypeName) bool {
	p := s.world.Parsed[obj.Pkg().Path()]
	return slices.Contains(s.own, p)
}

// isGenerated says whether a type of the packages is declared in a generated file.
func (s *search) isGenerated(obj *types.TypeName) bool {
	return s.generated[s.world.Place(obj).Filename]
}

// nameOf names a type as code of another package does.
func nameOf(obj *types.TypeName) string { return obj.Pkg().Name() + "." + obj.Name() }

// held says what holds a type.
func held(uses []use) string {
	verb := map[kind]string{field: "held by", variable: "in the variable", parameter: "taken by"}[uses[0].kind]
	var names []string
	for _, u := range uses {
		if u.kind == uses[0].kind && !slices.Contains(names, u.what) {
			names = append(names, u.what)
		}
	}
	return ", " + verb + " " + brief(names, 2)
}

// brief lists names, at most so many and then how many more there are.
func brief(names []string, most int) string {
	if len(names) > most+1 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return templates.Enumerate(names)
}

// behind says whether a type is reached through an interface that is suggested too, which is
// the better place then: a struct that implements it, or an interface that is a part of it.
func (s *search) behind(c *candidate, found map[*types.TypeName]*candidate) bool {
	for other := range found {
		if s.isOwn(c.obj) && (c.concrete && implements(c.obj, other) || s.isPartOf(c.obj, other)) {
			return true
		}
	}
	return false
}

// isPartOf says whether an interface is less than another, whose wrapper serves for both.
func (s *search) isPartOf(part, whole *types.TypeName) bool {
	p, ok := part.Type().Underlying().(*types.Interface)
	w, both := whole.Type().Underlying().(*types.Interface)
	return ok && both && !isGeneric(part) && !isGeneric(whole) && s.isOwn(whole) &&
		p.NumMethods() < w.NumMethods() && types.Implements(w, p)
}

// remarks says what is left out for a candidate, and which others it excludes: of those that
// are implemented over it the calls are the same, and their retries would multiply.
func (s *search) remarks(c *candidate, left, out []*candidate) string {
	var parts, over []string
	for _, other := range out {
		if s.isPartOf(other.obj, c.obj) {
			parts = append(parts, nameOf(other.obj))
		}
	}
	for _, other := range left {
		isOver := func(u use) bool { return u.in != nil && (other.obj == u.in || implements(u.in, other.obj)) }
		if other.obj != c.obj && slices.ContainsFunc(c.uses, isOver) {
			over = append(over, nameOf(other.obj))
		}
	}
	text := ""
	if len(parts) > 0 {
		text = "; its wrapper serves as " + brief(parts, 2) + ", too"
	}
	if len(over) > 0 {
		text += "; wrap this or " + brief(over, 2) + ", not both"
	}
	return text
}
