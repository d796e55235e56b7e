package model

import (
	"go/doc"
	"strings"

	"github.com/breakergen/breakergen/gen/internal/source"
)

// abridged returns the first sentence of another package's documentation, whether what it is
// about is deprecated, and a link to the rest.
func abridged(lines []string, name string) []string {
	text := strings.Join(lines, "\n")
	first := new(doc.Package).Synopsis(text)
	if first == "" {
		return lines
	}
	short := folded(first)
	whole := strings.Join(strings.Fields(text), " ")
	if whole == first {
		return lines
	}
	short = append(short, "", "See ["+name+"].")
	if paragraph := source.Deprecation(lines); paragraph != nil {
		short = append(append(short, ""), paragraph...)
	}
	return short
}

// folded returns text in lines as long as comments' are.
func folded(text string) (lines []string) {
	const longest = 90
	for word := range strings.FieldsSeq(text) {
		if n := len(lines); n > 0 && len(lines[n-1])+1+len(word) <= longest {
			lines[n-1] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}
