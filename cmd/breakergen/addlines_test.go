package main

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"

	"github.com/rogpeppe/go-internal/testscript"
)

// addLines is the script command addlines: it adds the lines that -suggest -json has printed
// to their files, as a reader would.
func addLines(ts *testscript.TestScript, neg bool, args []string) {
	type suggestion struct {
		Directive, File string
		Line            int
	}
	var found struct{ Suggestions []suggestion }
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &found))
	// From the end on, so that no line moves one that is still to come.
	slices.SortFunc(found.Suggestions, func(a, b suggestion) int { return b.Line - a.Line })
	for _, s := range found.Suggestions {
		path := ts.MkAbs(s.File)
		content, err := os.ReadFile(path)
		ts.Check(err)
		lines := bytes.SplitAfter(content, []byte("\n"))
		lines = slices.Insert(lines, s.Line-1, []byte(s.Directive+"\n\n"))
		ts.Check(os.WriteFile(path, bytes.Join(lines, nil), 0o644))
	}
}
