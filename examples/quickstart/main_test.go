package main

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestStory holds the program to what its comment promises, in that order, and to ten
// seconds.
func TestStory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		var out bytes.Buffer
		if err := run(&out); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begun); took > 10*time.Second {
			t.Errorf("it takes %s", took)
		}
		rest := out.String()
		for _, next := range []string{
			"sunny in Lisbon",
			"failed: the station doesn't answer",
			"the circuit was closed and is now open",
			"rejected at once; the next probe is in 1.",
			"the circuit was open and is now half-open",
			"the circuit was half-open and is now open",
			"rejected at once",
			"the circuit was half-open and is now closed",
			"sunny in Lisbon",
		} {
			_, after, ok := strings.Cut(rest, next)
			if !ok {
				t.Fatalf("no %q in its turn:\n%s", next, out.String())
			}
			rest = after
		}
	})
}
