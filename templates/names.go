package templates

import (
	"go/token"
	"go/types"
	"maps"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// scope holds the names that are taken in a scope.
type scope map[string]bool

// newScope returns a scope in which the names of all the given scopes are taken.
func newScope(first scope, others ...scope) scope {
	all := maps.Clone(first)
	if all == nil {
		all = scope{}
	}
	for _, s := range others {
		maps.Copy(all, s)
	}
	return all
}

// unique takes the first of the wanted names that is free, or else the first
// of them with the lowest number that makes it so. The first is an identifier,
// or a keyword.
func (s scope) unique(wanted ...string) string {
	for _, name := range wanted {
		if s.take(name) {
			return name
		}
	}
	for i := 2; ; i++ {
		if name := wanted[0] + strconv.Itoa(i); s.take(name) {
			return name
		}
	}
}

// take takes a name if it is free and a name at all.
func (s scope) take(name string) bool {
	if s[name] || !token.IsIdentifier(name) || name == "_" || name == "init" {
		return false
	}
	s[name] = true
	return true
}

// declare takes a name for a declaration of the file's, which no variable hides.
func (f *file) declare(wanted string) string {
	name := wanted
	for i := 2; f.model.Imported[name] || f.variables[name] || !f.globals.take(name); i++ {
		name = wanted + strconv.Itoa(i)
	}
	return name
}

// helper begins the names of a method's helpers: userClientGet for Get of UserClient.
// Other wrappers of the package, in other files, must not come to the same name:
// that of a userClient where there is a UserClient too, or that of a User with a
// method ClientGet.
func (f *file) helper(w *wrapper, method string) string {
	base := lowerFirst(w.Base)
	if base == w.Base && f.model.Reserved[UpperFirst(base)] {
		return base + "Unexported" + method
	}
	whole := UpperFirst(w.Base) + method
	for end := len(w.Base) + 1; end < len(whole); end++ {
		if other := whole[:end]; f.model.Reserved[other] || f.model.Reserved[lowerFirst(other)] {
			return lowerFirst(w.Name) + method
		}
	}
	return base + method
}

// predeclared holds Go's predeclared names: hiding one is legal, but misleads.
var predeclared = func() scope {
	s := scope{}
	for _, name := range types.Universe.Names() {
		s[name] = true
	}
	return s
}()

// lowerFirst makes an exported name unexported: GetUser is getUser, HTTPGet is
// httpGet, ID is id.
func lowerFirst(name string) string {
	runes := []rune(name)
	for i, r := range runes {
		// The last capital of several begins the next word.
		if !unicode.IsUpper(r) || i > 0 && i+1 < len(runes) && unicode.IsLower(runes[i+1]) {
			break
		}
		runes[i] = unicode.ToLower(r)
	}
	return string(runes)
}

// UpperFirst makes a name fit to follow another in camel case: its first letter a capital.
func UpperFirst(name string) string {
	r, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(r)) + name[size:]
}

// nameOf suggests a name for a parameter or result that has none.
func nameOf(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		if name := lowerFirst(t.Obj().Name()); name != t.Obj().Name() {
			return name
		}
		if t.Obj().Pkg() == nil {
			return "err" // error is the one predeclared type that is named
		}
		return shortName(t.Underlying())
	case *types.Pointer:
		return nameOf(t.Elem())
	default:
		return shortName(t)
	}
}

// shortName suggests a letter or two, as a Go programmer would.
func shortName(t types.Type) string {
	switch t := t.(type) {
	case *types.Basic:
		switch {
		case t.Info()&types.IsInteger != 0:
			return "n"
		case t.Info()&types.IsString != 0:
			return "s"
		case t.Info()&types.IsBoolean != 0:
			return "ok"
		}
		return "x"
	case *types.Slice, *types.Array:
		return "list"
	case *types.Map:
		return "m"
	case *types.Chan:
		return "ch"
	case *types.Signature:
		return "fn"
	default:
		return "v"
	}
}
