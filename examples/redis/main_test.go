package main

import (
	"bytes"
	"strings"
	"testing"
)

// TestStory holds the program to what its comment promises, in that order.
func TestStory(t *testing.T) {
	var out bytes.Buffer
	if err := run(&out); err != nil {
		t.Fatal(err)
	}
	rest := out.String()
	for _, next := range []string{
		strings.Repeat("there is no greeting\n", 5),
		"failed: ",
		"Cache.Get: failures in a row, now open",
		"rejected at once\nrejected at once\n",
		"now closed",
		"there is no greeting",
	} {
		_, after, ok := strings.Cut(rest, next)
		if !ok {
			t.Fatalf("no %q in its turn:\n%s", next, out.String())
		}
		rest = after
	}
}
