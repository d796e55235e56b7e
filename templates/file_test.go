package templates

import (
	"testing"
)

func TestCode_Line(t *testing.T) {
	code, err := gofmt([]byte("package x\nvar  a = 1\n\tvar b = undefined  "))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"var  a = 1", "var b = undefined"} {
		decl := code.Syntax.Decls[i]
		if got := code.Line(decl.Pos()); got != want {
			t.Errorf("the line of %d begins with %q, want %q", i, got, want)
		}
		if got := code.Line(decl.End() - 1); got != want {
			t.Errorf("the line of the end of %d is %q, want %q", i, got, want)
		}
	}
}
