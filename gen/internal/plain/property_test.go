package plain_test

import (
	"fmt"
	"go/token"
	"go/types"
	"testing"

	"pgregory.net/rapid"

	"github.com/breakergen/breakergen/gen/internal/plain"
)

// TestAnywhere puts a type anywhere into others that are plain data: what is plain stays
// so, and one function, channel or interface with methods is always found.
func TestAnywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pkg := types.NewPackage("example.com/p", "p")
		var checker plain.Checker
		leaf := rapid.SampledFrom(plainLeaves()).Draw(t, "leaf")
		for _, use := range []plain.Use{plain.Param, plain.Result} {
			if got := checker.Culprit(nested(t, pkg, leaf), use); got != nil {
				t.Fatalf("%v is no longer plain: %v", leaf, got)
			}
			culprit := rapid.SampledFrom(culprits(pkg)).Draw(t, "culprit")
			outer := nested(t, pkg, culprit)
			for range 2 { // the second look is from memory
				if got := checker.Culprit(outer, use); got == nil || !types.Identical(got, culprit) {
					t.Fatalf("in %v the culprit is %v, want %v", outer, got, culprit)
				}
			}
		}
	})
}

// TestDepth has types that are nested: as people write them, and without end.
func TestDepth(t *testing.T) {
	for depth, want := range map[int]bool{100: true, 1000: false} {
		var nested types.Type = types.Typ[types.Int]
		for range depth {
			nested = types.NewPointer(nested)
		}
		var checker plain.Checker
		if got := checker.Culprit(nested, plain.Param); (got == nil) != want {
			t.Errorf("%d deep, the culprit is %v", depth, got != nil)
		}
	}
}

// What couldn't be resolved may be anything.
func TestInvalid(t *testing.T) {
	var checker plain.Checker
	if got := checker.Culprit(types.NewSlice(types.Typ[types.Invalid]), plain.Param); got != types.Typ[types.Invalid] {
		t.Errorf("the culprit is %v", got)
	}
}

func plainLeaves() []types.Type {
	return []types.Type{
		types.Typ[types.Int], types.Typ[types.String], types.Typ[types.Bool], types.Universe.Lookup("error").Type(),
	}
}

func culprits(pkg *types.Package) []types.Type {
	method := types.NewFunc(token.NoPos, pkg, "Do", types.NewSignatureType(nil, nil, nil, nil, nil, false))
	return []types.Type{
		types.NewSignatureType(nil, nil, nil, nil, nil, false),
		types.NewChan(types.SendRecv, types.Typ[types.Int]),
		types.NewInterfaceType([]*types.Func{method}, nil).Complete(),
		types.Typ[types.UnsafePointer],
	}
}

// nested puts t some types deep.
func nested(r *rapid.T, pkg *types.Package, t types.Type) types.Type {
	for i := range rapid.IntRange(0, 6).Draw(r, "depth") {
		other := rapid.SampledFrom(plainLeaves()).Draw(r, "other")
		switch rapid.IntRange(0, 6).Draw(r, "kind") {
		case 0:
			t = types.NewPointer(t)
		case 1:
			t = types.NewSlice(t)
		case 2:
			t = types.NewArray(t, 3)
		case 3:
			t = types.NewMap(types.Typ[types.String], t)
		case 4:
			t = structOf(pkg, other, t, other)
		case 5:
			t = types.NewNamed(types.NewTypeName(token.NoPos, pkg, fmt.Sprint("T", i), nil), structOf(pkg, t), nil)
		case 6: // one that contains itself, before the culprit
			self := types.NewNamed(types.NewTypeName(token.NoPos, pkg, fmt.Sprint("Self", i), nil), nil, nil)
			self.SetUnderlying(structOf(pkg, types.NewPointer(self), t, types.NewSlice(self)))
			t = self
		}
	}
	return t
}

func structOf(pkg *types.Package, list ...types.Type) *types.Struct {
	var fields []*types.Var
	for i, t := range list {
		fields = append(fields, types.NewField(token.NoPos, pkg, fmt.Sprint("f", i), t, false))
	}
	return types.NewStruct(fields, nil)
}
