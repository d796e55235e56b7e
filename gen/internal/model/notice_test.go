package model

import (
	"slices"
	"testing"

	"github.com/breakergen/breakergen/templates"
)

// TestNotice_ManyMethods: who wraps another package's large type hears of it, and nobody whose
// own interface is large.
func TestNotice_ManyMethods(t *testing.T) {
	notice := "Cmdable: the wrapper has 101 methods; an interface of your own, of those that you call, makes less code"
	for _, c := range []struct {
		prefix  string
		methods int
		want    []string
	}{
		{"redis.Cmdable", 101, []string{notice}},
		{"redis.Cmdable", 100, nil},
		{"Cmdable", 101, nil},
	} {
		w := &templates.Wrapper{Interface: "Cmdable", Prefix: c.prefix}
		for range c.methods {
			w.Methods = append(w.Methods, &templates.Method{})
		}
		if got := noticesOf(w, nil); !slices.Equal(got, c.want) {
			t.Errorf("%s with %d methods: %q, want %q", c.prefix, c.methods, got, c.want)
		}
	}
}
