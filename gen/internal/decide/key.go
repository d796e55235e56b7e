package decide

import (
	"errors"
	"go/types"

	"github.com/breakergen/breakergen/gen/internal/typeutil"
	"github.com/breakergen/breakergen/templates"
)

// KeyHint names a way on from what is no key.
func KeyHint(t types.Type, text string) string {
	switch {
	case IsURL(t):
		return ": write key=" + text + ".Host"
	case typeutil.IsRequest(t):
		return ": write key=" + text + ".URL.Host"
	default:
		return ""
	}
}

// IsNilable says whether a value of type t may be nil, as a pointer or an interface.
func IsNilable(t types.Type) bool {
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return false
	}
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Interface:
		return true
	default:
		return false
	}
}

// KeyKind says how a value of type t becomes a key.
func KeyKind(t types.Type) (templates.KeyKind, error) {
	if stringer, ok := typeutil.Method(t, "String").(*types.Signature); ok &&
		stringer.Params().Len() == 0 && stringer.Results().Len() == 1 &&
		types.Identical(stringer.Results().At(0).Type(), types.Typ[types.String]) {
		return templates.KeyStringer, nil
	}
	basic, ok := t.Underlying().(*types.Basic)
	switch {
	case !ok:
	case types.Identical(t, types.Typ[types.String]):
		return templates.KeyString, nil
	case basic.Info()&types.IsString != 0:
		return templates.KeyStrings, nil
	case basic.Info()&types.IsUnsigned != 0:
		return templates.KeyUint, nil
	case basic.Info()&types.IsInteger != 0:
		return templates.KeyInt, nil
	case basic.Info()&types.IsBoolean != 0:
		return templates.KeyBool, nil
	}
	return 0, errors.New(typeutil.Describe(t) + " is no string, integer, bool or fmt.Stringer")
}

// IsURL says whether t is *url.URL.
func IsURL(t types.Type) bool { return typeutil.IsPointerTo(t, "net/url", "URL") }
